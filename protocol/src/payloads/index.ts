// Payload of an index leaf: a training record of a model version with its sketch (docs/formats.md §3).
import { NONE, writeBigUint, writeUint } from "../bytes.ts";
import { checkColumn } from "../columns.ts";
import { FieldReader, FieldWriter, payloadError } from "../fields.ts";
import { FULL_NOVELTY, INDEX, isSketchSize, SCALE_LIMIT } from "../kinds.ts";
import { readSketch, sketchSums, writeSketch } from "../sketch.ts";

export type IndexPayload = {
  /** `H(canonical record bytes)`, 32 bytes. */
  recordHash: Uint8Array;
  /** 256-bit MinHash (docs/formats.md §6.5), 32 bytes; 0 where the method does not use it. */
  contentSignature: Uint8Array;
  contributionId: bigint;
  /** Place of the record in its contribution's content tree. */
  recordIndex: number;
  /** 0 … 2^24 − 1; 0 only where all coordinates are 0. */
  scale: number;
  /** 0 … 255. */
  novelty: number;
  /** Place of an earlier record; `NONE` exactly if the novelty is 255, or the record is in withdrawn form. */
  witness: number;
  /** k coordinates −127 … 127. `sumU` and `sumSq` of the payload follow from them. */
  sketch: Int8Array;
};

/** Columns of `n` index records, as `encodeIndexBatch` takes them. */
export type IndexColumns = {
  /** 32 bytes per record. */
  recordHashes: Uint8Array;
  /** 32 bytes per record. */
  contentSignatures: Uint8Array;
  contributionIds: BigUint64Array;
  recordIndexes: Uint32Array;
  scales: Uint32Array;
  novelties: Uint8Array;
  witnesses: Uint32Array;
  /** Coordinates per sketch. */
  k: number;
  /** `k` coordinates per record. */
  sketches: Int8Array;
};

const SKETCH_OFFSET = INDEX.bytes;

/** The withdrawn form of a record: what an index states of one that its contributor withdrew before the version was registered. It weighs nothing. */
export function withdrawnRecord(
  record: Pick<IndexPayload, "recordHash" | "contributionId" | "recordIndex">,
  k: number,
): IndexPayload {
  const { recordHash, contributionId, recordIndex } = record;
  const contentSignature = new Uint8Array(32);
  const sketch = new Int8Array(k);
  return {
    recordHash,
    contentSignature,
    contributionId,
    recordIndex,
    scale: 0,
    novelty: 0,
    witness: NONE,
    sketch,
  };
}

/** Whether a well-formed record is in withdrawn form: without novelty, and without a record that has it. */
export function isWithdrawnForm({ novelty, witness }: Pick<IndexPayload, "novelty" | "witness">): boolean {
  return novelty === 0 && witness === NONE;
}

/** @throws Error naming the field that breaks a rule */
export function encodeIndex(payload: IndexPayload): Uint8Array {
  const { sketch } = payload;
  if (!isSketchSize(sketch.length)) throw payloadError(INDEX, "sketch", `${sketch.length} coordinates`);
  const { sumU, sumSq } = sketchSums(sketch);
  const { bytes } = new FieldWriter(INDEX, sketch.length)
    .raw(32, payload.recordHash, "recordHash")
    .raw(32, payload.contentSignature, "contentSignature")
    .bigUint(8, payload.contributionId, "contributionId")
    .uint(4, payload.recordIndex, "recordIndex")
    .uint(4, payload.scale, "scale")
    .uint(1, payload.novelty, "novelty")
    .uint(4, payload.witness, "witness")
    .uint(4, sumU, "sumU")
    .uint(4, sumSq, "sumSq");
  writeSketch(bytes, SKETCH_OFFSET, sketch, "index payload, sketch");
  checkRules(payload, sumSq, payload.contentSignature);
  return bytes;
}

/**
 * @param k coordinates of the method's sketches; any size is taken without it
 * @throws Error naming the field that is malformed
 */
