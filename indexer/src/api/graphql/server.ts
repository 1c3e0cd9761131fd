// Answers GraphQL over the tables: within its limits, from documents that are read once, with one query for all lists of a kind.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute, type ExecutionResult, GraphQLError, type GraphQLSchema, printSchema } from "graphql";
import { refusalOf } from "../graphql-cost.ts";
import { batchLists } from "./batch-lists.ts";
import { type DocumentLimits, Documents } from "./documents.ts";
import { buildPonderSchema, ponderContext } from "./ponder-schema.ts";
import { batchContext } from "./resolvers.ts";

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

export type AnswerGraphql = (request: GraphqlRequest) => Promise<ExecutionResult>;

/** @param tables what the module `ponder:schema` exports */
export async function graphqlServer(tables: Record<string, unknown>, limits: GraphqlLimits): Promise<AnswerGraphql> {
  const schema = await buildPonderSchema(tables);
  writeSchema(schema);
  await batchLists(schema, tables);
  const documents = new Documents(schema, limits);
  return async ({ query, variables, operationName }) => {
    if (typeof query !== "string") return refused("Send an object with the text of a query in `query`.");
    if (!isOptional(variables, "object")) return refused("`variables` is not an object.");
    if (!isOptional(operationName, "string")) return refused("`operationName` is not a text.");
    const document = documents.read(query);
    if (!("kind" in document)) return { errors: document };
    const variableValues = (variables ?? {}) as Record<string, unknown>;
    const refusal = refusalOf(document, variableValues, limits.mostCost);
    if (refusal !== undefined) return refused(refusal);
    const contextValue = batchContext(ponderContext());
    return await execute({
      schema,
      document,
      contextValue,
      variableValues,
      operationName: operationName as string | null | undefined,
    });
  };
}

/** As Ponder does it: what the committed schema is compared with. */
function writeSchema(schema: GraphQLSchema): void {
  const folder = join(process.cwd(), "generated");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "schema.graphql"), printSchema(schema));
}

function refused(message: string): ExecutionResult {
  return { errors: [new GraphQLError(message)] };
}

function isOptional(value: unknown, type: "object" | "string"): boolean {
  return value === undefined || value === null || (typeof value === type && !Array.isArray(value));
}
