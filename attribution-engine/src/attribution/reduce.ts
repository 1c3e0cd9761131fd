// Stage 3, reduce: turns nets into earnings, gathers them by position and adds them to what was paid before.
import { positionPlace } from "./epoch-inputs.ts";
import { setU128, sumOfU128, u128At, u128Column } from "../trees/u128-words.ts";

const NONE = 0xffffffff;

/** What the reduction needs of a group; `touched` says which records have credits or debits. */
export interface ReducibleGroup {
  readonly pool: bigint;
  readonly nets: BigUint64Array;
  readonly contributionIds: BigUint64Array;
  touched(record: number): boolean;
}

/** By record: its position (0 if it has no points leaf) and its place in that position's earnings; and the fallback's place. */
export interface ReducedGroup {
  readonly positions: Uint32Array;
  readonly earningIndices: Uint32Array;
  readonly fallbackEarningIndex: number;
}

/** All earnings by (position, group, record), as columns; `amounts` is a u128 column. A fallback's record is `NONE`. */
export interface Earnings {
  readonly count: number;
  readonly positions: Uint32Array;
  readonly groups: Uint32Array;
  readonly records: Uint32Array;
  readonly amounts: BigUint64Array;
}

/**
 * All positions with something cumulative, ascending. Position `i` has the earnings `earningOffsets[i] … earningOffsets[i + 1] − 1`;
 * `previous`, `earned` and `cumulative` are u128 columns.
 */
export interface Payouts {
  readonly count: number;
  readonly positions: Uint32Array;
  readonly earningOffsets: Uint32Array;
  readonly previous: BigUint64Array;
  readonly earned: BigUint64Array;
  readonly cumulative: BigUint64Array;
}

/** What the reduction needs besides the groups. */
export interface ReduceContext {
  readonly treasuryPosition: bigint;
  readonly previousPayouts: readonly (readonly [position: bigint, cumulative: bigint])[];
  positionOf(contributionId: bigint): bigint;
}

/** Earnings of every group's pool and cumulative payouts (docs/formats.md §6.3, §8.2). */
export function reduceEpoch(
  groups: readonly ReducibleGroup[],
  context: ReduceContext,
): { groups: ReducedGroup[]; earnings: Earnings; payouts: Payouts } {
  const positionOf = cachedPositions(context);
  const treasury = positionPlace(context.treasuryPosition, "treasury");
  const found: FoundEarning[] = [];
  const counts = new Map<number, number>();
  const add = (position: number, group: number, record: number, amount: bigint): number => {
    const place = counts.get(position) ?? 0;
    counts.set(position, place + 1);
    found.push({ position, place, group, record, amount });
    return place;
  };

  const reduced = groups.map((group, g): ReducedGroup => {
    const recordCount = group.contributionIds.length;
    const positions = new Uint32Array(recordCount);
    const earningIndices = new Uint32Array(recordCount).fill(NONE);
    const total = sumOfU128(group.nets);
    let prefix = 0n;
    let given = 0n;
    for (let record = 0; record < recordCount; record++) {
      if (!group.touched(record)) continue;
      const position = positionOf(group.contributionIds[record]!);
      positions[record] = position;
      const net = u128At(group.nets, record);
      if (net === 0n) continue;
      prefix += net;
      const upTo = (group.pool * prefix) / total;
      if (upTo > given) earningIndices[record] = add(position, g, record, upTo - given);
      given = upTo;
    }
    const fallback = total === 0n && group.pool > 0n;
    return { positions, earningIndices, fallbackEarningIndex: fallback ? add(treasury, g, NONE, group.pool) : NONE };
  });
  return { groups: reduced, ...gather(found, counts, context.previousPayouts) };
}

interface FoundEarning {
  readonly position: number;
  readonly place: number;
  readonly group: number;
  readonly record: number;
  readonly amount: bigint;
}

function gather(
  found: readonly FoundEarning[],
  counts: ReadonlyMap<number, number>,
  previousPayouts: ReduceContext["previousPayouts"],
): { earnings: Earnings; payouts: Payouts } {
  const before = new Map(previousPayouts.map(([position, cumulative]) => [Number(position), cumulative]));
  const positions = Uint32Array.from(new Set([...before.keys(), ...counts.keys()])).sort();
  const count = positions.length;
  const earningOffsets = new Uint32Array(count + 1);
  const offsetOf = new Map<number, number>();
  for (const [i, position] of positions.entries()) {
    offsetOf.set(position, earningOffsets[i]!);
    earningOffsets[i + 1] = earningOffsets[i]! + (counts.get(position) ?? 0);
  }
  const earnings: Earnings = {
    count: found.length,
    positions: new Uint32Array(found.length),
    groups: new Uint32Array(found.length),
    records: new Uint32Array(found.length),
    amounts: u128Column(found.length),
  };
  for (const { position, place, group, record, amount } of found) {
    const at = offsetOf.get(position)! + place;
    earnings.positions[at] = position;
    earnings.groups[at] = group;
    earnings.records[at] = record;
    setU128(earnings.amounts, at, amount);
  }
  const payouts: Payouts = {
    count,
    positions,
    earningOffsets,
    previous: u128Column(count),
    earned: u128Column(count),
    cumulative: u128Column(count),
  };
  for (const [i, position] of positions.entries()) {
    const previous = before.get(position) ?? 0n;
    let earned = 0n;
    for (let at = earningOffsets[i]!; at < earningOffsets[i + 1]!; at++) earned += u128At(earnings.amounts, at);
    setU128(payouts.previous, i, previous);
    setU128(payouts.earned, i, earned);
    setU128(payouts.cumulative, i, previous + earned, `cumulative of position ${position}, row`);
  }
  return { earnings, payouts };
}

/** Positions by contribution, asked for once each and checked. */
function cachedPositions(context: ReduceContext): (contributionId: bigint) => number {
  const known = new Map<bigint, number>();
  return (contributionId) => {
    let position = known.get(contributionId);
    if (position === undefined) {
      position = positionPlace(context.positionOf(contributionId), `contribution ${contributionId}`);
      known.set(contributionId, position);
    }
    return position;
  };
}
