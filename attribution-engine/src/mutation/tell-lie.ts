// Lies that pay: of those that a dishonest proposer could tell of an epoch, one of the wanted fault that moves money to a position of its own.
import { type FaultName, FAULTS } from "@tributary/protocol/proofs/faults";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import { generator } from "../attribution/test/random-epoch.ts";
import type { HonestEpoch } from "../watcher/honest-epoch.ts";
import type { PlainCall, PlainProposal } from "../watcher/test/plain-proposal.ts";
import { INFLUENCE_MUTATIONS, OMISSION_MUTATIONS, RECEIPT_MUTATIONS } from "./call-mutations.ts";
import { POINTS_OF_ENTRIES } from "./form-mutations.ts";
import { type Mutation, pick } from "./mutant.ts";
import { BALANCE_MUTATIONS, EARNING_MUTATIONS, NET_MUTATIONS } from "./payout-mutations.ts";
import { toldEpoch } from "./told-epoch.ts";

/** A wrong result of an epoch. */
export interface Lie {
  readonly what: string;
  /** What is proposed. */
  readonly epoch: AttributedEpoch;
  /** What of it the tables of its bundle show. */
  readonly shown: AttributedEpoch;
  /** What the favoured position would get by it, base units. */
  readonly gain: bigint;
}

/** Those that a bundle can state in full. What is not shown may be any of them: a wrong influence, here. */
const MUTATIONS: Readonly<Record<FaultName, readonly Mutation[]>> = {
  receipt: RECEIPT_MUTATIONS,
  form: [POINTS_OF_ENTRIES],
  influence: INFLUENCE_MUTATIONS,
  omission: OMISSION_MUTATIONS,
  points: NET_MUTATIONS,
  earning: EARNING_MUTATIONS,
  balance: BALANCE_MUTATIONS,
  availability: INFLUENCE_MUTATIONS,
};
/** Lies that are thought of before the best is told, and before it is given up that there is one. */
const TRIES = 12;
const MOST_TRIES = 400;

/**
 * Draws lies of one fault, the same for the same epoch and seed.
 * @param straight the honest proposal as plain values, which stay as they are
 * @param favoured position that is to gain by it
 * @returns of those drawn the one by which it gains most, and that the ledger and a bundle's tables take
 * @throws Error if none was found
 */
export function tellLie(
  honest: HonestEpoch,
  straight: PlainProposal,
  fault: FaultName,
  favoured: number,
  seed: number,
): Lie {
  // Lies of all faults are to be different ones, also where they are drawn from the same mutations.
  const next = generator(FAULTS.length * seed + FAULTS.indexOf(fault));
  const found: { what: string; plain: PlainProposal; gain: bigint }[] = [];
  for (let tries = 0; tries < MOST_TRIES && (tries < TRIES || found.length === 0); tries++) {
    const plain = structuredClone(straight);
    try {
      const mutated = pick(next, MUTATIONS[fault])!({ next, plain, honest, favoured });
      const gain = paidTo(plain, favoured) - paidTo(straight, favoured);
      if (mutated !== undefined && gain > 0n && isSolvent(plain, straight))
        found.push({ what: mutated.what, plain, gain });
    } catch (error) {
      // A number that has no bytes: another lie is thought of instead.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  for (const { what, plain, gain } of found.sort((a, b) => (a.gain > b.gain ? -1 : 1))) {
    try {
      const epoch = toldEpoch(plain, honest);
      return { what, epoch, shown: fault === "availability" ? withheld(epoch, plain, straight) : epoch, gain };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new Error(`epoch ${honest.inputs.epoch}: no lie of ${fault} pays position ${favoured}`);
}

function paidTo({ payouts }: PlainProposal, position: number): bigint {
  return payouts.find((payout) => payout.position === position)?.cumulative ?? 0n;
}

/** Whether the ledger takes its sums. */
function isSolvent(plain: PlainProposal, straight: PlainProposal): boolean {
  const sums = ({ groups, payouts }: PlainProposal): bigint[] => [
    groups.reduce((sum, group) => sum + group!.pool, 0n),
    payouts.reduce((sum, { cumulative }) => sum + cumulative, 0n),
  ];
  const expected = sums(straight);
  return sums(plain).every((sum, i) => sum === expected[i]);
}

/** The epoch without the lists that were changed. */
function withheld(epoch: AttributedEpoch, plain: PlainProposal, straight: PlainProposal): AttributedEpoch {
  const groups = epoch.groups.map((group, g) => {
    const { lists } = group.mapped;
    const counts = lists.counts.slice();
    for (const [c, call] of plain.groups[g]!.calls.entries())
      if (!isSameCall(call!, straight.groups[g]!.calls[c]!)) counts.fill(0, 2 * c, 2 * c + 2);
    return { ...group, mapped: { ...group.mapped, lists: { ...lists, counts } } };
  });
  return { ...epoch, groups };
}

function isSameCall(a: PlainCall, b: PlainCall): boolean {
  return a.lists.every(
    (list, which) =>
      list.length === b.lists[which]!.length &&
      list.every((entry, e) => {
        const other = b.lists[which]![e]!;
        return entry!.recordIndex === other.recordIndex && entry!.s === other.s && entry!.w === other.w;
      }),
  );
}
