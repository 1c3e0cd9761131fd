// How many blocks a node is asked for events of at a time: fewer where it refuses, more again once it answers.
import { HttpRequestError, ResponseBodyTooLargeError, RpcRequestError } from "viem";

const MOST_BLOCKS = 10_000n;
const FEWEST_BLOCKS = 16n;
/** Requests that a node must answer in a row until it is asked for longer ranges again: it may have a limit of its own, or have been busy. */
const SUCCESSES_UNTIL_LONGER = 8;

export class BlockSpan {
  readonly #most: bigint;
  readonly #mayBeAboutRange: (error: unknown) => boolean;
  #blocks: bigint;
  #successes = 0;

  /**
   * @param most blocks that are ever asked for at a time
   * @param mayBeAboutRange of which errors fewer blocks are tried
   */
  constructor(most = MOST_BLOCKS, mayBeAboutRange = isAboutRange) {
    this.#most = most;
    this.#blocks = most;
    this.#mayBeAboutRange = mayBeAboutRange;
  }

  get blocks(): bigint {
    return this.#blocks;
  }

  /** Notes that the node answered. */
  answered(): void {
    if (this.#blocks === this.#most || ++this.#successes < SUCCESSES_UNTIL_LONGER) return;
    this.#successes = 0;
    this.#blocks = 2n * this.#blocks < this.#most ? 2n * this.#blocks : this.#most;
  }

  /** Notes that it failed for so many blocks. @throws the error where fewer blocks would not help */
  failed(asked: bigint, error: unknown): void {
    if (asked <= FEWEST_BLOCKS || !this.#mayBeAboutRange(error)) throw error;
    this.#successes = 0;
    this.#blocks = asked / 2n > FEWEST_BLOCKS ? asked / 2n : FEWEST_BLOCKS;
  }
}

/** Whether a node says that it would answer about fewer blocks: nodes limit blocks, results, bytes and time, each in its own words. */
export function isAboutRange(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof HttpRequestError && cause.status === CONTENT_TOO_LARGE) return true;
    if (cause instanceof ResponseBodyTooLargeError) return true;
    if (cause instanceof RpcRequestError && RANGE.test(cause.details) && !RATE.test(cause.details)) return true;
  }
  return false;
}

const CONTENT_TOO_LARGE = 413;
const RANGE = /range|blocks|results|logs|size|limit|exceed|too (many|large|big|long)|time(d )?[ -]?out/i;
const RATE = /\brate\b|requests|per (second|minute|day)|quota|capacity|credits/i;
