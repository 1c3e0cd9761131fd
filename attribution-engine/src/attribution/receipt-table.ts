// The receipts of one settlement, as columns.
import { bytesToHex, hexToBytes, writeBigUint, writeUint } from "@tributary/protocol/bytes";
import type { ReceiptColumns } from "@tributary/protocol/payloads/receipt";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { setU128, u128At, u128Column } from "../trees/u128-words.ts";

/** Receipts by place: `count` rows of the columns of a receipt (docs/formats.md §3). */
export interface ReceiptTable extends ReceiptColumns {
  readonly count: number;
}

/** A table of `count` receipts of zeros. */
export function emptyReceiptTable(count: number): ReceiptTable {
  return {
    count,
    tills: new Uint8Array(20 * count),
    modelVersions: new BigUint64Array(count),
    channelIds: new Uint8Array(32 * count),
    sequences: new BigUint64Array(count),
    amounts: u128Column(count),
    cumulatives: u128Column(count),
    agentRegistries: new Uint8Array(20 * count),
    agentIds: new Uint8Array(32 * count),
    requestHashes: new Uint8Array(32 * count),
    responseHashes: new Uint8Array(32 * count),
    issuedAts: new Float64Array(count),
  };
}

/** The columns of receipts given one by one. Throws a RangeError that names the row and the field that does not fit. */
export function receiptTableOf(receipts: readonly Receipt[]): ReceiptTable {
  const table = emptyReceiptTable(receipts.length);
  for (const [i, receipt] of receipts.entries()) {
    const hex = (column: Uint8Array, width: number, field: "till" | "agentRegistry" | BytesField): void => {
      const bytes = hexToBytes(receipt[field]);
      if (bytes.length !== width) {
        throw new RangeError(`receipt row ${i}: ${field} has ${bytes.length} bytes, not ${width}`);
      }
      column.set(bytes, i * width);
    };
    const word = (column: BigUint64Array, field: "modelVersion" | "sequence"): void => {
      const value = receipt[field];
      if (BigInt.asUintN(64, value) !== value) throw new RangeError(`receipt row ${i}: ${field} ${value} is not a u64`);
      column[i] = value;
    };
    hex(table.tills, 20, "till");
    word(table.modelVersions, "modelVersion");
    hex(table.channelIds, 32, "channelId");
    word(table.sequences, "sequence");
    setU128(table.amounts, i, receipt.amount, "amount of receipt row");
    setU128(table.cumulatives, i, receipt.cumulative, "cumulative of receipt row");
    hex(table.agentRegistries, 20, "agentRegistry");
    writeBigUint(table.agentIds, i * 32, 32, receipt.agentId, `receipt row ${i}: agentId`);
    hex(table.requestHashes, 32, "requestHash");
    hex(table.responseHashes, 32, "responseHash");
    writeUint(new Uint8Array(6), 0, 6, receipt.issuedAt, `receipt row ${i}: issuedAt`);
    table.issuedAts[i] = receipt.issuedAt;
  }
  return table;
}

type BytesField = "channelId" | "requestHash" | "responseHash";

/** The receipt at a place; addresses in lower case. */
export function receiptAt(table: ReceiptTable, i: number): Receipt {
  const hex = (column: Uint8Array, width: number) => bytesToHex(column.subarray(i * width, (i + 1) * width));
  return {
    till: hex(table.tills, 20),
    modelVersion: table.modelVersions[i]!,
    channelId: hex(table.channelIds, 32),
    sequence: table.sequences[i]!,
    amount: u128At(table.amounts, i),
    cumulative: u128At(table.cumulatives, i),
    agentRegistry: hex(table.agentRegistries, 20),
    agentId: BigInt(hex(table.agentIds, 32)),
    requestHash: hex(table.requestHashes, 32),
    responseHash: hex(table.responseHashes, 32),
    issuedAt: table.issuedAts[i]!,
  };
}

/** The receipts `first … end − 1`, without copying. */
export function sliceReceipts(table: ReceiptTable, first: number, end: number): ReceiptTable {
  return {
    count: end - first,
    tills: table.tills.subarray(20 * first, 20 * end),
    modelVersions: table.modelVersions.subarray(first, end),
    channelIds: table.channelIds.subarray(32 * first, 32 * end),
    sequences: table.sequences.subarray(first, end),
    amounts: table.amounts.subarray(2 * first, 2 * end),
    cumulatives: table.cumulatives.subarray(2 * first, 2 * end),
    agentRegistries: table.agentRegistries.subarray(20 * first, 20 * end),
    agentIds: table.agentIds.subarray(32 * first, 32 * end),
    requestHashes: table.requestHashes.subarray(32 * first, 32 * end),
    responseHashes: table.responseHashes.subarray(32 * first, 32 * end),
    issuedAts: table.issuedAts.subarray(first, end),
  };
}

/**
 * Checks docs/formats.md §8.2: receipts by (channelId, sequence), sequences of a channel contiguous and from 1, `cumulative` running. What
 * a channel had settled before is not known here, so a channel's first receipt is only held to `cumulative ≥ amount`. All must name
 * `modelVersion`. Throws an Error that names `what` (the settlement) and the row.
 */
export function checkReceipts(table: ReceiptTable, modelVersion: bigint, what: string): void {
  const channels = Buffer.from(table.channelIds.buffer, table.channelIds.byteOffset, table.channelIds.byteLength);
  const fail = (i: number, problem: string): never => {
    throw new Error(`${what}, receipt row ${i}: ${problem}`);
  };
  for (let i = 0; i < table.count; i++) {
    const amount = u128At(table.amounts, i);
    const cumulative = u128At(table.cumulatives, i);
    const sequence = table.sequences[i]!;
    if (table.modelVersions[i] !== modelVersion) {
      fail(i, `model version ${table.modelVersions[i]}, the group's is ${modelVersion}`);
    }
    if (sequence === 0n) fail(i, "sequence 0; a channel's receipts are counted from 1");
    const order = i === 0 ? 1 : channels.compare(channels, (i - 1) * 32, i * 32, i * 32, (i + 1) * 32);
    if (order < 0) fail(i, "channelId is below that of the row before; sort by (channelId, sequence)");
    if (order > 0) {
      if (cumulative < amount) fail(i, `cumulative ${cumulative} is below the amount ${amount}`);
      continue;
    }
    const expected = table.sequences[i - 1]! + 1n;
    if (sequence !== expected) fail(i, `sequence ${sequence} follows ${expected - 1n} in its channel`);
    const running = u128At(table.cumulatives, i - 1) + amount;
    if (cumulative !== running) fail(i, `cumulative ${cumulative}; the row before and the amount add up to ${running}`);
  }
}
