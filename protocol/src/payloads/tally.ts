// Payload of a tally leaf: an entry that credits or debits a record (docs/formats.md §3).
import { FieldReader, FieldWriter } from "../fields.ts";
import { TALLY } from "../kinds.ts";

export type TallyPayload = {
  /** Place of the call in the group's trace. */
  call: number;
  /** Place of the entry in the call's list. */
  entry: number;
};

/** @throws RangeError naming the field that does not fit */
export function encodeTally(payload: TallyPayload): Uint8Array {
  return new FieldWriter(TALLY).uint(4, payload.call, "call").uint(2, payload.entry, "entry").bytes;
}

/** @throws Error naming the field that is malformed */
export function decodeTally(bytes: Uint8Array): TallyPayload {
  const reader = new FieldReader(TALLY, bytes);
  return { call: reader.uint(4), entry: reader.uint(2) };
}
