// How far the indexer is, compared with the chain itself; a newer block renews everything that is shown.
import { type IndexedBlock, isAbandoned, suspect, type Suspicion } from "@tributary/protocol/abandoned-block";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useConfig } from "./config.ts";
import { ask, graphql } from "./graphql.ts";
import { INDEXED } from "./indexed.ts";
import { LAG_BLOCKS } from "./lag.ts";

const INTERVAL_MILLISECONDS = 2_000;
const HEAD_KEY = ["head"];
const CHAIN_KEY = ["chain-head"];

interface ChainHead {
  readonly number: number;
  /** Since when the indexed block is not the node's. */
  readonly suspicion: Suspicion | undefined;
}

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
  | { state: "abandoned"; block: number }
  | { state: "chain-unreachable"; block: number; updatedAt: number }
  | { state: "unreachable"; updatedAt: number | undefined };

/** Asks while the page is visible only. */
export function useHead(): HeadState {
  const { indexerUrl, rpcUrl } = useConfig();
  const client = useQueryClient();
  const indexed = useQuery({
    queryKey: HEAD_KEY,
    queryFn: async ({ signal }) => blockOf((await ask(indexerUrl, HEAD, {}, signal))._meta?.status),
    refetchInterval: INTERVAL_MILLISECONDS,
    retry: false,
  });
  const chain = useQuery({
    queryKey: CHAIN_KEY,
    queryFn: async ({ signal }): Promise<ChainHead> => {
      const held = client.getQueryData<IndexedBlock>(HEAD_KEY);
      const former = client.getQueryData<ChainHead>(CHAIN_KEY)?.suspicion;
      return chainHead(rpcUrl, held, former, signal);
    },
    refetchInterval: 2 * INTERVAL_MILLISECONDS,
    retry: false,
  });
  const block = indexed.data?.number;
  useEffect(() => {
    if (block !== undefined) void client.invalidateQueries({ queryKey: [INDEXED] });
  }, [block, client]);

  const updatedAt = indexed.dataUpdatedAt;
  if (indexed.isError) return { state: "unreachable", updatedAt: updatedAt === 0 ? undefined : updatedAt };
  if (block === undefined) return { state: "loading" };
  if (chain.isError) return { state: "chain-unreachable", block, updatedAt };
  if (isAbandoned(chain.data?.suspicion, chain.dataUpdatedAt)) return { state: "abandoned", block };
  if (chain.data !== undefined && chain.data.number > block + LAG_BLOCKS)
    return { state: "lagging", block, chainBlock: chain.data.number, updatedAt };
  return { state: "current", block, updatedAt };
}

/** Ponder names its chains; there is one. */
function blockOf(status: unknown): IndexedBlock {
  const [chain] = Object.values((status ?? {}) as Record<string, { block?: Partial<IndexedBlock> }>);
  const { number = 0, timestamp = 0 } = chain?.block ?? {};
  return { number, timestamp };
}

/** The node's newest block, and whether it has the indexed one. */
export async function chainHead(
  rpcUrl: string,
  indexed: IndexedBlock | undefined,
  former: Suspicion | undefined,
  signal: AbortSignal,
): Promise<ChainHead> {
  const number = Number(await rpc<string>(rpcUrl, "eth_blockNumber", [], signal));
  if (indexed === undefined) return { number, suspicion: undefined };
  const place = `0x${indexed.number.toString(16)}`;
  const block = await rpc<{ timestamp: string } | null>(rpcUrl, "eth_getBlockByNumber", [place, false], signal);
  const timestamp = block === null ? undefined : Number(block.timestamp);
  return { number, suspicion: suspect(former, indexed, timestamp, Date.now()) };
}

async function rpc<Result>(
  rpcUrl: string,
  method: string,
  params: readonly unknown[],
  signal: AbortSignal,
): Promise<Result> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal,
  });
  const { result } = (await response.json()) as { result?: Result };
  if (result === undefined) throw new Error(`the chain at ${rpcUrl} answered ${response.status}`);
  return result;
}
