// Payload of a payout leaf: the earnings of a position in an epoch (docs/formats.md §3).
import { FieldReader, FieldWriter } from "../fields.ts";
import { EARNING, PAYOUT } from "../kinds.ts";
import type { Root } from "../node.ts";

export type PayoutPayload = {
  /** Root of the position's earnings; empty where it earned nothing in the epoch. */
  earnings: Root;
};

/** @throws Error naming the field that does not fit */
export function encodePayout(payload: PayoutPayload): Uint8Array {
  return new FieldWriter(PAYOUT).root(payload.earnings, EARNING.depth, "earnings").bytes;
}

/** @throws Error naming the field that is malformed */
export function decodePayout(bytes: Uint8Array): PayoutPayload {
  return { earnings: new FieldReader(PAYOUT, bytes).root(EARNING.depth, "earnings") };
}
