// Payload of a group leaf: the settlements of a model version in an epoch (docs/formats.md §3).
import { FieldReader, FieldWriter } from "../fields.ts";
import { GROUP, POINTS, TRACE } from "../kinds.ts";
import type { Root } from "../node.ts";

export type GroupPayload = {
  modelVersion: bigint;
  trace: Root;
  points: Root;
  /** Place of the group's pool in the earnings of the treasury's position; `NONE` unless all nets are 0 and the pool is not. */
  fallbackEarningIndex: number;
};

/** @throws Error naming the field that does not fit */
export function encodeGroup(payload: GroupPayload): Uint8Array {
  return new FieldWriter(GROUP)
    .bigUint(8, payload.modelVersion, "modelVersion")
    .root(payload.trace, TRACE.depth, "trace")
    .root(payload.points, POINTS.depth, "points")
    .uint(4, payload.fallbackEarningIndex, "fallbackEarningIndex").bytes;
}

/** @throws Error naming the field that is malformed */
export function decodeGroup(bytes: Uint8Array): GroupPayload {
  const reader = new FieldReader(GROUP, bytes);
  return {
    modelVersion: reader.bigUint(8),
    trace: reader.root(TRACE.depth, "trace"),
    points: reader.root(POINTS.depth, "points"),
    fallbackEarningIndex: reader.uint(4),
  };
}
