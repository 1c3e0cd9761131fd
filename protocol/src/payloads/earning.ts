// Payload of an earning leaf: what a record earned its position (docs/formats.md §3).
import { FieldReader, FieldWriter } from "../fields.ts";
import { EARNING } from "../kinds.ts";

export type EarningPayload = {
  /** Place of the group in the epoch. */
  group: number;
  /** Place of the record in the group's index; `NONE` for a pool that falls back to the treasury's position. */
  record: number;
};

/** @throws RangeError naming the field that does not fit */
export function encodeEarning(payload: EarningPayload): Uint8Array {
  return new FieldWriter(EARNING).uint(4, payload.group, "group").uint(4, payload.record, "record").bytes;
}

/** @throws Error naming the field that is malformed */
export function decodeEarning(bytes: Uint8Array): EarningPayload {
  const reader = new FieldReader(EARNING, bytes);
  return { group: reader.uint(4), record: reader.uint(4) };
}
