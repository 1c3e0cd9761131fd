// The earning trees of an epoch: one per position of the payouts.
import { EARNING } from "@tributary/protocol/kinds";
import type { LeafForest } from "../trees/leaf-forest.ts";
import type { Earnings, Payouts } from "./reduce.ts";
import { u128At } from "../trees/u128-words.ts";

/** Tree `i` holds the earnings of the `i`-th position of `payouts` (docs/formats.md §3, kind `earning`). */
export function earningForest(earnings: Earnings, { count, earningOffsets }: Payouts): LeafForest {
  return {
    depth: EARNING.depth,
    trees: count,
    payloadBytes: EARNING.bytes,
    start: (i) => earningOffsets[i]!,
    size: (i) => earningOffsets[i + 1]! - earningOffsets[i]!,
    write(view, at, earning) {
      view.setUint8(at, EARNING.tag);
      view.setUint32(at + 1, earnings.groups[earning]!);
      view.setUint32(at + 5, earnings.records[earning]!);
    },
    sum: (earning) => u128At(earnings.amounts, earning),
  };
}
