// How far the indexer is, compared with the chain itself; a newer block renews everything that is shown.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useConfig } from "./config.ts";
import { ask, graphql } from "./graphql.ts";
import { INDEXED } from "./indexed.ts";
import { LAG_BLOCKS } from "./lag.ts";

const INTERVAL_MILLISECONDS = 2_000;

export const HEAD = graphql(`
  query Head {
    _meta {
      status
    }
  }
`);

export type HeadState =
  | { state: "loading" }
  | { state: "current"; block: number; updatedAt: number }
  | { state: "lagging"; block: number; chainBlock: number; updatedAt: number }
  | { state: "chain-unreachable"; block: number; updatedAt: number }
  | { state: "unreachable"; updatedAt: number | undefined };

/** Asks while the page is visible only. */
export function useHead(): HeadState {
  const { indexerUrl, rpcUrl } = useConfig();
  const client = useQueryClient();
  const indexed = useQuery({
    queryKey: ["head"],
    queryFn: async ({ signal }) => blockOf((await ask(indexerUrl, HEAD, {}, signal))._meta?.status),
    refetchInterval: INTERVAL_MILLISECONDS,
    retry: false,
  });
  const chain = useQuery({
    queryKey: ["chain-head"],
    queryFn: ({ signal }) => chainHead(rpcUrl, signal),
    refetchInterval: 2 * INTERVAL_MILLISECONDS,
    retry: false,
  });
  const block = indexed.data;
  useEffect(() => {
    if (block !== undefined) void client.invalidateQueries({ queryKey: [INDEXED] });
  }, [block, client]);

  const updatedAt = indexed.dataUpdatedAt;
  if (indexed.isError) return { state: "unreachable", updatedAt: updatedAt === 0 ? undefined : updatedAt };
  if (block === undefined) return { state: "loading" };
  if (chain.isError) return { state: "chain-unreachable", block, updatedAt };
  if (chain.data !== undefined && chain.data > block + LAG_BLOCKS)
    return { state: "lagging", block, chainBlock: chain.data, updatedAt };
  return { state: "current", block, updatedAt };
}

/** Ponder names its chains; there is one. */
function blockOf(status: unknown): number {
  const [chain] = Object.values((status ?? {}) as Record<string, { block?: { number?: number } }>);
  return chain?.block?.number ?? 0;
}

async function chainHead(rpcUrl: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] }),
    signal,
  });
  const { result } = (await response.json()) as { result?: string };
  if (result === undefined) throw new Error(`the chain at ${rpcUrl} answered ${response.status}`);
  return Number(result);
}
