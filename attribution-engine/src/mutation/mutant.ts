// What a mutant is: a proposal that somebody dishonest could make of an epoch, and how much of it is shown.
import type { Next } from "../attribution/test/random-epoch.ts";
import type { HonestEpoch } from "../watcher/honest-epoch.ts";
import type { Bending, PlainEntry, PlainPayout, PlainProposal } from "../watcher/test/plain-proposal.ts";

/** What mutations are made of. */
export interface Draft {
  readonly next: Next;
  readonly plain: PlainProposal;
  readonly honest: HonestEpoch;
  /** Position that is to gain by the lie; anybody's, if there is none. */
  readonly favoured?: number;
}

/** What a mutation did, in words, and the bends of trees that go with it; `undefined` if this epoch gives no occasion. */
export type Mutated = { readonly what: string; readonly bending?: Bending } | undefined;

export type Mutation = (draft: Draft) => Mutated;

/** One of a list, `undefined` of none. */
export function pick<Item>(next: Next, items: readonly Item[]): Item | undefined {
  return items[next(items.length)];
}

/** A positive number other than `old` that a dishonest proposer might write instead. */
export function otherAmount(next: Next, old: bigint): bigint {
  const values = [old + 1n, old - 1n, 2n * old, old / 2n, old + BigInt(1 + next(1_000)), 3n * old + 1n, 1n];
  if (next(15) === 0) return [2n ** 127n, 2n ** 128n - 1n, 2n ** 128n - old][next(3)]!;
  const fit = values.filter((value) => value > 0n && value !== old);
  return fit[next(fit.length)]!;
}

/** Sorts a list as an honest one is, and cuts it to its length. */
export function arrange(list: (PlainEntry | undefined)[], topK: number): void {
  const entries = list.filter((entry) => entry !== undefined);
  entries.sort((a, b) => (a.w === b.w ? a.recordIndex - b.recordIndex : a.w > b.w ? -1 : 1));
  list.splice(0, list.length, ...entries.slice(0, topK));
}

/** The payout of a position, made if there is none. */
export function payoutOf(plain: PlainProposal, position: number): PlainPayout {
  const found = plain.payouts.find((payout) => payout.position === position);
  if (found !== undefined) return found;
  const made: PlainPayout = { position, cumulative: 0n, earnings: [] };
  plain.payouts.push(made);
  plain.payouts.sort((a, b) => a.position - b.position);
  return made;
}

/** Who is to gain by a lie about payouts: the favoured position, or one from `least` on. */
export function gainer({ next, favoured }: Draft, least = 1): number {
  const drawn = least + next(13 - least);
  return favoured ?? drawn;
}

/** Leaves out payouts of nothing. */
export function dropEmpty(plain: PlainProposal): void {
  plain.payouts = plain.payouts.filter(({ cumulative }) => cumulative > 0n);
}

/** Moves an amount from one position to another: why somebody would lie at all. */
export function steal({ next, plain, honest, favoured }: Draft): Mutated {
  const from = pick(
    next,
    plain.payouts.filter(({ cumulative }) => cumulative > 0n),
  );
  if (from === undefined) return undefined;
  const positions = Number(honest.factsFor(honest.epoch.groupsTree.root, honest.epoch.payoutsTree.root).positionCount);
  const drawn = 1 + ((from.position + next(positions - 1)) % positions);
  const to = favoured ?? drawn;
  if (to === from.position) return undefined;
  const amount = [1n, from.cumulative, (from.cumulative + 1n) / 2n][next(3)]!;
  from.cumulative -= amount;
  payoutOf(plain, to).cumulative += amount;
  dropEmpty(plain);
  return { what: `move ${amount} from position ${from.position} to ${to}` };
}
