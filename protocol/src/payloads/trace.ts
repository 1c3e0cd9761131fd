// Payload of a trace leaf: a call of a group with its two lists (docs/formats.md §3).
import { writeBigUint } from "../bytes.ts";
import { checkColumn } from "../columns.ts";
import { FieldReader, FieldWriter } from "../fields.ts";
import { ENTRY, TRACE } from "../kinds.ts";
import type { Root } from "../node.ts";

export type TracePayload = {
  /** 32 bytes, docs/formats.md §7.1. */
  receiptHash: Uint8Array;
  /** `H(sketch payload)`, 32 bytes. */
  sketchHash: Uint8Array;
  /** Root of the entries of the helpful list. */
  helpful: Root;
  /** Root of the entries of the harmful list. */
  harmful: Root;
};

/** Roots of `n` trees, as `forestRoots` returns them: 32 bytes of hash and two words of sum each. */
export type RootColumn = { hashes: Uint8Array; sums: BigUint64Array };

/** Columns of `n` calls, as `encodeTraceBatch` takes them. */
export type TraceColumns = {
  /** 32 bytes per call. */
  receiptHashes: Uint8Array;
  /** 32 bytes per call. */
  sketchHashes: Uint8Array;
  helpful: RootColumn;
  harmful: RootColumn;
};

/** @throws Error naming the field that does not fit */
export function encodeTrace(payload: TracePayload): Uint8Array {
  return new FieldWriter(TRACE)
    .raw(32, payload.receiptHash, "receiptHash")
    .raw(32, payload.sketchHash, "sketchHash")
    .root(payload.helpful, ENTRY.depth, "helpful")
    .root(payload.harmful, ENTRY.depth, "harmful").bytes;
}

/** @throws Error naming the field that is malformed */
export function decodeTrace(bytes: Uint8Array): TracePayload {
  const reader = new FieldReader(TRACE, bytes);
  return {
    receiptHash: reader.raw(32),
    sketchHash: reader.raw(32),
    helpful: reader.root(ENTRY.depth, "helpful"),
    harmful: reader.root(ENTRY.depth, "harmful"),
  };
}

/**
 * Encodes `n` trace payloads into one buffer, 163 bytes each, ready for `keccak256Each`.
 * @throws RangeError naming the column of another length than the rest
 */
export function encodeTraceBatch(columns: TraceColumns): Uint8Array {
  const { receiptHashes, sketchHashes, helpful, harmful } = columns;
  const count = Math.floor(receiptHashes.length / 32);
  checkColumn("receiptHashes", receiptHashes, count, 32);
  checkColumn("sketchHashes", sketchHashes, count, 32);
  for (const [name, { hashes, sums }] of Object.entries({ helpful, harmful })) {
    checkColumn(`${name}.hashes`, hashes, count, 32);
    checkColumn(`${name}.sums`, sums, count, 2);
  }
  const bytes = new Uint8Array(TRACE.bytes * count);
  for (let row = 0; row < count; row++) {
    const at = TRACE.bytes * row;
    bytes[at] = TRACE.tag;
    bytes.set(receiptHashes.subarray(32 * row, 32 * row + 32), at + 1);
    bytes.set(sketchHashes.subarray(32 * row, 32 * row + 32), at + 33);
    writeRootOf(bytes, at + 65, helpful, row);
    writeRootOf(bytes, at + 114, harmful, row);
  }
  return bytes;
}

function writeRootOf(bytes: Uint8Array, offset: number, { hashes, sums }: RootColumn, row: number): void {
  bytes.set(hashes.subarray(32 * row, 32 * row + 32), offset);
  writeBigUint(bytes, offset + 32, 8, sums[2 * row]!, "sum");
  writeBigUint(bytes, offset + 40, 8, sums[2 * row + 1]!, "sum");
  bytes[offset + 48] = ENTRY.depth;
}
