// Proofs of a fault, by this program, that the court refused: while they are, others are looked for.
import { type Hex, keccak256 } from "viem";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import type { Duty } from "./duty.ts";

interface Refused {
  readonly hashes: Set<Hex>;
  /** What the proposal was compared with when they were found. */
  epoch: AttributedEpoch | undefined;
  /** Whether no proof is left. */
  isExhausted: boolean;
}

const NONE: ReadonlySet<Hex> = new Set();

export class RefusedProofs {
  readonly #refused = new Map<string, Refused>();
  /** Those that were forgotten too. */
  readonly #ever = new Set<Hex>();

  /**
   * @param proposal a name of the proposal
   * @returns whether the proof was never refused before, so that there is something new to try; there is only for so long
   */
  add(proposal: string, { data }: Duty): boolean {
    const refused = this.#refused.get(proposal) ?? { hashes: new Set(), epoch: undefined, isExhausted: false };
    const hash = keccak256(data);
    refused.hashes.add(hash);
    this.#refused.set(proposal, refused);
    const isNew = !this.#ever.has(hash);
    this.#ever.add(hash);
    return isNew;
  }

  /**
   * The keccak256 of the calldata of the proofs to pass over. They are forgotten where the epoch was computed anew, and at the search after one that found none:
   * a node may have refused them that was behind the others.
   */
  of(proposal: string, epoch: AttributedEpoch): ReadonlySet<Hex> {
    const refused = this.#refused.get(proposal);
    if (refused === undefined) return NONE;
    refused.epoch ??= epoch;
    if (refused.epoch === epoch && !refused.isExhausted) return refused.hashes;
    this.#refused.delete(proposal);
    return NONE;
  }

  /** Notes whether a search that passed over them found another proof. */
  searched(proposal: string, isFound: boolean): void {
    const refused = this.#refused.get(proposal);
    if (refused !== undefined) refused.isExhausted = !isFound;
  }
}
