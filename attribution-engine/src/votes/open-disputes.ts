// The disputes over sketches that the chain has seen, with how far one attributor has come in each.
import { INDEX } from "@tributary/protocol/kinds";
import type { Address, Hex } from "viem";
import type { LogBook } from "../watch/log-book.ts";

/** A sketch that is disputed: at a place of commit number `sub` of a settlement's sketches, or of a version's index. */
export interface DisputedSketch {
  readonly disputes: Address;
  readonly round: bigint;
  /** Tag of the kind of tree. */
  readonly kind: number;
  readonly id: bigint;
  readonly sub: number;
  readonly place: number;
}

/** Times in seconds; votes are committed until `commitUntil` and revealed from then until `revealUntil`. */
export interface DisputeView extends DisputedSketch {
  /** Whose stake counts, at this second. */
  readonly snapshot: number;
  readonly commitUntil: number;
  readonly revealUntil: number;
  /** What the attributor committed to, if it has. */
  readonly committed: Hex | undefined;
  readonly isRevealed: boolean;
}

/** All disputes in the order of the chain. @param pool of the attributor */
export function readDisputes(logs: LogBook, disputes: Address, pool: bigint): DisputeView[] {
  const rounds = new Map(logs.of("RoundOpened").map(({ args }) => [args.round, args]));
  const own = <Log extends { args: { round: bigint; pool: bigint } }>(votes: Log[]): Map<bigint, Log> =>
    new Map(votes.filter(({ args }) => args.pool === pool).map((log) => [log.args.round, log]));
  const committed = own(logs.of("VoteCommitted"));
  const revealed = own(logs.of("VoteRevealed"));
  return logs.of("Disputed").map(({ args: { round, commitment, place } }) => {
    const opened = rounds.get(round);
    if (opened === undefined) throw new Error(`dispute ${round}: the chain shows no round of votes for it`);
    const { snapshot, commitUntil, revealUntil } = opened;
    return {
      disputes,
      round,
      ...commitment,
      place,
      snapshot,
      commitUntil,
      revealUntil,
      committed: committed.get(round)?.args.commitment,
      isRevealed: revealed.has(round),
    };
  });
}

/** The sketch in words. */
export function nameOf({ kind, id, sub, place }: DisputedSketch): string {
  return kind === INDEX.tag
    ? `record ${place} of index commit ${sub} of version ${id}`
    : `call ${place} of sketch commit ${sub} of settlement ${id}`;
}
