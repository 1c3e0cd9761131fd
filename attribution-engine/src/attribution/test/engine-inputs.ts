// Turns a plain epoch into the inputs of the engine.
import type { Hex } from "viem";
import type { EpochInputs, GroupInputs } from "../epoch-inputs.ts";
import { receiptTableOf } from "../receipt-table.ts";
import { DIMENSIONS } from "./random-epoch.ts";
import type { PlainEpoch, PlainGroup, PlainRecord } from "./reference-epoch.ts";

const NONE = 0xffffffff;

function hex(digits: string): Hex {
  return `0x${digits}`;
}

/** Neither a new record has one, nor one in withdrawn form: without novelty, scale and coordinates. */
function hasWitness({ novelty, scale, sketch }: PlainRecord): boolean {
  const isEmpty = novelty === 0n && scale === 0n && sketch.every((x) => x === 0n);
  return novelty !== 255n && !isEmpty;
}

function groupInputs(group: PlainGroup, k: number): GroupInputs {
  const count = group.records.length;
  return {
    modelVersion: group.modelVersion,
    method: {
      k,
      topK: group.topK,
      debitFactor: Number(group.debitFactor),
      tau: 64225,
      delta: 6554,
      signatureMatch: 257,
      sketchSpec: `0x${"00".repeat(32)}`,
    },
    index: {
      count,
      k,
      recordHashes: Uint8Array.from({ length: 32 * count }, (_, i) => Math.floor(i / 32) + 1),
      contentSignatures: new Uint8Array(32 * count),
      contributionIds: BigUint64Array.from(group.records.map((record) => record.contributionId)),
      recordIndexes: Uint32Array.from(group.records.map((_, i) => i)),
      scales: Uint32Array.from(group.records.map((record) => Number(record.scale))),
      novelties: Uint8Array.from(group.records.map((record) => Number(record.novelty))),
      witnesses: Uint32Array.from(group.records.map((record) => (hasWitness(record) ? 0 : NONE))),
      sketches: Int8Array.from(group.records.flatMap((record) => record.sketch.map(Number))),
    },
    plainPool: group.plainPool,
    settlements: group.settlements.map(({ settlementId, pool, calls }) => ({
      settlementId,
      pool,
      receipts: receiptTableOf(
        calls.map((call) => ({
          ...call,
          modelVersion: group.modelVersion,
          issuedAt: Number(call.issuedAt),
          till: hex(call.till),
          channelId: hex(call.channelId),
          agentRegistry: hex(call.agentRegistry),
          requestHash: hex(call.requestHash),
          responseHash: hex(call.responseHash),
        })),
      ),
      sketches: Int8Array.from(calls.flatMap((call) => call.sketch.map(Number))),
    })),
  };
}

export function engineInputs(epoch: PlainEpoch, k = DIMENSIONS): EpochInputs {
  return {
    chainId: 31337n,
    ledger: hex("07".repeat(20)),
    epoch: 3n,
    treasuryPosition: epoch.treasury,
    previousPayouts: epoch.previous,
    groups: epoch.groups.map((group) => groupInputs(group, k)),
    positionOf: (contributionId) => epoch.positions[String(contributionId)] ?? 0n,
  };
}
