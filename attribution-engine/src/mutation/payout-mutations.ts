// Mutations of points, earnings and payouts; what follows from the changed number is recomputed.
import { NONE } from "@tributary/protocol/bytes";
import { netPoints } from "@tributary/protocol/points";
import { rederivePayouts } from "../watcher/test/rederive.ts";
import { recordsOf } from "../watcher/test/lies/lie.ts";
import type { PlainPayout, PlainPoints, PlainTally } from "../watcher/test/plain-proposal.ts";
import {
  dropEmpty,
  type Draft,
  gainer,
  type Mutated,
  type Mutation,
  otherAmount,
  payoutOf,
  pick,
  steal,
} from "./mutant.ts";

/** Those that leave the tallies what the lists make them. */
export const NET_MUTATIONS: readonly Mutation[] = [
  function otherNet({ next, plain, honest }) {
    const found = pick(next, recordsOf(plain));
    if (found === undefined) return undefined;
    found.points.net = next(4) === 0 ? 0n : otherAmount(next, found.points.net);
    rederivePayouts(plain, honest);
    return { what: `another net of a record of group ${found.g}` };
  },
  function exchangedNets({ next, plain, honest }) {
    const found = pick(next, recordsOf(plain));
    const other = found && pick(next, found.group.points);
    if (found === undefined || other === undefined || other.net === found.points.net) return undefined;
    [found.points.net, other.net] = [other.net, found.points.net];
    rederivePayouts(plain, honest);
    return { what: `two nets of group ${found.g} exchanged` };
  },
];

export const POINTS_MUTATIONS: readonly Mutation[] = [
  ...NET_MUTATIONS,
  function otherTally({ next, plain, honest }) {
    const found = pick(next, talliesOf(plain));
    if (found === undefined) return undefined;
    found.tally.points = otherAmount(next, found.tally.points);
    balanceNet(found.points);
    rederivePayouts(plain, honest);
    return { what: `a tally of group ${found.g} is of other points` };
  },
  function droppedTally({ next, plain, honest }) {
    const found = pick(next, talliesOf(plain));
    if (found === undefined) return undefined;
    found.tallies.splice(found.place, 1);
    balanceNet(found.points);
    if (found.points.tallies.flat().length === 0)
      found.group.points.splice(found.group.points.indexOf(found.points), 1);
    rederivePayouts(plain, honest);
    return { what: `a tally of group ${found.g} dropped` };
  },
  function repeatedTally({ next, plain, honest }) {
    const found = pick(next, talliesOf(plain));
    if (found === undefined) return undefined;
    const other = pick(next, found.group.points)!;
    other.tallies[next(2)]!.push({ ...found.tally, entry: found.tally.entry + next(2) });
    balanceNet(other);
    rederivePayouts(plain, honest);
    return { what: `a tally of group ${found.g} stands at record ${other.record} too` };
  },
  function inventedRecord({ next, plain, honest }) {
    const g = next(plain.groups.length);
    const group = plain.groups[g];
    const { count, contributionIds } = honest.inputs.groups[g]!.index;
    const record = next(count);
    if (group === undefined || group.calls.length === 0 || group.points.some((one) => one.record === record))
      return undefined;
    const points: PlainPoints = {
      record,
      net: 0n,
      tallies: [[{ call: next(group.calls.length), entry: 0, points: BigInt(1 + next(10_000)) }], []],
      positionId: honest.inputs.positionOf(contributionIds[record]!),
      earningIndex: NONE,
    };
    balanceNet(points);
    group.points.push(points);
    group.points.sort((a, b) => a.record - b.record);
    rederivePayouts(plain, honest);
    return { what: `record ${record} of group ${g} has points` };
  },
];

