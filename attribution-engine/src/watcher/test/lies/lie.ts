// What a lie about an epoch is, and what lies are told about.
import type { ProofName } from "@tributary/protocol/proofs/proof";
import type { HonestEpoch } from "../../honest-epoch.ts";
import type { Bending, PlainCall, PlainEntry, PlainGroup, PlainPoints, PlainProposal } from "../plain-proposal.ts";

/** A lie: bends a proposal, and says whether it could be told about this one. */
export interface Lie {
  readonly statement: string;
  readonly name: string;
  /** By what it is ended: one of these proofs, or a demand that nobody can answer although all was published. */
  readonly expected: readonly (ProofName | "unanswerable")[];
  tell(plain: PlainProposal, honest: HonestEpoch): boolean;
  bending?(plain: PlainProposal, honest: HonestEpoch): Bending;
}

export type Listed = {
  group: PlainGroup;
  g: number;
  call: PlainCall;
  c: number;
  which: number;
  list: PlainEntry[];
  entry: PlainEntry;
  e: number;
};

/** All entries, with where they stand. */
export function entriesOf(plain: PlainProposal): Listed[] {
  return plain.groups.flatMap((group, g) =>
    (group?.calls ?? []).flatMap((call, c) =>
      (call?.lists ?? []).flatMap((list, which) =>
        list.map((entry, e) => ({
          group: group!,
          g,
          call: call!,
          c,
          which,
          list: list as PlainEntry[],
          entry: entry!,
          e,
        })),
      ),
    ),
  );
}

export function recordsOf(plain: PlainProposal): { g: number; group: PlainGroup; points: PlainPoints }[] {
  return plain.groups.flatMap((group, g) => (group?.points ?? []).map((points) => ({ g, group: group!, points })));
}

export function callsOf(plain: PlainProposal): { g: number; group: PlainGroup; call: PlainCall }[] {
  return plain.groups.flatMap((group, g) => (group?.calls ?? []).map((call) => ({ g, group: group!, call: call! })));
}

/** Does it to the first that there is. */
export function withFirst<Item>(items: readonly Item[], bend: (item: Item) => void): boolean {
  const [first] = items;
  if (first === undefined) return false;
  bend(first);
  return true;
}

export function flip(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes, (byte, i) => (i === 7 ? byte ^ 1 : byte));
}

export function payoutOf(plain: PlainProposal, position: number) {
  return plain.payouts.find((payout) => payout.position === position)!;
}
