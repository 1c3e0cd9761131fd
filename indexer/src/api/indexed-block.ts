// Makes `/status` true from the start: it must never name a block whose events are not in the tables.
import { sql } from "ponder";

/** What Ponder keeps in globals for its GraphQL server; not documented, so tied to the pinned version. */
interface PonderGlobals {
  PONDER_COMMON: { options: { command: string } };
  PONDER_DATABASE: { adminQB: { raw: { execute(query: ReturnType<typeof sql>): Promise<unknown> } } };
  PONDER_NAMESPACE_BUILD: { schema: string };
}

/**
 * When Ponder starts on tables that it filled before, it takes them back to the safe checkpoint and goes on from there, but
 * leaves the newest block of the former run in what `/status` shows until the first block is indexed again.
 */
export async function forgetFormerRun(): Promise<void> {
  const { PONDER_COMMON, PONDER_DATABASE, PONDER_NAMESPACE_BUILD } = globalThis as unknown as PonderGlobals;
  // `ponder serve` answers for tables that another process fills.
  if (PONDER_COMMON.options.command === "serve") return;
  const table = sql`${sql.identifier(PONDER_NAMESPACE_BUILD.schema)}."_ponder_checkpoint"`;
  await PONDER_DATABASE.adminQB.raw.execute(sql`UPDATE ${table} SET latest_checkpoint = safe_checkpoint`);
}
