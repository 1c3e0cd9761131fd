// Payload of a points leaf: the credits and debits of a record in a group (docs/formats.md §3).
import { FieldReader, FieldWriter } from "../fields.ts";
import { POINTS, TALLY } from "../kinds.ts";
import type { Root } from "../node.ts";

export type PointsPayload = {
  /** Root of the tallies of helpful entries. */
  credits: Root;
  /** Root of the tallies of harmful entries. */
  debits: Root;
  positionId: bigint;
  /** Place in the position's earnings; `NONE` exactly if the record's amount is 0. */
  earningIndex: number;
};

/** @throws Error naming the field that does not fit */
export function encodePoints(payload: PointsPayload): Uint8Array {
  return new FieldWriter(POINTS)
    .root(payload.credits, TALLY.depth, "credits")
    .root(payload.debits, TALLY.depth, "debits")
    .bigUint(8, payload.positionId, "positionId")
    .uint(4, payload.earningIndex, "earningIndex").bytes;
}

/** @throws Error naming the field that is malformed */
export function decodePoints(bytes: Uint8Array): PointsPayload {
  const reader = new FieldReader(POINTS, bytes);
  return {
    credits: reader.root(TALLY.depth, "credits"),
    debits: reader.root(TALLY.depth, "debits"),
    positionId: reader.bigUint(8),
    earningIndex: reader.uint(4),
  };
}
