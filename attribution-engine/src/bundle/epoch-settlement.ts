// One settlement as an epoch's bundle states it.
import type { Hex } from "viem";
import type { ReceiptTable } from "../attribution/receipt-table.ts";
import { openEpochBundle } from "./epoch-bundle.ts";
import { SKETCHES_FILE } from "./bundle-files.ts";
import { readReceipts, readSketchBytes } from "./receipts-table.ts";
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
  const bundle = await openEpochBundle(bundles, hash);
  const { manifest } = bundle;
  const expected = manifest.groups
    .flatMap(({ settlements }) => settlements)
    .map(({ settlementId: id, count }) => ({ settlementId: BigInt(id), count }));
  const at = expected.findIndex((stated) => stated.settlementId === settlementId);
  if (at < 0) throw new Error(`bundle ${hash}: epoch ${manifest.epoch} has no settlement ${settlementId}`);
  const { receipts } = (await readReceipts(bundle, expected))[at]!;
  const first = expected.slice(0, at).reduce((rows, { count }) => rows + count, 0);
  const { width, bytes } = await readSketchBytes(bundle, expected);
  return { receipts, sketches: sketchesOfBytes(bytes, first, receipts.count, k, width, SKETCHES_FILE) };
}
