// Opens a part of an index: the records of consecutive places that stand below one node of its tree.
import { bytesToHex } from "@tributary/protocol/bytes";
import { type OpenedPart, PART_LEVEL, PART_RECORDS } from "@tributary/protocol/opened-part";
import type { PayloadTree } from "../trees/payload-tree.ts";

/** @param count records of the index */
export function openPart(count: number, tree: PayloadTree, part: number): OpenedPart {
  const first = part * PART_RECORDS;
  const length = Math.max(0, Math.min(PART_RECORDS, count - first));
  const payloads = Array.from({ length }, (_, i) => bytesToHex(tree.payload(first + i)!));
  return { part, payloads, opening: bytesToHex(tree.open(PART_LEVEL, part)) };
}
