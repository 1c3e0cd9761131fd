// Answers GraphQL over the tables: within its limits, from documents that are read once, with one query for all lists of a kind.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute, type ExecutionResult, GraphQLError, type GraphQLSchema, printSchema } from "graphql";
import { refusalOf } from "../graphql-cost.ts";
import { type Answer, Answers } from "./answers.ts";
import { batchLists } from "./batch-lists.ts";
import { type DocumentLimits, Documents } from "./documents.ts";
import { listsOf } from "./list-tables.ts";
import { buildPonderSchema, ponderContext } from "./ponder-schema.ts";
import { batchContext } from "./resolvers.ts";
import { Snapshots } from "./snapshots.ts";
import { codeOf } from "./statement.ts";

/** PostgreSQL's code of a statement that took longer than `statement_timeout`. */
const QUERY_CANCELED = "57014";

export interface GraphqlLimits extends DocumentLimits {
  /** Of an operation, by {@link refusalOf}. */
  mostCost: number;
}

/** What a client sends. */
export interface GraphqlRequest {
  query?: unknown;
  variables?: unknown;
  operationName?: unknown;
}

/** Its result is JSON. */
export type AnswerGraphql = (request: GraphqlRequest) => Promise<string>;

/** @param tables what the module `ponder:schema` exports */
export async function graphqlServer(tables: Record<string, unknown>, limits: GraphqlLimits): Promise<AnswerGraphql> {
  const schema = await buildPonderSchema(tables);
  writeSchema(schema);
  const snapshots = new Snapshots(() => ponderContext().qb.raw);
  await batchLists(schema, tables, snapshots);
  const documents = new Documents(schema, limits);
  const lists = listsOf(schema, tables);
  const answers = new Answers(snapshots);
  return async ({ query, variables, operationName }) => {
    if (typeof query !== "string") return refused("Send an object with the text of a query in `query`.");
    if (!isOptional(variables, "object")) return refused("`variables` is not an object.");
    if (!isOptional(operationName, "string")) return refused("`operationName` is not a text.");
    const document = documents.read(query);
    if (!("kind" in document)) return JSON.stringify({ errors: document });
    const variableValues = (variables ?? {}) as Record<string, unknown>;
    const refusal = refusalOf(document, variableValues, lists, limits.mostCost);
    if (refusal !== undefined) return refused(refusal);
    const chosen = operationName as string | null | undefined;
    return await answers.of(JSON.stringify([query, variableValues, chosen ?? null]), async () =>
      answerOf(
        await execute({
          schema,
          document,
          contextValue: batchContext(ponderContext()),
          variableValues,
          operationName: chosen,
        }),
      ),
    );
  };
}

function answerOf(result: ExecutionResult): Answer {
  const { errors } = result;
  if (errors === undefined) return { text: JSON.stringify(result), hasErrors: false };
  return {
    text: JSON.stringify({ ...result, errors: errors.map(asGraphqlError).map(sayWhatIsSlow) }),
    hasErrors: true,
  };
}

/** A filter that is nested by the thousand ends GraphQL's own reading of variables, with an error of another kind. */
function asGraphqlError(error: GraphQLError): GraphQLError {
  return error instanceof GraphQLError
    ? error
    : new GraphQLError(`The question cannot be read: ${(error as Error).message}. Nest its filters less.`);
}

/** What PostgreSQL ended because it took longer than it may, without its SQL. */
function sayWhatIsSlow(error: GraphQLError): GraphQLError {
  if (codeOf(error.originalError) !== QUERY_CANCELED) return error;
  const { nodes, path } = error;
  return new GraphQLError(
    "The database took longer over this than a question may: filter and order by columns that have an index, ask for fewer rows, or ask again later.",
    { nodes, path },
  );
}

/** As Ponder does it: what the committed schema is compared with. */
function writeSchema(schema: GraphQLSchema): void {
  const folder = join(process.cwd(), "generated");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "schema.graphql"), printSchema(schema));
}

function refused(message: string): string {
  return JSON.stringify({ errors: [new GraphQLError(message)] });
}

function isOptional(value: unknown, type: "object" | "string"): boolean {
  return value === undefined || value === null || (typeof value === type && !Array.isArray(value));
}
