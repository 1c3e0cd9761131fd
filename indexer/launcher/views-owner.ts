// Whose a schema of views is: what its comment says, and whether all that is in it was made here.
import { type Client, escapeIdentifier, escapeLiteral } from "pg";
import { DatabaseError } from "./errors.ts";

const PREFIX = "Tributary indexer, views of ";

/** What is shown in views: one ledger of one deployment, in one life of a chain. */
export interface ViewsSubject {
  readonly chainId: number;
  /** Digest of the chain's first block and of the one that the deployment starts at. */
  readonly fingerprint: string;
  /** Address of the ledger whose payment token is indexed. */
  readonly ledger: string;
}

/** The comment by which views are known again. */
export function markOf({ chainId, fingerprint, ledger }: ViewsSubject): string {
  return `${PREFIX}chain ${chainId} ${fingerprint}, ledger ${ledger.toLowerCase()}`;
}

/** SQL that makes a schema which is known again. */
export function createMarked(name: string, mark: string): string {
  const schema = escapeIdentifier(name);
  return `CREATE SCHEMA ${schema}; COMMENT ON SCHEMA ${schema} IS ${escapeLiteral(mark)}`;
}

/**
 * Throws a {@link DatabaseError} unless the schema can be replaced: there is none, or it is empty, or it has this subject's views and nothing else, and nothing
 * elsewhere is made of them.
 */
export async function refuseForeign(client: Client, name: string, mark: string): Promise<void> {
  const comment = await commentOf(client, name);
  if (comment === undefined) return;
  if (comment !== mark && comment.startsWith(PREFIX)) throw new DatabaseError(otherSubject(name, comment, mark));
  const object = await foreignObject(client, name, comment === mark);
  if (object !== undefined)
    throw new DatabaseError(
      `the schema "${name}" has what is not the indexer's, or something is made of it (${object}): choose another name for the views, or move that elsewhere`,
    );
}

/** Throws a {@link DatabaseError} if the views are not this subject's. */
export async function refuseOthers(client: Client, name: string, mark: string): Promise<void> {
  const comment = await commentOf(client, name);
  if (comment !== mark) throw new DatabaseError(otherSubject(name, comment, mark));
}

/** Drops a schema of views, and nothing that is not this subject's views: what depends on them makes it fail. */
export async function dropViews(client: Client, name: string, mark: string): Promise<void> {
  await refuseForeign(client, name, mark);
  const { rows } = await client.query<{ view: string }>(
    "SELECT relname AS view FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'v'",
    [escapeIdentifier(name)],
  );
  const schema = escapeIdentifier(name);
  const views = rows.map(({ view }) => `${schema}.${escapeIdentifier(view)}`).join(", ");
  await client.query(`${views && `DROP VIEW ${views};`} DROP SCHEMA IF EXISTS ${schema}`);
}

function otherSubject(name: string, comment: string | undefined, mark: string): string {
  const found = comment?.startsWith(PREFIX) ? comment.slice(PREFIX.length) : "something else";
  return `the views "${name}" are of ${found}, and this is ${mark.slice(PREFIX.length)}: choose another name for the views`;
}

/** @returns undefined where there is no such schema, and nothing where it has no comment */
async function commentOf(client: Client, name: string): Promise<string | undefined> {
  const { rows } = await client.query<{ comment: string }>(
    "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') AS comment FROM pg_namespace WHERE nspname = $1",
    [name],
  );
  return rows[0]?.comment;
}

/**
 * What would be lost with the schema: anything in it that is not a view of the table of its name in a build's schema, and whatever elsewhere was made of its views.
 * @param isOurs If not, views of builds' tables are somebody else's too.
 */
async function foreignObject(client: Client, name: string, isOurs: boolean): Promise<string | undefined> {
  const { rows } = await client.query<{ object: string }>(
    String.raw`WITH own AS (
       SELECT view.oid, view.reltype, rule.oid AS rule
         FROM pg_class AS view
         JOIN pg_rewrite AS rule ON rule.ev_class = view.oid
         JOIN pg_depend AS uses ON uses.classid = 'pg_rewrite'::regclass AND uses.objid = rule.oid AND uses.refclassid = 'pg_class'::regclass
         JOIN pg_class AS source ON source.oid = uses.refobjid AND source.oid <> view.oid AND source.relname = view.relname
         JOIN pg_namespace AS build ON build.oid = source.relnamespace AND build.nspname LIKE 'tributary\_%'
        WHERE view.relnamespace = to_regnamespace($1) AND view.relkind = 'v' AND $2
     )
     SELECT pg_describe_object(classid, objid, 0) AS object
       FROM pg_depend
      WHERE refclassid = 'pg_namespace'::regclass AND refobjid = to_regnamespace($1)
        AND NOT (classid = 'pg_class'::regclass AND objid IN (SELECT oid FROM own))
     UNION ALL
     SELECT pg_describe_object(classid, objid, objsubid)
       FROM pg_depend
      WHERE deptype = 'n' AND ((refclassid = 'pg_class'::regclass AND refobjid IN (SELECT oid FROM own))
                            OR (refclassid = 'pg_type'::regclass AND refobjid IN (SELECT reltype FROM own)))
        AND NOT (classid = 'pg_rewrite'::regclass AND objid IN (SELECT rule FROM own))
      LIMIT 1`,
    [escapeIdentifier(name), isOurs],
  );
  return rows[0]?.object;
}
