// How many blocks a node is asked for events of at a time: fewer where it refuses, more again once it answers.
import { isAboutRange } from "./network-error.ts";

const MOST_BLOCKS = 10_000n;
const FEWEST_BLOCKS = 16n;
/** Requests that a node must answer in a row until it is asked for longer ranges again: it may have a limit of its own, or have been busy. */
const SUCCESSES_UNTIL_LONGER = 8;

export class BlockSpan {
  #blocks = MOST_BLOCKS;
  #successes = 0;

  get blocks(): bigint {
    return this.#blocks;
  }

  /** Notes that the node answered. */
  answered(): void {
    if (this.#blocks === MOST_BLOCKS || ++this.#successes < SUCCESSES_UNTIL_LONGER) return;
    this.#successes = 0;
    this.#blocks = 2n * this.#blocks < MOST_BLOCKS ? 2n * this.#blocks : MOST_BLOCKS;
  }

  /** Notes that it failed for so many blocks. @throws the error where fewer blocks would not help */
  failed(asked: bigint, error: unknown): void {
    if (asked <= FEWEST_BLOCKS || !isAboutRange(error)) throw error;
    this.#successes = 0;
    this.#blocks = asked / 2n > FEWEST_BLOCKS ? asked / 2n : FEWEST_BLOCKS;
  }
}