export const EARNING_MUTATIONS: readonly Mutation[] = [
  function otherOwner(draft: Draft): Mutated {
    const { next, plain, honest } = draft;
    const found = pick(
      next,
      recordsOf(plain).filter(({ points }) => points.earningIndex !== NONE),
    );
    if (found === undefined) return undefined;
    const position = BigInt(gainer(draft));
    if (position === found.points.positionId) return undefined;
    found.points.positionId = position;
    rederivePayouts(plain, honest);
    return { what: `a record of group ${found.g} earns for position ${position}` };
  },
  function movedEarning(draft: Draft): Mutated {
    const { next, plain } = draft;
    const found = pick(next, earningsOf(plain.payouts));
    if (found === undefined) return undefined;
    const { payout, place } = found;
    const to = payoutOf(plain, gainer(draft));
    if (to === payout) return undefined;
    const [earning] = payout.earnings.splice(place, 1);
    payout.cumulative -= earning!.amount;
    const before = to.earnings.findIndex(
      (one) => one!.group > earning!.group || (one!.group === earning!.group && one!.record > earning!.record),
    );
    to.earnings.splice(before < 0 ? to.earnings.length : before, 0, earning);
    to.cumulative += earning!.amount;
    dropEmpty(plain);
    return { what: `an earning of position ${payout.position} is position ${to.position}'s` };
  },
  function otherAmounts({ next, plain }) {
    const [from, to] = [pick(next, earningsOf(plain.payouts)), pick(next, earningsOf(plain.payouts))];
    if (from === undefined || to === undefined || from.payout === to.payout || from.earning.amount < 2n)
      return undefined;
    const amount = next(2) === 0 ? 1n : from.earning.amount / 2n;
    from.earning.amount -= amount;
    from.payout.cumulative -= amount;
    to.earning.amount += amount;
    to.payout.cumulative += amount;
    return { what: `${amount} moved from one earning to another` };
  },
  function droppedEarning({ next, plain }) {
    const found = pick(next, earningsOf(plain.payouts));
    if (found === undefined) return undefined;
    found.payout.earnings.splice(found.place, 1);
    found.payout.cumulative -= found.earning.amount;
    // Whatever the sums lack then is given to somebody else.
    dropEmpty(plain);
    return { what: `an earning of position ${found.payout.position} dropped` };
  },
  function inventedEarning(draft: Draft): Mutated {
    const { next, plain, honest } = draft;
    const g = next(plain.groups.length);
    const record = next(3) === 0 ? NONE : next(honest.inputs.groups[g]!.index.count);
    const payout = payoutOf(plain, gainer(draft));
    const victim = pick(
      next,
      plain.payouts.filter((one) => one !== payout && one.cumulative > 1n),
    );
    if (victim === undefined) {
      dropEmpty(plain);
      return undefined;
    }
    const amount = victim.cumulative / 2n;
    victim.cumulative -= amount;
    payout.cumulative += amount;
    payout.earnings.push({ group: g, record, amount });
    const whatFor = record === NONE ? "no record" : `record ${record}`;
    return { what: `position ${payout.position} earned for ${whatFor} of group ${g}` };
  },
  function fallbackInstead({ next, plain, honest }) {
    const g = next(plain.groups.length);
    const group = plain.groups[g];
    if (group === undefined || group.pool === 0n || group.points.every(({ earningIndex }) => earningIndex === NONE))
      return undefined;
    for (const points of group.points) points.earningIndex = NONE;
    for (const payout of plain.payouts)
      for (const earning of payout.earnings.filter((one) => one!.group === g)) payout.cumulative -= earning!.amount;
    for (const payout of plain.payouts) payout.earnings = payout.earnings.filter((one) => one!.group !== g);
    const treasury = payoutOf(plain, Number(honest.inputs.treasuryPosition));
    treasury.cumulative += group.pool;
    group.fallbackEarningIndex = treasury.earnings.push({ group: g, record: NONE, amount: group.pool }) - 1;
    dropEmpty(plain);
    return { what: `the treasury gets all of group ${g}` };
  },
  function fallbackNotPaid(draft: Draft): Mutated {
    const { next, plain } = draft;
    const found = pick(
      next,
      earningsOf(plain.payouts).filter(({ earning }) => earning.record === NONE),
    );
    if (found === undefined) return undefined;
    const { payout, earning, place } = found;
    const thief = payoutOf(plain, gainer(draft, 2));
    if (next(2) === 0) plain.groups[earning.group]!.fallbackEarningIndex = NONE;
    payout.earnings.splice(place, 1);
    payout.cumulative -= earning.amount;
    thief.cumulative += earning.amount;
    thief.earnings.push(earning);
    dropEmpty(plain);
    return { what: `position ${thief.position} has the fallback of group ${earning.group}` };
  },
];

