// How far the indexer is, compared with the chain itself; a newer block renews everything that is shown.
import { type IndexedBlock, isAbandoned, suspect, type Suspicion } from "@tributary/protocol/abandoned-block";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useConfig } from "./config.ts";
import { ask, graphql } from "./graphql.ts";
import { INDEXED } from "./indexed.ts";
import { LAG_BLOCKS } from "./lag.ts";
import { rpc } from "./rpc.ts";

const INTERVAL_MILLISECONDS = 2_000;
const HEAD_KEY = ["head"];
const CHAIN_KEY = ["chain-head"];
/** In the cache, how many were seen since the page was loaded. */
export const REORGANISATIONS_KEY = ["reorganisations"];

export interface ChainHead {
  readonly number: number;
  /** Since when the indexed block is not the node's. */
  readonly suspicion: Suspicion | undefined;
  /** A block that the node had; another one in its place is a reorganisation. */
  readonly held: { readonly number: number; readonly hash: string } | undefined;
  /** What the node has in the place of the indexed block. */
  readonly hash: string | undefined;
  /** How many were seen. */
  readonly reorganisations: number;
}

interface NodeBlock {
  readonly hash: string;
  readonly timestamp: string;
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
  /** `hash`: of the node's block of that number, if it has one. */
  | { state: "abandoned"; block: number; hash: string | undefined }
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
      return chainHead(rpcUrl, held, client.getQueryData<ChainHead>(CHAIN_KEY), signal);
    },
    refetchInterval: 2 * INTERVAL_MILLISECONDS,
    retry: false,
  });
  const block = indexed.data?.number;
  const timestamp = indexed.data?.timestamp;
  const reorganisations = chain.data?.reorganisations ?? 0;
  // After a reorganisation the newest block may have the number that it had before.
  useEffect(() => {
    if (block !== undefined) void client.invalidateQueries({ queryKey: [INDEXED] });
  }, [block, timestamp, reorganisations, client]);
  useEffect(() => void client.setQueryData(REORGANISATIONS_KEY, reorganisations), [reorganisations, client]);

  const updatedAt = indexed.dataUpdatedAt;
  if (indexed.isError) return { state: "unreachable", updatedAt: updatedAt === 0 ? undefined : updatedAt };
  if (block === undefined) return { state: "loading" };
  if (chain.isError) return { state: "chain-unreachable", block, updatedAt };
  if (isAbandoned(chain.data?.suspicion, chain.dataUpdatedAt))
    return { state: "abandoned", block, hash: chain.data?.hash };
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

/**
 * The node's newest block, whether it has the indexed one, and whether it has others now than before.
 * @param former what this returned when it was called before
 */
export async function chainHead(
  rpcUrl: string,
  indexed: IndexedBlock | undefined,
  former: ChainHead | undefined,
  signal: AbortSignal,
): Promise<ChainHead> {
  const before = former?.held;
  const blockAt = async (number: number | undefined): Promise<NodeBlock | null> =>
    number === undefined
      ? null
      : rpc<NodeBlock | null>(rpcUrl, "eth_getBlockByNumber", [`0x${number.toString(16)}`, false], signal);
  const [newest, own, again] = await Promise.all([
    rpc<string>(rpcUrl, "eth_blockNumber", [], signal),
    blockAt(indexed?.number),
    blockAt(before?.number),
  ]);
  // Where the node has no such block it may be late, or not there again yet: what it will have is waited for.
  const isOther = again !== null && again.hash !== before?.hash;
  return {
    number: Number(newest),
    suspicion:
      indexed === undefined
        ? undefined
        : suspect(former?.suspicion, indexed, own === null ? undefined : Number(own.timestamp), Date.now()),
    held:
      own !== null && indexed !== undefined ? { number: indexed.number, hash: own.hash } : isOther ? undefined : before,
    hash: own?.hash,
    reorganisations: (former?.reorganisations ?? 0) + (isOther ? 1 : 0),
  };
}
