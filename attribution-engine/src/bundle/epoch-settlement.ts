// One settlement as an epoch's bundle states it.
import { join } from "node:path";
import type { Hex } from "viem";
import type { ReceiptTable } from "../attribution/receipt-table.ts";
import { openEpochBundle } from "./epoch-bundle.ts";
import { fixedLengthOf } from "./parquet-table.ts";
import { readReceipts, readSketchBytes, SKETCHES_FILE } from "./receipts-table.ts";
import { sketchesOfBytes } from "./sketch-bytes.ts";

/**
 * Receipts of a settlement, and its sketches; what their roots are is for the caller to compare.
 * @param k coordinates of the method's sketches
 * @throws Error that names the file and the row, or says that the epoch does not have the settlement
 */
export async function readEpochSettlement(
  bundles: string,
  hash: Hex,
  settlementId: bigint,
  k: number,
): Promise<{ receipts: ReceiptTable; sketches: Int8Array }> {
  const { manifest, folder } = await openEpochBundle(bundles, hash);
  const expected = manifest.groups
    .flatMap(({ settlements }) => settlements)
    .map(({ settlementId: id, count }) => ({ settlementId: BigInt(id), count }));
  const at = expected.findIndex((stated) => stated.settlementId === settlementId);
  if (at < 0) throw new Error(`bundle ${hash}: epoch ${manifest.epoch} has no settlement ${settlementId}`);
  const { receipts } = (await readReceipts(folder, expected))[at]!;
  const first = expected.slice(0, at).reduce((rows, { count }) => rows + count, 0);
  const width = await fixedLengthOf(join(folder, SKETCHES_FILE), "sketch");
  const bytes = await readSketchBytes(folder, width, expected);
  return { receipts, sketches: sketchesOfBytes(bytes, first, receipts.count, k, width, SKETCHES_FILE) };
}
