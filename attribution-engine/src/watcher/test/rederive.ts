// Rebuilds what follows from the lists of a bent proposal, so that a lie agrees with itself everywhere but with its inputs.
import { NONE } from "@tributary/protocol/bytes";
import { callPoints, netPoints } from "@tributary/protocol/points";
import { splitByWeights } from "@tributary/protocol/split";
import type { HonestEpoch } from "../honest-epoch.ts";
import type { PlainGroup, PlainPayout, PlainPoints, PlainProposal } from "./plain-proposal.ts";

/** What a consistent lie may claim besides its lists. */
export interface Claims {
  /** The position that is to earn for a record, if not the true one. */
  owner?(group: number, record: number, honest: bigint): bigint;
  /** Keeps the points of the entries as they stand. */
  keepsPoints?: boolean;
}

/** Recomputes points, tallies, nets, earnings and payouts from the lists, by the honest rules but for the claims. */
export function rederive(plain: PlainProposal, honest: HonestEpoch, claims: Claims = {}): void {
  for (const [g, group] of plain.groups.entries()) {
    if (group === undefined) continue;
    const { index, method } = honest.inputs.groups[g]!;
    if (claims.keepsPoints !== true) assignPoints(group, method.debitFactor);
    group.points = tally(group);
    for (const points of group.points) {
      const owner = honest.inputs.positionOf(index.contributionIds[points.record]!);
      points.positionId = claims.owner?.(g, points.record, owner) ?? owner;
    }
  }
  rederivePayouts(plain, honest);
}

/** Recomputes earnings and payouts from the nets and positions of points leaves. */
export function rederivePayouts(plain: PlainProposal, { inputs, epoch }: HonestEpoch): void {
  const earned = new Map<number, PlainPayout>();
  const payoutOf = (position: number): PlainPayout => {
    const payout = earned.get(position) ?? { position, cumulative: 0n, earnings: [] };
    earned.set(position, payout);
    return payout;
  };
  for (const [position, cumulative] of inputs.previousPayouts) payoutOf(Number(position)).cumulative = cumulative;
  const earn = (position: number, group: number, record: number, amount: bigint): number => {
    const payout = payoutOf(position);
    payout.cumulative += amount;
    return payout.earnings.push({ group, record, amount }) - 1;
  };
  for (const [g, group] of plain.groups.entries()) {
    if (group === undefined) continue;
    const nets = group.points.map(({ net }) => net);
    const isEarned = nets.some((net) => net > 0n);
    const amounts = isEarned ? splitByWeights(group.pool, nets) : nets.map(() => 0n);
    for (const [i, points] of group.points.entries()) {
      const amount = amounts[i]!;
      points.earningIndex = amount === 0n ? NONE : earn(Number(points.positionId), g, points.record, amount);
    }
    const isFallback = !isEarned && group.pool > 0n;
    group.fallbackEarningIndex = isFallback ? earn(Number(inputs.treasuryPosition), g, NONE, group.pool) : NONE;
  }
  const positions = [...earned.values()].filter(({ cumulative }) => cumulative > 0n);
  plain.payouts = positions.sort((a, b) => a.position - b.position);
  if (plain.groups.length !== epoch.groups.length) throw new Error("a lie about groups has no rules to follow");
}

function assignPoints(group: PlainGroup, debitFactor: number): void {
  for (const call of group.calls) {
    if (call === undefined) continue;
    const [helpful, harmful] = call.lists.map((list) => list.filter((entry) => entry !== undefined));
    const { credits, debits } = callPoints(
      call.amount,
      helpful!.map(({ w }) => w),
      harmful!.map(({ w }) => w),
      debitFactor,
    );
    for (const [e, entry] of helpful!.entries()) entry.points = credits[e]!;
    for (const [e, entry] of harmful!.entries()) entry.points = debits[e]!;
  }
}

function tally(group: PlainGroup): PlainPoints[] {
  const records = new Map<number, PlainPoints>();
  for (const [c, call] of group.calls.entries()) {
    for (const [which, list] of (call?.lists ?? []).entries()) {
      for (const [e, entry] of list.entries()) {
        if (entry === undefined) continue;
        entry.tallyIndex = NONE;
        if (entry.points === 0n) continue;
        const { recordIndex: record, points } = entry;
        const empty = { record, net: 0n, tallies: [[], []], positionId: 0n, earningIndex: NONE };
        const leaf = records.get(record) ?? empty;
        records.set(record, leaf);
        entry.tallyIndex = leaf.tallies[which]!.push({ call: c, entry: e, points }) - 1;
      }
    }
  }
  const total = (tallies: readonly ({ points: bigint } | undefined)[]): bigint =>
    tallies.reduce((sum, told) => sum + (told?.points ?? 0n), 0n);
  for (const leaf of records.values()) leaf.net = netPoints(total(leaf.tallies[0]!), total(leaf.tallies[1]!));
  return [...records.values()].sort((a, b) => a.record - b.record);
}