export const BALANCE_MUTATIONS: readonly Mutation[] = [
  steal,
  steal,
  function overflowingPayouts(draft: Draft): Mutated {
    const { next, plain } = draft;
    const [a, b] = [pick(next, plain.payouts), payoutOf(plain, gainer(draft))];
    if (a === undefined || a === b) return undefined;
    const high = b.cumulative === 0n && next(2) === 0 ? 2n ** 128n - a.cumulative : 2n ** 127n;
    a.cumulative += high === 2n ** 127n ? high : 0n;
    b.cumulative += high;
    return { what: `payouts of positions ${a.position} and ${b.position} add up to more than there can be` };
  },
  function exchangedPayouts({ next, plain }) {
    const [a, b] = [pick(next, plain.payouts), pick(next, plain.payouts)];
    if (a === undefined || b === undefined || a.cumulative === b.cumulative) return undefined;
    [a.cumulative, b.cumulative] = [b.cumulative, a.cumulative];
    return { what: `payouts of positions ${a.position} and ${b.position} exchanged` };
  },
  function keptPayout({ next, plain, honest }) {
    const found = pick(
      next,
      plain.payouts.filter(({ earnings }) => earnings.length > 0),
    );
    const thief = pick(next, plain.payouts);
    if (found === undefined || thief === undefined || thief === found) return undefined;
    const previous = honest.inputs.previousPayouts.find(([position]) => Number(position) === found.position)?.[1] ?? 0n;
    thief.cumulative += found.cumulative - previous;
    found.cumulative = previous;
    return { what: `position ${found.position} keeps what it had` };
  },
  function droppedPayout({ next, plain }) {
    const found = pick(next, plain.payouts);
    const thief = pick(next, plain.payouts);
    if (found === undefined || thief === undefined || thief === found) return undefined;
    plain.payouts.splice(plain.payouts.indexOf(found), 1);
    thief.cumulative += found.cumulative;
    return { what: `position ${found.position} is dropped` };
  },
  function droppedPrevious(draft: Draft): Mutated {
    const { next, plain, honest } = draft;
    const [position, amount] = pick(next, honest.inputs.previousPayouts) ?? [0n, 0n];
    const found = plain.payouts.find((payout) => BigInt(payout.position) === position);
    if (found === undefined || found.cumulative < amount) return undefined;
    const thief = payoutOf(plain, gainer(draft));
    if (thief === found) return undefined;
    found.cumulative -= amount;
    thief.cumulative += amount;
    dropEmpty(plain);
    return { what: `position ${position} loses what it had` };
  },
];

function talliesOf(plain: Draft["plain"]) {
  return recordsOf(plain).flatMap(({ g, group, points }) =>
    points.tallies.flatMap((list) =>
      (list as PlainTally[]).map((tally, place) => ({ g, group, points, tallies: list, tally, place })),
    ),
  );
}

function earningsOf(payouts: readonly PlainPayout[]) {
  return payouts.flatMap((payout) => payout.earnings.map((earning, place) => ({ payout, earning: earning!, place })));
}

function balanceNet(points: PlainPoints): void {
  const [credits, debits] = points.tallies.map((list) => list.reduce((sum, one) => sum + (one?.points ?? 0n), 0n));
  points.net = netPoints(credits!, debits!);
}
