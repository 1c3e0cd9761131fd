// Lies about order, gaps and pointers: form d to h.
import { NONE } from "@tributary/protocol/bytes";
import type { PlainGroup, PlainProposal, PlainTally } from "../plain-proposal.ts";
import { rederive } from "../rederive.ts";
import { withFirst, entriesOf, recordsOf, payoutOf, type Lie } from "./lie.ts";

/** Exchanges two tallies of a record, and what points at them. */
function exchangeTallies(
  group: PlainGroup,
  which: number,
  tallies: (PlainTally | undefined)[],
  i: number,
  j: number,
): void {
  [tallies[i], tallies[j]] = [tallies[j], tallies[i]];
  for (const place of [i, j]) {
    const told = tallies[place];
    if (told !== undefined) group.calls[told.call]!.lists[which]![told.entry]!.tallyIndex = place;
  }
}

/** Exchanges two earnings of a position, and what points at them. */
function exchangeEarnings(plain: PlainProposal, position: number, i: number, j: number): void {
  const { earnings } = payoutOf(plain, position);
  [earnings[i], earnings[j]] = [earnings[j], earnings[i]];
  for (const place of [i, j]) {
    const earned = earnings[place];
    if (earned === undefined) continue;
    const group = plain.groups[earned.group]!;
    if (earned.record === NONE) group.fallbackEarningIndex = place;
    else group.points.find(({ record }) => record === earned.record)!.earningIndex = place;
  }
}

export const ORDER_LIES: readonly Lie[] = [
  {
    statement: "form d",
    name: "two entries are exchanged, and all follows from it",
    expected: ["proveUnordered"],
    tell: (plain, honest) =>
      withFirst(
        entriesOf(plain).filter(({ list, e }) => e > 0 && list[e]!.points !== list[e - 1]!.points),
        ({ list, e }) => {
          [list[e - 1], list[e]] = [list[e]!, list[e - 1]!];
          rederive(plain, honest);
        },
      ),
  },
  {
    statement: "form d",
    name: "an entry is repeated, and all follows from it",
    expected: ["proveUnordered", "proveMisplaced"],
    tell: (plain, honest) =>
      withFirst(entriesOf(plain), ({ list, e, entry }) => {
        list.splice(e, 0, structuredClone(entry));
        rederive(plain, honest);
      }),
  },
  {
    statement: "form d",
    name: "two tallies are exchanged with their pointers",
    expected: ["proveUnordered"],
    tell: (plain) =>
      withFirst(
        recordsOf(plain).flatMap(({ group, points }) =>
          points.tallies.flatMap((tallies, which) => (tallies.length > 1 ? [{ group, tallies, which }] : [])),
        ),
        ({ group, tallies, which }) => exchangeTallies(group, which, tallies, 0, tallies.length - 1),
      ),
  },
  {
    statement: "form d",
    name: "two earnings are exchanged with their pointers",
    expected: ["proveUnordered"],
    tell: (plain) =>
      withFirst(
        plain.payouts.filter(({ earnings }) => earnings.length > 1),
        ({ position, earnings }) => exchangeEarnings(plain, position, 0, earnings.length - 1),
      ),
  },
  {
    statement: "form e",
    name: "a list has a gap",
    expected: ["proveGap"],
    tell: (plain) =>
      withFirst(
        entriesOf(plain).filter(({ list }) => list.length > 1),
        ({ list }) => list.splice(0, 1, undefined as never),
      ),
  },
  {
    statement: "form e",
    name: "tallies have a gap, and pointers lead around it",
    expected: ["proveGap"],
    tell: (plain) =>
      withFirst(recordsOf(plain), ({ group, points }) => {
        const which = points.tallies[0]!.length > 0 ? 0 : 1;
        const tallies = points.tallies[which]!;
        tallies.push(undefined);
        exchangeTallies(group, which, tallies, tallies.length - 2, tallies.length - 1);
      }),
  },
  {
    statement: "form e",
    name: "earnings have a gap, and pointers lead around it",
    expected: ["proveGap"],
    tell: (plain) =>
      withFirst(
        plain.payouts.filter(({ earnings }) => earnings.length > 0),
        ({ position, earnings }) => {
          earnings.push(undefined);
          exchangeEarnings(plain, position, earnings.length - 2, earnings.length - 1);
        },
      ),
  },
  {
    statement: "form f",
    name: "a tally of nothing",
    expected: ["proveMalformed"],
    tell: (plain) =>
      withFirst(recordsOf(plain), ({ points }) => points.tallies[0]!.push({ call: 0, entry: 0, points: 0n })),
  },
  {
    statement: "form g",
    name: "points move from one entry to another, and all follows from it",
    expected: ["provePoints"],
    tell: (plain, honest) =>
      withFirst(
        entriesOf(plain).filter(({ list, e, entry }) => e > 0 && entry.points > 1n && list[e - 1]!.points > 0n),
        ({ list, e, entry }) => {
          entry.points -= 1n;
          list[e - 1]!.points += 1n;
          rederive(plain, honest, { keepsPoints: true });
        },
      ),
  },
  {
    statement: "form h",
    name: "an entry names a record that there is not",
    expected: ["proveMisplaced"],
    tell: (plain, honest) =>
      withFirst(entriesOf(plain), ({ g, entry }) => (entry.recordIndex = honest.inputs.groups[g]!.index.count)),
  },
  {
    statement: "form h",
    name: "a tally names a call that there is not",
    expected: ["proveMisplaced"],
    tell: (plain) =>
      withFirst(recordsOf(plain), ({ group, points }) => {
        points.tallies.flat()[0]!.call = group.calls.length;
      }),
  },
  {
    statement: "form h",
    name: "an earning names a group that there is not",
    expected: ["proveMisplaced"],
    tell: (plain) =>
      withFirst(
        plain.payouts.filter(({ earnings }) => earnings.length > 0),
        ({ earnings }) => (earnings[0]!.group = plain.groups.length),
      ),
  },
];
