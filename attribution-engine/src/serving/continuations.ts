// Continues texts for whoever asks, those that are asked for at the same time together.
import { drawToken } from "../model/generate.ts";
import { MOST_TEXTS, type NextToken } from "../model/next-token.ts";
import type { Random } from "../numerics/random.ts";

/** A text to continue. */
export interface Continuation {
  /** Tokens of the prompt, at least one, with room for `most` more. */
  readonly prompt: readonly number[];
  /** Tokens to draw at most, from 1. */
  readonly most: number;
  /** 0 takes the likeliest token. */
  readonly temperature: number;
  readonly random: Random;
  /** Nobody wants the rest any more. */
  readonly signal: AbortSignal;
  /** Told every token as it is drawn. @returns whether to go on */
  onToken(token: number): boolean;
}

interface Row {
  readonly text: number[];
  readonly wanted: Continuation;
  left: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** More texts wait than are worth waiting for. */
export class Overloaded extends Error {}

/** One model's texts under way. A text joins and leaves between two tokens of the others, which changes none of theirs. */
export class Continuations {
  readonly #next: NextToken;
  readonly #mostWaiting: number;
  readonly #rows: Row[] = [];
  #isRunning = false;

  /** @param mostWaiting texts under way, beyond which another is refused */
  constructor(next: NextToken, mostWaiting = 8 * MOST_TEXTS) {
    this.#next = next;
    this.#mostWaiting = mostWaiting;
  }

  /** Resolves when the text is continued, its reader has had enough, or nobody wants it. @throws Overloaded */
  async run(wanted: Continuation): Promise<void> {
    if (this.#rows.length >= this.#mostWaiting)
      throw new Overloaded(`${this.#rows.length} texts are being continued already`);
    await new Promise<void>((resolve, reject) => {
      this.#rows.push({ text: [...wanted.prompt], wanted, left: wanted.most, resolve, reject });
      if (!this.#isRunning) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isRunning = true;
    while (this.#rows.length > 0) {
      // Those that came first; whoever comes while they are computed has a place when one of them is done.
      const group = this.#rows.slice(0, MOST_TEXTS);
      try {
        const logits = await this.#next.logitsAfter(group.map(({ text }) => text));
        group.forEach((row, i) => this.#draw(row, logits[i]!));
      } catch (error) {
        for (const row of group) if (this.#rows.includes(row)) this.#end(row, () => row.reject(error));
      }
    }
    this.#isRunning = false;
  }

  #draw(row: Row, logits: Float32Array): void {
    const { wanted, text } = row;
    if (wanted.signal.aborted) return this.#end(row, row.resolve);
    const token = drawToken(logits, wanted.temperature, wanted.random.uniform());
    text.push(token);
    row.left -= 1;
    if (!wanted.onToken(token) || row.left === 0) this.#end(row, row.resolve);
  }

  #end(row: Row, tell: () => void): void {
    this.#rows.splice(this.#rows.indexOf(row), 1);
    tell();
  }
}
