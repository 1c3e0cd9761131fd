// Lies about points, earnings and balances.
import { NONE } from "@tributary/protocol/bytes";
import { rederive } from "../rederive.ts";
import { withFirst, recordsOf, type Lie } from "./lie.ts";

export const PAYOUT_LIES: readonly Lie[] = [
  {
    statement: "points a",
    name: "a record without its only tally",
    expected: ["proveMirror"],
    tell: (plain) =>
      withFirst(
        recordsOf(plain).filter(({ points }) => points.net === 0n && points.earningIndex === NONE),
        ({ group, points }) => group.points.splice(group.points.indexOf(points), 1),
      ),
  },
  {
    statement: "points b",
    name: "a tally that no entry has",
    expected: ["proveMirror"],
    tell: (plain) =>
      withFirst(
        recordsOf(plain).filter(({ points }) => points.net === 0n),
        ({ points }) => points.tallies[1]!.push({ call: 0, entry: 0, points: 1n }),
      ),
  },
  {
    statement: "points c",
    name: "a net is one more",
    expected: ["proveNet"],
    tell: (plain) => withFirst(recordsOf(plain), ({ points }) => (points.net += 1n)),
  },
  {
    statement: "earning a",
    name: "a record's income goes to another position, and all follows from it",
    expected: ["proveOwner"],
    tell: (plain, honest) =>
      withFirst(
        recordsOf(plain).filter(({ points }) => points.earningIndex !== NONE),
        ({ g, points: { record } }) => {
          rederive(plain, honest, { owner: (group, r, owner) => (group === g && r === record ? owner + 1n : owner) });
        },
      ),
  },
  {
    statement: "earning b",
    name: "a record with a part names no earning, which is given to another position",
    expected: ["proveEarning"],
    tell: (plain) =>
      withFirst(
        recordsOf(plain).filter(({ points }) => points.earningIndex !== NONE),
        ({ points }) => (points.earningIndex = NONE),
      ),
  },
  {
    statement: "earning c",
    name: "an earning is one more, and so is the payout",
    expected: ["proveEarning", "proveFallback"],
    tell: (plain) =>
      withFirst(
        plain.payouts.filter(({ earnings }) => earnings.length > 0),
        (payout) => {
          payout.earnings[0]!.amount += 1n;
          payout.cumulative += 1n;
        },
      ),
  },
  {
    statement: "earning d",
    name: "an earning that no record names is paid",
    expected: ["proveEarning"],
    tell: (plain) =>
      withFirst(recordsOf(plain), ({ g, points: { record } }) => {
        const earnings = [{ group: g, record, amount: 5n }];
        const free = plain.payouts.findIndex(({ position }, i) => position !== i + 1);
        const position = free < 0 ? plain.payouts.length + 1 : free + 1;
        plain.payouts.splice(free < 0 ? plain.payouts.length : free, 0, { position, cumulative: 5n, earnings });
      }),
  },
  {
    statement: "earning e",
    name: "a group whose records share its pool has a fallback",
    expected: ["proveFallback"],
    tell: (plain) =>
      withFirst(
        plain.groups.filter((group) => group!.points.some(({ net }) => net > 0n)),
        (group) => (group!.fallbackEarningIndex = 0),
      ),
  },
  {
    statement: "earning e",
    name: "a pool that nobody shares has no fallback",
    expected: ["proveFallback"],
    tell: (plain) =>
      withFirst(
        plain.groups.filter((group) => group!.fallbackEarningIndex !== NONE),
        (group) => (group!.fallbackEarningIndex = NONE),
      ),
  },
  {
    statement: "earning f",
    name: "a fallback is one less, and so is the payout",
    expected: ["proveFallback"],
    tell: (plain) =>
      withFirst(
        plain.payouts.flatMap((payout) =>
          payout.earnings
            .filter((earned) => earned!.record === NONE && earned!.amount > 1n)
            .map((earned) => ({ payout, earned })),
        ),
        ({ payout, earned }) => {
          earned!.amount -= 1n;
          payout.cumulative -= 1n;
        },
      ),
  },
  {
    statement: "earning g",
    name: "another position has a fallback too",
    expected: ["proveFallback"],
    tell: (plain, honest) =>
      withFirst(
        plain.payouts.filter(({ position }) => BigInt(position) !== honest.inputs.treasuryPosition),
        (payout) => {
          payout.earnings.push({ group: plain.groups.length - 1, record: NONE, amount: 3n });
          payout.cumulative += 3n;
        },
      ) && plain.groups.length > 0,
  },
  {
    statement: "balance",
    name: "a payout is one more",
    expected: ["proveBalance"],
    tell: (plain) => withFirst(plain.payouts, (payout) => (payout.cumulative += 1n)),
  },
  {
    statement: "balance",
    name: "a position that earned nothing now loses what it had",
    expected: ["proveBalance"],
    tell: (plain) =>
      withFirst(
        plain.payouts.filter(({ earnings }) => earnings.length === 0),
        (payout) => plain.payouts.splice(plain.payouts.indexOf(payout), 1),
      ),
  },
  {
    statement: "balance",
    name: "a position keeps what it had and gets nothing of what it earned",
    expected: ["proveBalance"],
    tell: (plain, honest) =>
      withFirst(
        plain.payouts.filter(
          ({ position, earnings }) =>
            earnings.length > 0 && honest.inputs.previousPayouts.some(([p]) => Number(p) === position),
        ),
        (payout) => {
          for (const earned of payout.earnings) payout.cumulative -= earned!.amount;
        },
      ),
  },
  {
    statement: "earning c",
    name: "a position is left out of the payouts",
    expected: ["proveEarning", "proveFallback", "proveBalance"],
    tell: (plain) =>
      withFirst(
        plain.payouts.filter(({ earnings }) => earnings.length > 0),
        (payout) => plain.payouts.splice(plain.payouts.indexOf(payout), 1),
      ),
  },
];
