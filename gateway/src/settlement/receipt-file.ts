// The receipts of a settlement as a file of rows, in the order of their tree: what is published and opened is made of it.
import { open, stat, type FileHandle } from "node:fs/promises";
import type { Hex } from "viem";
import { bytesToHex } from "@tributary/protocol/bytes";
import { keccak256Each } from "@tributary/protocol/keccak";
import { RECEIPT } from "@tributary/protocol/kinds";
import { leafLink, type Link } from "@tributary/protocol/proofs/link";
import { encodeReceipt } from "@tributary/protocol/payloads/receipt";
import {
  decodeReceiptRow,
  encodeReceiptRow,
  RECEIPT_ROW_BYTES,
  splitReceiptRows,
} from "@tributary/protocol/receipt-rows";
import { buildSumTree, type SumTree } from "@tributary/protocol/sum-tree";
import { receiptHash, type Receipt } from "@tributary/protocol/typed-data/receipt";
import { writeDurably } from "./durable-file.ts";

const ROWS_AT_A_TIME = 4_096;
/** A settlement has no more places (docs/formats.md §3). */
export const MOST_RECEIPTS = 2 ** RECEIPT.depth;

export interface WrittenReceipts {
  readonly count: number;
  readonly sum: bigint;
  /** What each channel had been charged after its last receipt of the settlement. */
  readonly cumulatives: ReadonlyMap<Hex, bigint>;
}

/**
 * Writes receipts, which must come in their order.
 * @throws Error naming the receipt that is out of order, skips a sequence or does not continue its channel's total (docs/formats.md §8.2): what would be a breach once it
 * is settled is not settled
 */
export function writeReceiptFile(
  path: string,
  receipts: AsyncIterable<{ readonly receipt: Receipt }>,
): Promise<WrittenReceipts> {
  return writeDurably(path, async (file) => {
    const cumulatives = new Map<Hex, bigint>();
    const buffer = new Uint8Array(ROWS_AT_A_TIME * RECEIPT_ROW_BYTES);
    let [count, sum, waiting] = [0, 0n, 0];
    let before: Receipt | undefined;
    for await (const { receipt } of receipts) {
      if (count === MOST_RECEIPTS) throw new Error(`a settlement has at most ${MOST_RECEIPTS} receipts`);
      checkNext(receipt, before, count);
      if (before !== undefined && before.channelId !== receipt.channelId)
        cumulatives.set(before.channelId, before.cumulative);
      buffer.set(encodeReceiptRow(receipt), waiting++ * RECEIPT_ROW_BYTES);
      if (waiting === ROWS_AT_A_TIME) {
        await file.writeFile(buffer);
        waiting = 0;
      }
      count++;
      sum += receipt.amount;
      before = receipt;
    }
    await file.writeFile(buffer.subarray(0, waiting * RECEIPT_ROW_BYTES));
    if (before !== undefined) cumulatives.set(before.channelId, before.cumulative);
    return { count, sum, cumulatives };
  });
}

function checkNext(receipt: Receipt, before: Receipt | undefined, row: number): void {
  const fail = (problem: string): never => {
    throw new Error(`receipt ${row}, sequence ${receipt.sequence} of channel ${receipt.channelId}: ${problem}`);
  };
  const { sequence, amount, cumulative } = receipt;
  if (before === undefined || before.channelId !== receipt.channelId) {
    if (before !== undefined && before.channelId.toLowerCase() > receipt.channelId.toLowerCase())
      fail(`comes after channel ${before.channelId}`);
    if (sequence < 1n) fail("sequences are counted from 1");
    if (cumulative < amount || (sequence === 1n && cumulative !== amount))
      fail(`a total of ${cumulative} does not begin with the amount ${amount}`);
    return;
  }
  if (sequence !== before.sequence + 1n) fail(`follows sequence ${before.sequence}`);
  if (cumulative !== before.cumulative + amount)
    fail(`its total is ${cumulative}; ${before.cumulative} and the amount make ${before.cumulative + amount}`);
}

/** The settlement's tree over the rows of a file, read a part at a time. */
export async function receiptTree(path: string): Promise<SumTree> {
  return reading(path, async (file, count) => {
    const sums = new BigUint64Array(2 * count);
    const payloadHashes = new Uint8Array(32 * count);
    for (let row = 0; row < count; row += ROWS_AT_A_TIME) {
      const rows = await readRows(file, row, Math.min(ROWS_AT_A_TIME, count - row));
      const part = splitReceiptRows(rows);
      sums.set(part.sums, 2 * row);
      payloadHashes.set(keccak256Each(part.payloads, RECEIPT.bytes), 32 * row);
    }
    return buildSumTree({ depth: RECEIPT.depth, sums, payloadHashes });
  });
}

/** Whether a whole file of so many receipts is there. */
export async function hasReceipts(path: string, count: number): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size === count * RECEIPT_ROW_BYTES,
    () => false,
  );
}

/**
 * The link that opens a receipt in its settlement (docs/formats.md §4).
 * @throws Error if it is not in the file
 */
export async function openReceipt(path: string, wanted: Receipt): Promise<{ place: number; link: Link }> {
  const place = await placeOf(path, wanted);
  const tree = await receiptTree(path);
  const link = leafLink(place, wanted.amount, encodeReceipt(wanted), tree.open(RECEIPT.depth, place));
  return { place, link };
}

function placeOf(path: string, wanted: Receipt): Promise<number> {
  const key = (receipt: Receipt): string =>
    receipt.channelId.toLowerCase() + receipt.sequence.toString(16).padStart(16, "0");
  return reading(path, async (file, count) => {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (key(decodeReceiptRow(await readRows(file, middle, 1))) < key(wanted)) low = middle + 1;
      else high = middle;
    }
    const found = low === count ? undefined : decodeReceiptRow(await readRows(file, low, 1));
    if (found === undefined || receiptHash(found) !== receiptHash(wanted))
      throw new Error(`${path} does not have the receipt ${receiptHash(wanted)}`);
    return low;
  });
}

async function reading<Result>(
  path: string,
  use: (file: FileHandle, count: number) => Promise<Result>,
): Promise<Result> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size % RECEIPT_ROW_BYTES !== 0) throw new Error(`${path}: ${size} bytes are not a whole number of rows`);
    return await use(file, size / RECEIPT_ROW_BYTES);
  } finally {
    await file.close();
  }
}

async function readRows(file: FileHandle, first: number, count: number): Promise<Uint8Array> {
  const rows = new Uint8Array(count * RECEIPT_ROW_BYTES);
  for (let at = 0; at < rows.length;) {
    const { bytesRead } = await file.read(rows, at, rows.length - at, first * RECEIPT_ROW_BYTES + at);
    if (bytesRead === 0) throw new Error("a file of receipts became shorter while it was read");
    at += bytesRead;
  }
  return rows;
}

/** A tree's root as contracts take it. */
export function rootArgument({ root }: SumTree): { hash: Hex; sum: bigint } {
  return { hash: bytesToHex(root.hash), sum: root.sum };
}
