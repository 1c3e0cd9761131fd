// Payload of an entry leaf: a record in the helpful or harmful list of a call (docs/formats.md §3).
import { NONE } from "../bytes.ts";
import { FieldReader, FieldWriter, payloadError } from "../fields.ts";
import { ENTRY, placesOf, TALLY } from "../kinds.ts";

export type EntryPayload = {
  /** Place of the record in the index; not `NONE`. */
  recordIndex: number;
  /** Influence, `scale · ⟨q, x⟩`; fits `i64`. Its sign is that of the list: > 0 helpful, < 0 harmful. */
  s: bigint;
  points: bigint;
  /** Place of the entry in the record's credits or debits, below 2^28; `NONE` exactly if the points are 0. */
  tallyIndex: number;
};

/** @throws Error naming the field that breaks a rule */
export function encodeEntry(payload: EntryPayload): Uint8Array {
  if (BigInt.asIntN(64, payload.s) !== payload.s) throw payloadError(ENTRY, "s", `${payload.s} is not an i64`);
  const { bytes } = new FieldWriter(ENTRY)
    .uint(4, payload.recordIndex, "recordIndex")
    .bigUint(8, BigInt.asUintN(64, payload.s), "s")
    .bigUint(16, payload.points, "points")
    .uint(4, payload.tallyIndex, "tallyIndex");
  checkRules(payload);
  return bytes;
}

/** @throws Error naming the field that is malformed */
export function decodeEntry(bytes: Uint8Array): EntryPayload {
  const reader = new FieldReader(ENTRY, bytes);
  const payload = {
    recordIndex: reader.uint(4),
    s: BigInt.asIntN(64, reader.bigUint(8)),
    points: reader.bigUint(16),
    tallyIndex: reader.uint(4),
  };
  checkRules(payload);
  return payload;
}

function checkRules({ recordIndex, s, points, tallyIndex }: EntryPayload): void {
  if (recordIndex === NONE) throw payloadError(ENTRY, "recordIndex", "none");
  if (s === 0n) throw payloadError(ENTRY, "s", "0 is on no list");
  if ((points === 0n) !== (tallyIndex === NONE)) {
    throw payloadError(ENTRY, "tallyIndex", `${tallyIndex === NONE ? "none" : tallyIndex} with ${points} points`);
  }
  if (tallyIndex !== NONE && tallyIndex >= placesOf(TALLY)) {
    throw payloadError(ENTRY, "tallyIndex", `${tallyIndex} is no place of a tally`);
  }
}
