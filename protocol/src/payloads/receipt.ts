// Payload of a receipt leaf: a paid call of a settlement (docs/formats.md §3).
import type { Address, Hex } from "viem";
import { writeBigUint, writeUint } from "../bytes.ts";
import { checkColumn } from "../columns.ts";
import { FieldReader, FieldWriter, payloadError } from "../fields.ts";
import { RECEIPT } from "../kinds.ts";

/** The fields of a receipt but its amount, which is the leaf's sum; hex, because a receipt is typed data first. */
export type ReceiptPayload = {
  till: Address;
  modelVersion: bigint;
  channelId: Hex;
  /** From 1, per channel. */
  sequence: bigint;
  /** What the channel has been charged so far, this call included; base units. */
  cumulative: bigint;
  /** Zero address where no agent is named. */
  agentRegistry: Address;
  agentId: bigint;
  requestHash: Hex;
  responseHash: Hex;
  /** Unix seconds. */
  issuedAt: number;
};

/** Columns of `n` receipts, as the batch encoders take them. */
export type ReceiptColumns = {
  /** 20 bytes per receipt. */
  tills: Uint8Array;
  modelVersions: BigUint64Array;
  /** 32 bytes per receipt. */
  channelIds: Uint8Array;
  sequences: BigUint64Array;
  /** Two words per receipt: high, low. */
  amounts: BigUint64Array;
  /** Two words per receipt: high, low. */
  cumulatives: BigUint64Array;
  /** 20 bytes per receipt. */
  agentRegistries: Uint8Array;
  /** 32 bytes per receipt, big-endian. */
  agentIds: Uint8Array;
  /** 32 bytes per receipt. */
  requestHashes: Uint8Array;
  /** 32 bytes per receipt. */
  responseHashes: Uint8Array;
  /** Unix seconds. */
  issuedAts: Float64Array;
};

/** @throws RangeError naming the field that does not fit */
export function encodeReceipt(payload: ReceiptPayload): Uint8Array {
  return new FieldWriter(RECEIPT)
    .hex(20, payload.till, "till")
    .bigUint(8, payload.modelVersion, "modelVersion")
    .hex(32, payload.channelId, "channelId")
    .bigUint(8, payload.sequence, "sequence")
    .bigUint(16, payload.cumulative, "cumulative")
    .hex(20, payload.agentRegistry, "agentRegistry")
    .bigUint(32, payload.agentId, "agentId")
    .hex(32, payload.requestHash, "requestHash")
    .hex(32, payload.responseHash, "responseHash")
    .uint(6, payload.issuedAt, "issuedAt").bytes;
}

/** @throws Error naming the field that is malformed; addresses come in lower case */
export function decodeReceipt(bytes: Uint8Array): ReceiptPayload {
  const reader = new FieldReader(RECEIPT, bytes);
  const payload = {
    till: reader.hex(20),
    modelVersion: reader.bigUint(8),
    channelId: reader.hex(32),
    sequence: reader.bigUint(8),
    cumulative: reader.bigUint(16),
    agentRegistry: reader.hex(20),
    agentId: reader.bigUint(32),
    requestHash: reader.hex(32),
    responseHash: reader.hex(32),
    issuedAt: reader.uint(6),
  };
  const reserved = reader.uint(4);
  if (reserved !== 0) throw payloadError(RECEIPT, "reserved", `${reserved} instead of 0`);
  return payload;
}

/** @throws RangeError naming the column of another length than the rest */
export function checkReceiptColumns(columns: ReceiptColumns): number {
  const count = columns.modelVersions.length;
  checkColumn("tills", columns.tills, count, 20);
  checkColumn("channelIds", columns.channelIds, count, 32);
  checkColumn("sequences", columns.sequences, count);
  checkColumn("amounts", columns.amounts, count, 2);
  checkColumn("cumulatives", columns.cumulatives, count, 2);
  checkColumn("agentRegistries", columns.agentRegistries, count, 20);
  checkColumn("agentIds", columns.agentIds, count, 32);
  checkColumn("requestHashes", columns.requestHashes, count, 32);
  checkColumn("responseHashes", columns.responseHashes, count, 32);
  checkColumn("issuedAts", columns.issuedAts, count);
  return count;
}

/**
 * Encodes `n` receipts into one buffer, 211 bytes each, ready for `keccak256Each`.
 * @throws RangeError naming the column or field that does not fit
 */
export function encodeReceiptBatch(columns: ReceiptColumns): Uint8Array {
  const count = checkReceiptColumns(columns);
  const bytes = new Uint8Array(RECEIPT.bytes * count);
  for (let row = 0; row < count; row++) {
    const at = RECEIPT.bytes * row;
    bytes[at] = RECEIPT.tag;
    bytes.set(columns.tills.subarray(20 * row, 20 * row + 20), at + 1);
    writeBigUint(bytes, at + 21, 8, columns.modelVersions[row]!, "modelVersion");
    bytes.set(columns.channelIds.subarray(32 * row, 32 * row + 32), at + 29);
    writeBigUint(bytes, at + 61, 8, columns.sequences[row]!, "sequence");
    writeBigUint(bytes, at + 69, 8, columns.cumulatives[2 * row]!, "cumulative");
    writeBigUint(bytes, at + 77, 8, columns.cumulatives[2 * row + 1]!, "cumulative");
    bytes.set(columns.agentRegistries.subarray(20 * row, 20 * row + 20), at + 85);
    bytes.set(columns.agentIds.subarray(32 * row, 32 * row + 32), at + 105);
    bytes.set(columns.requestHashes.subarray(32 * row, 32 * row + 32), at + 137);
    bytes.set(columns.responseHashes.subarray(32 * row, 32 * row + 32), at + 169);
    writeUint(bytes, at + 201, 6, columns.issuedAts[row]!, `receipt row ${row}, issuedAt`);
  }
  return bytes;
}
