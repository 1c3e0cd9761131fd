// Keeps the proofs whose reward the watcher reserves: they are shown in time whoever came before, since the reservation's deposit returns with them, and the reward may.
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import type { Address, Hex } from "viem";
import type { DataSource } from "./committed-data.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import type { ProposalView } from "./proposals.ts";

/** Blocks in which a reservation can be revealed, after its own (docs/formats.md §7.5). */
export const REVEAL_BLOCKS = 50n;

/** A proof that somebody else's proof, a demand or another proposal may come before. */
interface Kept {
  readonly epoch: bigint;
  readonly proposal: number;
  readonly proof: Duty;
  /** Block of the last look at which the proposal was pending. */
  readonly keptAt: bigint;
}

export class ReservedProofs {
  readonly #kept = new Map<Hex, Kept>();

  /** Notes the proof that a reservation of the watcher's, made or about to be made, names. */
  keep(commitment: Hex, { epoch, proposal }: ProposalView, proof: Duty, head: Head): void {
    this.#kept.set(commitment, { epoch, proposal, proof, keptAt: head.number });
  }

  /** Proofs against what is pending no more, whose reservations still live. */
  async duties(
    { reader, contracts }: DataSource,
    sender: Address,
    pending: readonly ProposalView[],
    head: Head,
  ): Promise<Duty[]> {
    const duties: Duty[] = [];
    for (const [commitment, { epoch, proposal, proof, keptAt }] of this.#kept) {
      if (pending.some((other) => other.epoch === epoch && other.proposal === proposal)) continue;
      const { madeAt } = await reader.readContract({
        address: contracts.faultProofs,
        abi: faultProofsAbi,
        functionName: "reservationOf",
        args: [sender, commitment],
      });
      // The next block is the first that can have the proof.
      const last = (madeAt === 0 ? keptAt : BigInt(madeAt)) + REVEAL_BLOCKS;
      if (head.number >= last) this.#kept.delete(commitment);
      else if (madeAt !== 0) duties.push(proof);
    }
    return duties;
  }
}
