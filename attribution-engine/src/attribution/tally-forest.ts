// The tally trees of a group: each record's credits, or each record's debits.
import { TALLY } from "@tributary/protocol/kinds";
import type { LeafForest } from "../trees/leaf-forest.ts";
import type { MappedGroup } from "./map.ts";
import type { Tallies } from "./shuffle.ts";
import { u128At } from "../trees/u128-words.ts";

/** The tally trees of a group's records: tree `r` holds those of record `r`, by (call, entry) (docs/formats.md §3, kind `tally`). */
export function tallyForest({ lists, points }: MappedGroup, { offsets, entries }: Tallies): LeafForest {
  const perCall = 2 * lists.topK;
  return {
    depth: TALLY.depth,
    trees: offsets.length - 1,
    payloadBytes: TALLY.bytes,
    start: (record) => offsets[record]!,
    size: (record) => offsets[record + 1]! - offsets[record]!,
    write(view, at, place) {
      const entry = entries[place]!;
      view.setUint8(at, TALLY.tag);
      view.setUint32(at + 1, Math.floor(entry / perCall));
      view.setUint16(at + 5, entry % lists.topK);
    },
    sum: (place) => u128At(points, entries[place]!),
  };
}
