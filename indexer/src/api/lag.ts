// How far the tables are behind the chain: what an operator has an alarm on.
import { isAbandoned, suspect, type Suspicion } from "@tributary/protocol/abandoned-block";
import { BlockNotFoundError, createPublicClient, http } from "viem";
import { ENVIRONMENT, requireEnvironment } from "../../launcher/environment.ts";
import { indexedBlock } from "./indexed-block.ts";

const TIMEOUT_MILLISECONDS = 3_000;
/** Not Ponder's client, which waits and tries again for minutes: that the node does not answer is to be told at once. */
const node = createPublicClient({
  transport: http(requireEnvironment(ENVIRONMENT.rpcUrl), { timeout: TIMEOUT_MILLISECONDS, retryCount: 0 }),
});

export interface Lag {
  /** Newest block of the chain, and newest one that is in the tables. */
  head: number;
  indexed: number;
  blocks: number;
  /** Between the times of these blocks. */
  seconds: number;
  /** The indexed block has not been the node's for a while: a deep reorganisation, or another chain. */
  isAbandoned: boolean;
}

/** Since when the indexed block is not the node's. */
let suspicion: Suspicion | undefined;

/** Throws if the node does not answer. */
export async function measureLag(): Promise<Lag> {
  const head = await node.getBlock({ blockTag: "latest" });
  const indexed = await indexedBlock();
  const own = await timestampOf(indexed.number);
  suspicion = suspect(suspicion, indexed, own, Date.now());
  return {
    head: Number(head.number),
    indexed: indexed.number,
    // The indexer may have gone on since the chain was asked.
    blocks: Math.max(0, Number(head.number) - indexed.number),
    seconds: Math.max(0, Number(head.timestamp) - indexed.timestamp),
    isAbandoned: isAbandoned(suspicion, Date.now()),
  };
}

/** Of the node's block; undefined where it has none of that number. */
async function timestampOf(blockNumber: number): Promise<number | undefined> {
  try {
    return Number((await node.getBlock({ blockNumber: BigInt(blockNumber) })).timestamp);
  } catch (error) {
    if (error instanceof BlockNotFoundError) return undefined;
    throw error;
  }
}

/** In the text format of Prometheus. */
export function lagMetrics({ head, indexed, blocks, seconds, isAbandoned: isOfNoChain }: Lag): string {
  const gauges = [
    ["head_block", "Newest block of the chain.", head],
    ["indexed_block", "Newest block whose events are in the tables.", indexed],
    ["lag_blocks", "Blocks of the chain that are not indexed.", blocks],
    ["lag_seconds", "Seconds between the indexed block and the chain's newest one.", seconds],
    ["abandoned", "1 if the indexed block is not one of the chain any more.", Number(isOfNoChain)],
  ] as const;
  return gauges
    .map(([name, help, value]) => {
      const metric = `tributary_indexer_${name}`;
      return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${metric} ${value}\n`;
    })
    .join("");
}
