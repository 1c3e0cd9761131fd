// Keeps the proofs against inputs whose reward the watcher reserves: they are shown in time whoever came before, as those of ReservedProofs are.
import { type Address, type Hex, isAddressEqual } from "viem";
import type { DataSource } from "./committed-data.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import { REVEAL_BLOCKS } from "./reserved-proofs.ts";

/** A reservation as events tell it, with what it is against as one word. */
interface Reservation {
  readonly accused: string;
  readonly sender: Address;
  readonly number: number;
}

export class ReservedInputProofs {
  readonly #kept = new Map<Hex, { readonly title: string; readonly proof: Duty }>();

  /** Notes the proof that a reservation names. @param title of the accused input */
  keep(commitment: Hex, title: string, proof: Duty): void {
    this.#kept.set(commitment, { title, proof });
  }

  /** Proofs against what cannot be ended any more, whose reservations still live. @param live titles of inputs that can be */
  duties({ logs }: DataSource, sender: Address, live: ReadonlySet<string>, head: Head): Duty[] {
    const revealed = [
      ...logs.of("IndexProofRevealed").map(({ args }) => ({ ...args, accused: indexName(args) })),
      ...logs.of("ProofRevealed").map(({ args }) => ({ ...args, accused: args.commit })),
    ];
    const isRevealed = (made: Reservation): boolean =>
      revealed.some(({ accused, number }) => accused === made.accused && number === made.number);
    const reserved = [
      ...logs
        .of("IndexProofReserved")
        .map(({ args, blockNumber }) => ({ ...args, blockNumber, accused: indexName(args) })),
      ...logs.of("ProofReserved").map(({ args, blockNumber }) => ({ ...args, blockNumber, accused: args.commit })),
    ];
    return reserved.flatMap((made) => {
      const kept = this.#kept.get(made.commitment);
      // The next block is the first that can have the proof.
      const isOver = head.number >= made.blockNumber + REVEAL_BLOCKS || isRevealed(made);
      if (kept === undefined || isOver || live.has(kept.title) || !isAddressEqual(made.sender, sender)) return [];
      return [kept.proof];
    });
  }
}

function indexName({ version, sub }: { readonly version: bigint; readonly sub: number }): string {
  return `${version} ${sub}`;
}
