// Reads of the index that are repeated whenever the indexer has come to a newer block.
import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { ask, type Query, type ResultOf, type VariablesOf } from "./graphql.ts";
import { useConfig } from "./config.ts";

/** All reads of the index begin with it in the cache. */
export const INDEXED = "indexed";

/**
 * What the index answers. While a new page of a list is under way the former one stays, and so does the last answer while the
 * indexer cannot be reached.
 */
export function useIndexed<Q extends Query>(
  query: Q,
  ...[variables]: keyof VariablesOf<Q> extends never ? [] : [VariablesOf<Q>]
): UseQueryResult<ResultOf<Q>> {
  const { indexerUrl } = useConfig();
  return useQuery({
    queryKey: [INDEXED, query, variables],
    queryFn: ({ signal }) => ask(indexerUrl, query, (variables ?? {}) as VariablesOf<Q>, signal),
    placeholderData: keepPreviousData,
  }) as UseQueryResult<ResultOf<Q>>;
}