export function decodeIndex(bytes: Uint8Array, k?: number): IndexPayload {
  const reader = new FieldReader(INDEX, bytes, k);
  const recordHash = reader.raw(32);
  const contentSignature = reader.raw(32);
  const contributionId = reader.bigUint(8);
  const recordIndex = reader.uint(4);
  const scale = reader.uint(4);
  const novelty = reader.uint(1);
  const witness = reader.uint(4);
  const sumU = reader.uint(4);
  const sumSq = reader.uint(4);
  const sketch = readSketch(bytes, SKETCH_OFFSET, reader.k, "index payload, sketch");
  const sums = sketchSums(sketch);
  if (sumU !== sums.sumU) throw payloadError(INDEX, "sumU", `${sumU} instead of ${sums.sumU}`);
  if (sumSq !== sums.sumSq) throw payloadError(INDEX, "sumSq", `${sumSq} instead of ${sums.sumSq}`);
  checkRules({ scale, novelty, witness }, sumSq, contentSignature);
  return { recordHash, contentSignature, contributionId, recordIndex, scale, novelty, witness, sketch };
}

/**
 * Encodes `n` index records into one buffer, `94 + k` bytes each, ready for `keccak256Each`.
 * @throws Error naming the row and the field that breaks a rule
 */
export function encodeIndexBatch(columns: IndexColumns): Uint8Array {
  const { k, sketches } = columns;
  const count = columns.recordIndexes.length;
  if (!isSketchSize(k)) throw payloadError(INDEX, "sketch", `${k} coordinates`);
  checkColumn("recordHashes", columns.recordHashes, count, 32);
  checkColumn("contentSignatures", columns.contentSignatures, count, 32);
  checkColumn("contributionIds", columns.contributionIds, count);
  checkColumn("scales", columns.scales, count);
  checkColumn("novelties", columns.novelties, count);
  checkColumn("witnesses", columns.witnesses, count);
  checkColumn("sketches", sketches, count, k);
  const size = SKETCH_OFFSET + k;
  const bytes = new Uint8Array(count * size);
  for (let row = 0; row < count; row++) {
    const at = row * size;
    const sketch = sketches.subarray(row * k, (row + 1) * k);
    const { sumU, sumSq } = sketchSums(sketch);
    bytes[at] = INDEX.tag;
    bytes.set(columns.recordHashes.subarray(32 * row, 32 * row + 32), at + 1);
    bytes.set(columns.contentSignatures.subarray(32 * row, 32 * row + 32), at + 33);
    writeBigUint(bytes, at + 65, 8, columns.contributionIds[row]!, "contributionId");
    writeUint(bytes, at + 73, 4, columns.recordIndexes[row]!, "recordIndex");
    writeUint(bytes, at + 77, 4, columns.scales[row]!, "scale");
    bytes[at + 81] = columns.novelties[row]!;
    writeUint(bytes, at + 82, 4, columns.witnesses[row]!, "witness");
    writeUint(bytes, at + 86, 4, sumU, "sumU");
    writeUint(bytes, at + 90, 4, sumSq, "sumSq");
    writeSketch(bytes, at + SKETCH_OFFSET, sketch, `index row ${row}`);
    try {
      const [scale, novelty, witness] = [columns.scales[row]!, columns.novelties[row]!, columns.witnesses[row]!];
      checkRules({ scale, novelty, witness }, sumSq, columns.contentSignatures.subarray(32 * row, 32 * row + 32));
    } catch (cause) {
      throw new Error(`index row ${row}: ${(cause as Error).message}`, { cause });
    }
  }
  return bytes;
}

function checkRules(
  record: Pick<IndexPayload, "scale" | "novelty" | "witness">,
  sumSq: number,
  contentSignature: Uint8Array,
): void {
  const { scale, novelty, witness } = record;
  if (scale >= SCALE_LIMIT) throw payloadError(INDEX, "scale", `${scale} is not below 2^24`);
  if (scale === 0 && sumSq !== 0) throw payloadError(INDEX, "scale", "0 with a coordinate that is not 0");
  if (isWithdrawnForm(record)) {
    if (scale !== 0) throw payloadError(INDEX, "scale", `${scale} in a withdrawn record`);
    if (contentSignature.some((byte) => byte !== 0))
      throw payloadError(INDEX, "contentSignature", "not 0 in a withdrawn record");
    return;
  }
  if ((novelty === FULL_NOVELTY) !== (witness === NONE)) {
    throw payloadError(INDEX, "witness", `${witness === NONE ? "none" : witness} with novelty ${novelty}`);
  }
}
