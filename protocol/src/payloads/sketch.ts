// Payload of a sketch leaf: the sketch of a paid call, its coordinates in reverse order (docs/formats.md §3).
import { writeUint } from "../bytes.ts";
import { checkColumn } from "../columns.ts";
import { FieldReader, FieldWriter, payloadError } from "../fields.ts";
import { isSketchSize, SKETCH } from "../kinds.ts";
import { readSketch, reverseSketch, sketchSums, writeSketch } from "../sketch.ts";

export type SketchPayload = {
  /** EIP-712 struct hash of the receipt at the same place (docs/formats.md §7.1), 32 bytes. */
  receiptHash: Uint8Array;
  /** k coordinates −127 … 127. `sumU` of the payload follows from them. */
  sketch: Int8Array;
};

/** Columns of `n` sketches, as `encodeSketchBatch` takes them. */
export type SketchColumns = {
  /** 32 bytes per sketch. */
  receiptHashes: Uint8Array;
  /** Coordinates per sketch. */
  k: number;
  /** `k` coordinates per sketch. */
  sketches: Int8Array;
};

const SKETCH_OFFSET = SKETCH.bytes;

/** @throws Error naming the field that breaks a rule */
export function encodeSketch(payload: SketchPayload): Uint8Array {
  const { sketch } = payload;
  if (!isSketchSize(sketch.length)) throw payloadError(SKETCH, "sketch", `${sketch.length} coordinates`);
  const { bytes } = new FieldWriter(SKETCH, sketch.length)
    .raw(32, payload.receiptHash, "receiptHash")
    .uint(4, sketchSums(sketch).sumU, "sumU");
  writeSketch(bytes, SKETCH_OFFSET, sketch, "sketch payload, sketch");
  reverseSketch(bytes, SKETCH_OFFSET, sketch.length);
  return bytes;
}

/**
 * @param k coordinates of the method's sketches; any size is taken without it
 * @throws Error naming the field that is malformed
 */
export function decodeSketch(bytes: Uint8Array, k?: number): SketchPayload {
  const reader = new FieldReader(SKETCH, bytes, k);
  const receiptHash = reader.raw(32);
  const sumU = reader.uint(4);
  const sketch = readSketch(bytes, SKETCH_OFFSET, reader.k, "sketch payload, sketch").reverse();
  const expected = sketchSums(sketch).sumU;
  if (sumU !== expected) throw payloadError(SKETCH, "sumU", `${sumU} instead of ${expected}`);
  return { receiptHash, sketch };
}

/**
 * Encodes `n` sketches into one buffer, `37 + k` bytes each, ready for `keccak256Each`.
 * @throws Error naming the row that breaks a rule
 */
export function encodeSketchBatch({ receiptHashes, k, sketches }: SketchColumns): Uint8Array {
  if (!isSketchSize(k)) throw payloadError(SKETCH, "sketch", `${k} coordinates`);
  const count = Math.floor(receiptHashes.length / 32);
  checkColumn("receiptHashes", receiptHashes, count, 32);
  checkColumn("sketches", sketches, count, k);
  const size = SKETCH_OFFSET + k;
  const bytes = new Uint8Array(count * size);
  for (let row = 0; row < count; row++) {
    const sketch = sketches.subarray(row * k, (row + 1) * k);
    bytes[row * size] = SKETCH.tag;
    bytes.set(receiptHashes.subarray(32 * row, 32 * row + 32), row * size + 1);
    writeUint(bytes, row * size + 33, 4, sketchSums(sketch).sumU, "sumU");
    writeSketch(bytes, row * size + SKETCH_OFFSET, sketch, `sketch row ${row}`);
    reverseSketch(bytes, row * size + SKETCH_OFFSET, k);
  }
  return bytes;
}
