// Payload of an earning leaf: what a record earned its position (docs/formats.md §3).
import { FieldReader, FieldWriter, payloadError } from "../fields.ts";
import { EARNING, GROUP, placesOf } from "../kinds.ts";

export type EarningPayload = {
  /** Place of the group in the epoch, below 2^16. */
  group: number;
  /** Place of the record in the group's index; `NONE` for a pool that falls back to the treasury's position. */
  record: number;
};

/** @throws Error naming the field that breaks a rule */
export function encodeEarning(payload: EarningPayload): Uint8Array {
  const { bytes } = new FieldWriter(EARNING).uint(4, payload.group, "group").uint(4, payload.record, "record");
  checkRules(payload);
  return bytes;
}

/** @throws Error naming the field that is malformed */
export function decodeEarning(bytes: Uint8Array): EarningPayload {
  const reader = new FieldReader(EARNING, bytes);
  const payload = { group: reader.uint(4), record: reader.uint(4) };
  checkRules(payload);
  return payload;
}

function checkRules({ group }: EarningPayload): void {
  if (group >= placesOf(GROUP)) throw payloadError(EARNING, "group", `${group} is no place of a group`);
}
