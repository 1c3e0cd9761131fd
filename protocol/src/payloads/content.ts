// Payload of a content leaf: a record of a contribution (docs/formats.md §3).
import { FieldReader, FieldWriter } from "../fields.ts";
import { CONTENT } from "../kinds.ts";

export type ContentPayload = {
  /** `H(canonical record bytes)`, 32 bytes. */
  recordHash: Uint8Array;
};

/** @throws RangeError naming the field that does not fit */
export function encodeContent(payload: ContentPayload): Uint8Array {
  return new FieldWriter(CONTENT).raw(32, payload.recordHash, "recordHash").bytes;
}

/** @throws Error naming the field that is malformed */
export function decodeContent(bytes: Uint8Array): ContentPayload {
  return { recordHash: new FieldReader(CONTENT, bytes).raw(32) };
}
