// Receipts of a settlement as rows of fixed length, in which a gateway hands them over: small, and read without parsing.
import { readBigUint } from "./bytes.ts";
import { RECEIPT } from "./kinds.ts";
import { decodeReceipt, encodeReceipt, type ReceiptColumns } from "./payloads/receipt.ts";
import type { Receipt } from "./typed-data/receipt.ts";

const AMOUNT_BYTES = 16;
/** Bytes of a row: `amount u128 ‖ receipt payload` (docs/formats.md §3). */
export const RECEIPT_ROW_BYTES = AMOUNT_BYTES + RECEIPT.bytes;

/** @throws RangeError naming the field that does not fit */
export function encodeReceiptRow(receipt: Receipt): Uint8Array {
  const row = new Uint8Array(RECEIPT_ROW_BYTES);
  const view = new DataView(row.buffer);
  if (receipt.amount < 0n || receipt.amount >> 128n !== 0n)
    throw new RangeError(`receipt, amount: ${receipt.amount} is not a u128`);
  view.setBigUint64(0, receipt.amount >> 64n);
  view.setBigUint64(8, BigInt.asUintN(64, receipt.amount));
  row.set(encodeReceipt(receipt), AMOUNT_BYTES);
  return row;
}

/**
 * The receipt of a row; addresses come in lower case.
 * @throws Error naming the field that is malformed
 */
export function decodeReceiptRow(row: Uint8Array): Receipt {
  return { ...decodeReceipt(row.subarray(AMOUNT_BYTES)), amount: readBigUint(row, 0, AMOUNT_BYTES) };
}

/** Rows taken apart into what a tree is built of. */
export function splitReceiptRows(rows: Uint8Array): { sums: BigUint64Array; payloads: Uint8Array } {
  const count = countOf(rows);
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const sums = new BigUint64Array(2 * count);
  const payloads = new Uint8Array(RECEIPT.bytes * count);
  for (let i = 0; i < count; i++) {
    const at = RECEIPT_ROW_BYTES * i;
    sums[2 * i] = view.getBigUint64(at);
    sums[2 * i + 1] = view.getBigUint64(at + 8);
    payloads.set(rows.subarray(at + AMOUNT_BYTES, at + RECEIPT_ROW_BYTES), RECEIPT.bytes * i);
  }
  return { sums, payloads };
}

/**
 * Copies rows into columns, from row `first` of the columns on.
 * @throws Error naming the row whose payload is not a receipt's
 */
export function fillReceiptColumns(columns: ReceiptColumns, first: number, rows: Uint8Array): void {
  const count = countOf(rows);
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  for (let i = 0; i < count; i++) {
    const start = RECEIPT_ROW_BYTES * i;
    const at = start + AMOUNT_BYTES;
    const to = first + i;
    if (rows[at] !== RECEIPT.tag || view.getUint32(at + 207) !== 0)
      throw new Error(`receipt row ${to}: not a receipt's payload`);
    const copy = (column: Uint8Array, from: number, width: number): void =>
      column.set(rows.subarray(at + from, at + from + width), width * to);
    copy(columns.tills, 1, 20);
    columns.modelVersions[to] = view.getBigUint64(at + 21);
    copy(columns.channelIds, 29, 32);
    columns.sequences[to] = view.getBigUint64(at + 61);
    columns.amounts[2 * to] = view.getBigUint64(start);
    columns.amounts[2 * to + 1] = view.getBigUint64(start + 8);
    columns.cumulatives[2 * to] = view.getBigUint64(at + 69);
    columns.cumulatives[2 * to + 1] = view.getBigUint64(at + 77);
    copy(columns.agentRegistries, 85, 20);
    copy(columns.agentIds, 105, 32);
    copy(columns.requestHashes, 137, 32);
    copy(columns.responseHashes, 169, 32);
    columns.issuedAts[to] = view.getUint16(at + 201) * 2 ** 32 + view.getUint32(at + 203);
  }
}

function countOf(rows: Uint8Array): number {
  if (rows.length % RECEIPT_ROW_BYTES !== 0)
    throw new RangeError(`${rows.length} bytes are not a whole number of receipt rows of ${RECEIPT_ROW_BYTES}`);
  return rows.length / RECEIPT_ROW_BYTES;
}
