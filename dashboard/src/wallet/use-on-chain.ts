// Reads of the chain that a wallet's transactions change.
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { CheckChain } from "../check/chain.ts";
import { useChosenNode } from "../data/check-chain.ts";
import { ON_CHAIN } from "./use-transactions.ts";

const INTERVAL_MILLISECONDS = 5_000;

/** @param key names what is read */
export function useOnChain<T>(
  key: readonly unknown[],
  read: (chain: CheckChain) => Promise<T>,
  isWanted = true,
): UseQueryResult<T> {
  const { chain, key: node } = useChosenNode();
  return useQuery({
    queryKey: [ON_CHAIN, node, ...key],
    queryFn: () => read(chain),
    enabled: isWanted,
    refetchInterval: INTERVAL_MILLISECONDS,
    retry: false,
  });
}
