// A part of an index, handed over with one opening of the node above it: all records of consecutive places, none left out.
import type { Hex } from "viem";
import { bytesToHex, hexToBytes } from "./bytes.ts";
import type { Checks } from "./check-steps.ts";
import { INDEX } from "./kinds.ts";
import { verifyNode } from "./opening.ts";
import type { RootHex } from "./opened-leaf.ts";
import { decodeIndex, type IndexPayload } from "./payloads/index.ts";
import { nodeOver } from "./tree-of-few.ts";

/** Levels of a part: as many records as stand below one node so far above the leaves. */
const PART_LEVELS = 8;
export const PART_RECORDS = 2 ** PART_LEVELS;
/** The level of the nodes that parts stand below. */
export const PART_LEVEL = INDEX.depth - PART_LEVELS;

/** The records at the places from `part * PART_RECORDS` on. */
export type OpenedPart = {
  readonly part: number;
  /** Payloads of the records in the order of their places. */
  readonly payloads: readonly Hex[];
  /** Of the node that they stand below. */
  readonly opening: Hex;
};

export type PlacedRecord = IndexPayload & { readonly place: number };

/**
 * @param part that is asked for, whatever is handed over
 * @param index of the model version, as the chain has it; `k` coordinates a sketch
 * @throws Error if it is not what stands there
 */
export function verifyPart(
  { part: stated, payloads, opening }: OpenedPart,
  part: number,
  index: { readonly root: RootHex; readonly k: number },
  checks: Checks,
): PlacedRecord[] {
  const what = `part ${part} of the index`;
  checks.same(stated, part, `${what}: which it is`, "viewer");
  const first = part * PART_RECORDS;
  const read = payloads.map((payload, i) => ({ place: first + i, sum: 1n, payload: hexToBytes(payload) }));
  const node = nodeOver(INDEX.depth, PART_LEVEL, read);
  const root = { hash: hexToBytes(index.root.hash), sum: index.root.sum, depth: INDEX.depth };
  const verdict = verifyNode(root, PART_LEVEL, part, node, hexToBytes(opening));
  const expected = bytesToHex(root.hash);
  const found = verdict.valid ? expected : verdict.reason;
  const step = { what: `${what}: its ${payloads.length} records together lead to the root`, expected, found } as const;
  checks.step({ ...step, holds: verdict.valid, source: "chain" });
  return read.map(({ place, payload }) => ({ place, ...decodeIndex(payload, index.k) }));
}
