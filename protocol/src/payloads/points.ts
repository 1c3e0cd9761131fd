// Payload of a points leaf: the credits and debits of a record in a group (docs/formats.md §3).
import { FieldReader, FieldWriter, payloadError } from "../fields.ts";
import { PAYOUT, placesOf, POINTS, TALLY } from "../kinds.ts";
import { isAbsent, type Root } from "../node.ts";

export type PointsPayload = {
  /** Root of the tallies of helpful entries. */
  credits: Root;
  /** Root of the tallies of harmful entries; not both are absent. */
  debits: Root;
  /** 1 … 2^28 − 1. */
  positionId: bigint;
  /** Place in the position's earnings; `NONE` exactly if the record's amount is 0. */
  earningIndex: number;
};

/** @throws Error naming the field that breaks a rule */
export function encodePoints(payload: PointsPayload): Uint8Array {
  const { bytes } = new FieldWriter(POINTS)
    .root(payload.credits, TALLY.depth, "credits")
    .root(payload.debits, TALLY.depth, "debits")
    .bigUint(8, payload.positionId, "positionId")
    .uint(4, payload.earningIndex, "earningIndex");
  checkRules(payload);
  return bytes;
}

/** @throws Error naming the field that is malformed */
export function decodePoints(bytes: Uint8Array): PointsPayload {
  const reader = new FieldReader(POINTS, bytes);
  const payload = {
    credits: reader.root(TALLY.depth, "credits"),
    debits: reader.root(TALLY.depth, "debits"),
    positionId: reader.bigUint(8),
    earningIndex: reader.uint(4),
  };
  checkRules(payload);
  return payload;
}

function checkRules({ credits, debits, positionId }: PointsPayload): void {
  if (isAbsent(credits) && isAbsent(debits)) throw payloadError(POINTS, "credits", "absent, as the debits are");
  if (positionId === 0n || positionId >= BigInt(placesOf(PAYOUT))) {
    throw payloadError(POINTS, "positionId", `${positionId} is no place of a payout`);
  }
}
