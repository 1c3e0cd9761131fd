// The entry trees of a group: two per call, helpful and harmful.
import { ENTRY } from "@tributary/protocol/kinds";
import type { LeafForest } from "../trees/leaf-forest.ts";
import type { MappedGroup } from "./map.ts";

/** Tree `2·call` is the call's helpful list, tree `2·call + 1` its harmful one (docs/formats.md §3, kind `entry`). */
export function entryForest({ calls, lists, points }: MappedGroup, tallyIndices: Uint32Array): LeafForest {
  return {
    depth: ENTRY.depth,
    trees: 2 * calls,
    payloadBytes: ENTRY.bytes,
    start: (list) => list * lists.topK,
    size: (list) => lists.counts[list]!,
    write(view, at, entry) {
      view.setUint8(at, ENTRY.tag);
      view.setUint32(at + 1, lists.recordIndex[entry]!);
      view.setBigInt64(at + 5, lists.s[entry]!);
      view.setBigUint64(at + 13, points[2 * entry]!);
      view.setBigUint64(at + 21, points[2 * entry + 1]!);
      view.setUint32(at + 29, tallyIndices[entry]!);
    },
    sum: (entry) => lists.w[entry]!,
  };
}
