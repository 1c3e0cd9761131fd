// Mutations of form: orders, gaps, places, pointers, and bytes that are no node. Each comes with a theft, which is what it might hide.
import { NONE } from "@tributary/protocol/bytes";
import { bendTrees } from "../watcher/test/bend-proposal.ts";
import { callsOf, entriesOf, recordsOf } from "../watcher/test/lies/lie.ts";
import { rederive } from "../watcher/test/rederive.ts";
import { type Mutation, otherAmount, payoutOf, pick, steal } from "./mutant.ts";

export const POINTS_OF_ENTRIES: Mutation = ({ next, plain, honest }) => {
  const found = pick(
    next,
    entriesOf(plain).filter(({ entry }) => entry.points > 0n),
  );
  if (found === undefined) return undefined;
  const { entry, list, g } = found;
  const other = pick(next, list)!;
  const amount = next(2) === 0 ? 1n : entry.points;
  entry.points -= amount;
  if (other !== entry && next(3) > 0) other.points += amount;
  else entry.points = otherAmount(next, entry.points + amount);
  rederive(plain, honest, { keepsPoints: true });
  return { what: `other points of entries of group ${g}` };
};

export const FORM_MUTATIONS: readonly Mutation[] = [
  POINTS_OF_ENTRIES,
  POINTS_OF_ENTRIES,
  withTheft(({ next }) => {
    const what: string[] = [];
    const bending = bendTrees(next, what, next(2) === 0 ? 12 : 200);
    return { what: "a bent node", bending };
  }),
  withTheft(({ next, plain }) => {
    const lists = [
      ...callsOf(plain).flatMap(({ call }) => call.lists),
      ...recordsOf(plain).flatMap(({ points }) => points.tallies),
      ...plain.payouts.map(({ earnings }) => earnings),
      ...plain.groups.map((group) => group!.calls),
    ] as unknown[][];
    const list = pick(
      next,
      lists.filter(({ length }) => length > 0),
    );
    if (list === undefined) return undefined;
    const [i, j] = [next(list.length), next(list.length)];
    switch (next(5)) {
      case 0:
        [list[i], list[j]] = [list[j], list[i]];
        return i === j ? undefined : { what: "two leaves exchanged" };
      case 1:
        list[i] = undefined;
        return list.length === 1 ? undefined : { what: "a gap" };
      case 2:
        list.push(structuredClone(list[i]));
        return { what: "a leaf repeated at the end" };
      case 3:
        list.splice(i, 0, undefined);
        return { what: "leaves at shifted places" };
      default:
        list.splice(i, 0, structuredClone(list[j]));
        return { what: "a leaf repeated" };
    }
  }),
  withTheft(({ next, plain }) => {
    const found = pick(next, entriesOf(plain));
    if (found === undefined) return undefined;
    if (next(2) === 0) found.entry.recordIndex = [NONE, 2 ** 20, found.entry.recordIndex + 64][next(3)]!;
    else found.entry.tallyIndex = [NONE, 2 ** 27, found.entry.tallyIndex + 1][next(3)]! >>> 0;
    return { what: "an entry's pointer" };
  }),
  withTheft(({ next, plain }) => {
    const found = pick(next, recordsOf(plain));
    const tally = found && pick(next, found.points.tallies.flat());
    if (found === undefined || tally === undefined) return undefined;
    if (next(3) === 0) found.points.record += 64;
    else if (next(2) === 0) tally.call += 1 + next(20);
    else tally.entry = 256 + next(1_000);
    return { what: "a tally's pointer, or a record's place" };
  }),
  withTheft(({ next, plain }) => {
    const group = pick(next, plain.groups);
    if (group === undefined) return undefined;
    if (next(3) > 0) group.modelVersion += BigInt(1 + next(5));
    else plain.groups.push({ ...structuredClone(group), pool: 0n });
    return { what: "another version, or a group too many" };
  }),
  ({ next, plain, honest }) => {
    const [from, to] = [pick(next, plain.groups), pick(next, plain.groups)];
    if (from === undefined || to === undefined || from === to || from.pool === 0n) return undefined;
    const amount = next(2) === 0 ? 1n : from.pool;
    from.pool -= amount;
    to.pool += amount;
    rederive(plain, honest);
    return { what: `${amount} of one group's pool moved to another's` };
  },
  ({ next, plain }) => {
    const from = pick(
      next,
      plain.payouts.filter(({ cumulative }) => cumulative > 1n),
    );
    if (from === undefined) return undefined;
    const to = payoutOf(plain, [0, 13, 14 + next(1_000), 2 ** 28 - 1][next(4)]!);
    const amount = from.cumulative / 2n;
    from.cumulative -= amount;
    to.cumulative += amount;
    return { what: `position ${to.position}, which is none, has a payout` };
  },
];

function withTheft(mutation: Mutation): Mutation {
  return (draft) => {
    const mutated = mutation(draft);
    if (mutated === undefined) return undefined;
    const theft = steal(draft);
    return theft === undefined ? undefined : { ...mutated, what: `${mutated.what}; ${theft.what}` };
  };
}
