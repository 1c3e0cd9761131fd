// Makes small random epochs that are rich in ties, zeros and large amounts.
import type { PlainCall, PlainEpoch, PlainGroup, PlainRecord } from "./reference-epoch.ts";

export const DIMENSIONS = 32;

/** Numbers `0 … below − 1`, the same for the same seed on every run. */
export type Next = (below: number) => number;

export function generator(seed: number): Next {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return Math.floor((((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32) * below);
  };
}

function hexOf(next: Next, bytes: number): string {
  return Array.from({ length: bytes }, () => next(256).toString(16).padStart(2, "0")).join("");
}

function sketchOf(next: Next, coarse: boolean): bigint[] {
  const sparse = coarse && next(6) === 0;
  return Array.from({ length: DIMENSIONS }, (_, c) => {
    if (sparse && c > 0) return 0n;
    return BigInt(coarse ? next(3) - 1 : next(255) - 127);
  });
}

function amountOf(next: Next): bigint {
  const kind = next(6);
  if (kind === 0) return 0n;
  if (kind === 1) return BigInt(1 + next(3));
  if (kind === 2) return BigInt(1 + next(2 ** 30)) << 80n;
  return BigInt(1 + next(1_000_000));
}

function recordOf(next: Next, coarse: boolean, contributions: number): PlainRecord {
  const sketch = sketchOf(next, coarse);
  const large = next(3) === 0 ? 2 ** 24 : 3;
  return {
    contributionId: BigInt(1 + next(contributions)),
    scale: BigInt(coarse && next(3) > 0 ? 1 : next(large)),
    novelty: BigInt(next(4) === 0 ? next(256) : next(8) === 0 ? 0 : 255),
    sketch,
  };
}

function callsOf(next: Next, coarse: boolean): PlainCall[] {
  const calls: PlainCall[] = [];
  const channels = Array.from({ length: next(4) }, () => hexOf(next, 32)).sort();
  const free = next(8) === 0;
  for (const channelId of channels) {
    let sequence = BigInt(1 + next(5));
    let cumulative = sequence === 1n ? 0n : amountOf(next);
    for (let left = 1 + next(4); left > 0; left--) {
      const amount = free ? 0n : amountOf(next);
      cumulative += amount;
      calls.push({
        till: hexOf(next, 20),
        channelId,
        sequence: sequence++,
        amount,
        cumulative,
        agentRegistry: next(2) === 0 ? "00".repeat(20) : hexOf(next, 20),
        agentId: next(2) === 0 ? 0n : BigInt(`0x${hexOf(next, 32)}`),
        requestHash: hexOf(next, 32),
        responseHash: hexOf(next, 32),
        issuedAt: BigInt(next(2 ** 31)) * 1024n,
        sketch: sketchOf(next, coarse),
      });
    }
  }
  return calls;
}

export function randomEpoch(seed: number): PlainEpoch {
  const next = generator(seed);
  const contributions = 1 + next(6);
  const positions: Record<string, bigint> = {};
  for (let id = 1; id <= contributions; id++) positions[String(id)] = BigInt(1 + next(next(3) === 0 ? 2 ** 28 - 1 : 4));
  const previous = new Map<bigint, bigint>();
  for (let left = next(4); left > 0; left--) previous.set(BigInt(1 + next(6)), 1n + amountOf(next));
  let settlementId = BigInt(1 + next(100));
  const groups = Array.from({ length: next(8) === 0 ? 0 : 1 + next(3) }, (_, g): PlainGroup => {
    const coarse = next(3) > 0;
    return {
      modelVersion: BigInt(1 + g * 7 + next(7)),
      topK: 1 + next(5),
      debitFactor: BigInt([0, 1, 192, 256, next(257)][next(5)]!),
      records: Array.from({ length: next(5) === 0 ? next(3) : 4 + next(13) }, () =>
        recordOf(next, coarse, contributions),
      ),
      plainPool: next(3) === 0 ? amountOf(next) : 0n,
      settlements: Array.from({ length: next(4) }, () => ({
        settlementId: settlementId++,
        pool: amountOf(next),
        calls: callsOf(next, coarse),
      })),
    };
  });
  return {
    treasury: BigInt(1 + next(5)),
    previous: [...previous].sort((a, b) => (a[0] < b[0] ? -1 : 1)),
    positions,
    groups,
  };
}
