// Payload of a tally leaf: an entry that credits or debits a record (docs/formats.md §3).
import { FieldReader, FieldWriter, payloadError } from "../fields.ts";
import { ENTRY, placesOf, TALLY, TRACE } from "../kinds.ts";

export type TallyPayload = {
  /** Place of the call in the group's trace, below 2^28. */
  call: number;
  /** Place of the entry in the call's list, below 256. */
  entry: number;
};

/** @throws Error naming the field that breaks a rule */
export function encodeTally(payload: TallyPayload): Uint8Array {
  const { bytes } = new FieldWriter(TALLY).uint(4, payload.call, "call").uint(2, payload.entry, "entry");
  checkRules(payload);
  return bytes;
}

/** @throws Error naming the field that is malformed */
export function decodeTally(bytes: Uint8Array): TallyPayload {
  const reader = new FieldReader(TALLY, bytes);
  const payload = { call: reader.uint(4), entry: reader.uint(2) };
  checkRules(payload);
  return payload;
}

function checkRules({ call, entry }: TallyPayload): void {
  if (call >= placesOf(TRACE)) throw payloadError(TALLY, "call", `${call} is no place of a call`);
  if (entry >= placesOf(ENTRY)) throw payloadError(TALLY, "entry", `${entry} is no place of an entry`);
}
