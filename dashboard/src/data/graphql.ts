// Queries whose text is held against the indexer's schema by the type check, and which know the type of their answer.
import type { initGraphQLTada, ResultOf, TadaDocumentNode, VariablesOf } from "gql.tada";
import type { introspection } from "../../generated/graphql-env.d.ts";

interface Setup {
  introspection: introspection;
  /** Amounts, ids and times are decimal strings. */
  scalars: { BigInt: string; JSON: unknown };
  disableMasking: true;
}

type Tada = initGraphQLTada<Setup>;
/** A query: at run time its text. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any query, whatever its answer and variables
export type Query = TadaDocumentNode<any, any, any>;
export type { ResultOf, VariablesOf };

/** The text of a query or fragment, with the fragments that it uses; only its types know more. */
export const graphql = ((text: string, fragments: readonly string[] = []) =>
  [...new Set([text, ...fragments])].join("\n")) as unknown as Tada;

export class IndexerError extends Error {
  override name = "IndexerError";
}

/** Asks the indexer. Throws an {@link IndexerError} with what it says, or that it does not answer. */
export async function ask<Q extends Query>(
  indexerUrl: string,
  query: Q,
  variables: VariablesOf<Q>,
  signal?: AbortSignal,
): Promise<ResultOf<Q>> {
  let response: Response;
  try {
    response = await fetch(`${indexerUrl}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    throw new IndexerError(`the indexer at ${indexerUrl} cannot be reached`, { cause });
  }
  const body = (await response.json().catch(() => ({}))) as { data?: ResultOf<Q>; errors?: { message: string }[] };
  if (body.errors !== undefined) throw new IndexerError(body.errors.map(({ message }) => message).join("; "));
  if (!response.ok || typeof body.data !== "object" || body.data === null)
    throw new IndexerError(`the indexer answered ${response.status}`);
  if (Object.keys(body.data).length === 0)
    throw new IndexerError(`${indexerUrl} answered with nothing of what was asked: is it an indexer of this version?`);
  return body.data;
}
