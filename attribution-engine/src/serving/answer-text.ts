// The text of an answer as its tokens come: whole characters, and nothing from a stop sequence on.

/** Turns the bytes of tokens into text that can be sent at once. */
export class AnswerText {
  readonly #stops: readonly string[];
  // A text may begin with a byte order mark: it is a character like others.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** What may still turn out to be the beginning of a stop sequence. */
  #held = "";
  #isStopped = false;

  /** @param stops sequences before which the answer ends, none empty */
  constructor(stops: readonly string[] = []) {
    this.#stops = stops;
  }

  /** Whether a stop sequence was met. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** @returns what is certain now, maybe nothing */
  push(bytes: Uint8Array): string {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** @returns what was held back, at the end of the tokens */
  end(): string {
    const rest = this.#take(this.#decoder.decode(), true) + this.#held;
    this.#held = "";
    return rest;
  }

  #take(text: string, isEnd = false): string {
    if (this.#isStopped) return "";
    const all = this.#held + text;
    const found = this.#stops.map((stop) => all.indexOf(stop)).filter((at) => at >= 0);
    const certain = all.length - (isEnd ? 0 : this.#doubtful(all));
    // A longer one may have begun before the one that was met.
    this.#isStopped = found.length > 0 && Math.min(...found) <= certain;
    const sure = this.#isStopped ? Math.min(...found) : certain;
    this.#held = this.#isStopped ? "" : all.slice(sure);
    return all.slice(0, sure);
  }

  /** Length of the longest end of `text` with which a stop sequence begins. */
  #doubtful(text: string): number {
    const longest = Math.max(0, ...this.#stops.map((stop) => stop.length - 1));
    for (let length = Math.min(longest, text.length); length > 0; length--) {
      const end = text.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
