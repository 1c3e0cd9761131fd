// Reads the fields of leaf payloads without judging them (twin of contracts/libraries/Payloads.sol).
import { readBigUint, readUint } from "../bytes.ts";
import type { Kind } from "../kinds.ts";
import { type Node, readNode } from "../node.ts";

export type EntryFields = { recordIndex: number; s: bigint; points: bigint; tallyIndex: number };
export type TraceFields = { receiptHash: Uint8Array; sketchHash: Uint8Array; helpful: Node; harmful: Node };
export type TallyFields = { call: number; entry: number };
export type PointsFields = { credits: Node; debits: Node; positionId: bigint; earningIndex: number };
export type GroupFields = { modelVersion: bigint; trace: Node; points: Node; fallbackEarningIndex: number };
export type EarningFields = { group: number; record: number };

/** Whether the payload has the tag and the length of a kind of fixed length: what the readers here need. */
export function isShaped(kind: Kind, payload: Uint8Array): boolean {
  return !kind.hasSketch && payload.length === kind.bytes && payload[0] === kind.tag;
}

export function entryFields(p: Uint8Array): EntryFields {
  return {
    recordIndex: readUint(p, 1, 4),
    s: BigInt.asIntN(64, readBigUint(p, 5, 8)),
    points: readBigUint(p, 13, 16),
    tallyIndex: readUint(p, 29, 4),
  };
}

export function traceFields(p: Uint8Array): TraceFields {
  return {
    receiptHash: p.slice(1, 33),
    sketchHash: p.slice(33, 65),
    helpful: readNode(p, 65),
    harmful: readNode(p, 114),
  };
}

export function tallyFields(p: Uint8Array): TallyFields {
  return { call: readUint(p, 1, 4), entry: readUint(p, 5, 2) };
}

export function pointsFields(p: Uint8Array): PointsFields {
  return {
    credits: readNode(p, 1),
    debits: readNode(p, 50),
    positionId: readBigUint(p, 99, 8),
    earningIndex: readUint(p, 107, 4),
  };
}

export function groupFields(p: Uint8Array): GroupFields {
  return {
    modelVersion: readBigUint(p, 1, 8),
    trace: readNode(p, 9),
    points: readNode(p, 58),
    fallbackEarningIndex: readUint(p, 107, 4),
  };
}

export function earningFields(p: Uint8Array): EarningFields {
  return { group: readUint(p, 1, 4), record: readUint(p, 5, 4) };
}

/** The root of a payout's earnings. */
export function payoutFields(p: Uint8Array): { earnings: Node } {
  return { earnings: readNode(p, 1) };
}
