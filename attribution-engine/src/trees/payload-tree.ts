// A sum tree that also gives the payloads of its leaves, encoded on demand.
import { buildSumTree, type SumTree } from "@tributary/protocol/sum-tree";
import { hashRows, type RowEncoder } from "./hash-rows.ts";

/** Leaf `i` stands at place `keys[i]` (`i` without keys) and has the u128 `sums[i]`; `encode` gives payloads of `payloadBytes` bytes. */
export interface LeafTable {
  readonly depth: number;
  readonly payloadBytes: number;
  readonly keys?: Uint32Array;
  readonly sums: BigUint64Array;
  readonly encode: RowEncoder;
}

/** A tree of docs/formats.md §2 with payloads. */
export interface PayloadTree extends SumTree {
  /** The payload of the leaf at a place, `undefined` where there is none. */
  payload(key: number): Uint8Array | undefined;
}

/** Builds the tree over the leaves. */
export function buildPayloadTree({ depth, payloadBytes, keys, sums, encode }: LeafTable): PayloadTree {
  const count = sums.length / 2;
  const payloadHashes = hashRows(count, payloadBytes, encode);
  const tree = buildSumTree(keys === undefined ? { depth, sums, payloadHashes } : { depth, keys, sums, payloadHashes });
  return {
    ...tree,
    payload(key) {
      const i = keys === undefined ? key : keys.indexOf(key);
      return i < 0 || i >= count ? undefined : encode(i, i + 1);
    },
  };
}
