// The trace tree and the points tree of a group.
import { concatBytes } from "@tributary/protocol/bytes";
import { POINTS, TALLY, TRACE } from "@tributary/protocol/kinds";
import { encodePoints } from "@tributary/protocol/payloads/points";
import { encodeTraceBatch } from "@tributary/protocol/payloads/trace";
import { entryForest } from "./entry-forest.ts";
import { everyOther, rootAt, rootsOf } from "../trees/leaf-forest.ts";
import type { MappedGroup } from "./map.ts";
import { buildPayloadTree, type PayloadTree } from "../trees/payload-tree.ts";
import type { ReducedGroup } from "./reduce.ts";
import type { ShuffledGroup } from "./shuffle.ts";
import { tallyForest } from "./tally-forest.ts";
import { u128Column } from "../trees/u128-words.ts";

/** The tree of kind `trace` (docs/formats.md §3): one leaf per call, its sum the call's amount. */
export function buildTraceTree(mapped: MappedGroup, tallyIndices: Uint32Array): PayloadTree {
  const entries = rootsOf(entryForest(mapped, tallyIndices));
  const { receiptHashes, sketchHashes, amounts } = mapped;
  return buildPayloadTree({
    depth: TRACE.depth,
    payloadBytes: TRACE.bytes,
    sums: amounts,
    encode: (first, end) =>
      encodeTraceBatch({
        receiptHashes: receiptHashes.subarray(32 * first, 32 * end),
        sketchHashes: sketchHashes.subarray(32 * first, 32 * end),
        helpful: everyOther(entries, 2 * first, 2 * end),
        harmful: everyOther(entries, 2 * first + 1, 2 * end),
      }),
  });
}

/** The tree of kind `points` (docs/formats.md §3): one leaf per record with a credit or a debit, its sum the record's net. */
export function buildPointsTree(mapped: MappedGroup, shuffled: ShuffledGroup, reduced: ReducedGroup): PayloadTree {
  const credits = rootsOf(tallyForest(mapped, shuffled.credits));
  const debits = rootsOf(tallyForest(mapped, shuffled.debits));
  const keys = touchedRecords(shuffled);
  const sums = u128Column(keys.length);
  for (const [i, record] of keys.entries()) sums.set(shuffled.nets.subarray(2 * record, 2 * record + 2), 2 * i);
  const payload = (record: number): Uint8Array =>
    encodePoints({
      credits: rootAt(credits, record, TALLY.depth),
      debits: rootAt(debits, record, TALLY.depth),
      positionId: BigInt(reduced.positions[record]!),
      earningIndex: reduced.earningIndices[record]!,
    });
  return buildPayloadTree({
    depth: POINTS.depth,
    payloadBytes: POINTS.bytes,
    keys,
    sums,
    encode: (first, end) => concatBytes(...Array.from(keys.subarray(first, end), payload)),
  });
}

/** Whether a record has a points leaf. */
export function isTouched({ credits, debits }: ShuffledGroup, record: number): boolean {
  return (
    credits.offsets[record + 1] !== credits.offsets[record] || debits.offsets[record + 1] !== debits.offsets[record]
  );
}

/** The records with a points leaf, ascending. */
export function touchedRecords(shuffled: ShuffledGroup): Uint32Array {
  const records: number[] = [];
  for (let record = 0; record < shuffled.credits.offsets.length - 1; record++) {
    if (isTouched(shuffled, record)) records.push(record);
  }
  return Uint32Array.from(records);
}
