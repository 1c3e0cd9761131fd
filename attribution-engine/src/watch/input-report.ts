// What a watcher tells of inputs: what was found about each, and how wrong ones ended.
import type { Address } from "viem";
import type { InputEnding } from "./input-endings.ts";

export type InputVerdict = "sound" | "wrong" | "unshown";

/** An ended input in the summary; amounts are decimal strings of base units. */
interface EndedInput {
  readonly ledger: Address;
  readonly input: string;
  readonly function: string;
  readonly tx: string;
  readonly gas: number;
  readonly reward: string;
  readonly burned: string;
}

export interface InputSummary {
  readonly checked: number;
  readonly sound: number;
  readonly wrong: number;
  readonly ended: readonly EndedInput[];
  /** Slashes for inputs that were ended, of those that this watcher had made. */
  readonly penalties: number;
}

/** Inputs of all ledgers. */
export class InputReport {
  readonly #verdicts = new Map<string, InputVerdict>();
  readonly #endings = new Map<string, EndedInput>();
  penalties = 0;

  judged(ledger: Address, input: string, verdict: InputVerdict): void {
    this.#verdicts.set(keyOf(ledger, input), verdict);
  }

  /** @returns whether that was not known */
  ended(ledger: Address, input: string, ending: InputEnding): boolean {
    const key = keyOf(ledger, input);
    if (this.#endings.get(key)?.tx === ending.tx) return false;
    this.#verdicts.set(key, "wrong");
    this.#endings.set(key, {
      ledger,
      input,
      function: ending.function,
      tx: ending.tx,
      gas: Number(ending.gas),
      reward: ending.reward.toString(),
      burned: ending.burned.toString(),
    });
    return true;
  }

  /** Forgets an ending whose block has vanished. @returns whether there was one */
  unended(ledger: Address, input: string): boolean {
    return this.#endings.delete(keyOf(ledger, input));
  }

  /** Whether every wrong one was ended. */
  get isGood(): boolean {
    return [...this.#verdicts].every(([key, verdict]) => verdict !== "wrong" || this.#endings.has(key));
  }

  /** Inputs by what was found about them. */
  counts(): { sound: number; wrong: number; unshown: number; ended: number } {
    const verdicts = [...this.#verdicts.values()];
    const count = (verdict: InputVerdict): number => verdicts.filter((one) => one === verdict).length;
    return { sound: count("sound"), wrong: count("wrong"), unshown: count("unshown"), ended: this.#endings.size };
  }

  summary(): InputSummary {
    const { sound, wrong } = this.counts();
    return {
      checked: sound + wrong,
      sound,
      wrong,
      ended: [...this.#endings.values()],
      penalties: this.penalties,
    };
  }
}

function keyOf(ledger: Address, input: string): string {
  return `${ledger} ${input}`;
}
