// Which blocks are read again for their events, since a reorganisation may have put one into them.
import type { SettlementChain } from "./chain.ts";

/** Read again at least. */
const OVERLAP_BLOCKS = 64n;

/** The first block that the look after one at `latest` reads: all that may still be replaced are read anew. */
export function rereadFrom(
  { fromBlock, confirmations }: Pick<SettlementChain, "fromBlock" | "confirmations">,
  latest: bigint,
): bigint {
  const overlap = BigInt(confirmations) > OVERLAP_BLOCKS ? BigInt(confirmations) : OVERLAP_BLOCKS;
  return latest - overlap > fromBlock ? latest - overlap : fromBlock;
}
