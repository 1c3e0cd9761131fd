// What a watcher tells of inputs: what was found about each, and how wrong ones ended.
import type { Address } from "viem";
import type { InputEnding } from "./input-endings.ts";

/** `unproven` is wrong, and no proof of it can be made. */
export type InputVerdict = "sound" | "wrong" | "unproven" | "unshown";

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
  /** Wrong, and no proof of it can be made. */
  readonly unproven: number;
  readonly ended: readonly EndedInput[];
  /** Slashes for inputs that were ended, of those that this watcher had made. */
  readonly penalties: number;
}

/** Inputs of all ledgers. */
export class InputReport {
  readonly #verdicts = new Map<string, InputVerdict>();
  readonly #endings = new Map<string, EndedInput>();
  readonly #withheld = new Map<Address, number>();
  penalties = 0;

  judged(ledger: Address, input: string, verdict: InputVerdict): void {
    this.#verdicts.set(keyOf(ledger, input), verdict);
  }

  /** Notes how many demands of a ledger's inputs cannot be paid for now. */
  withheld(ledger: Address, demands: number): void {
    this.#withheld.set(ledger, demands);
  }

  /** Demands of a ledger's inputs that could not be paid for at the last look. */
  withheldOf(ledger: Address): number {
    return this.#withheld.get(ledger) ?? 0;
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

  /** Whether every one that is wrong, provably or not, was ended. */
  get isGood(): boolean {
    const isWrong = (verdict: InputVerdict): boolean => verdict === "wrong" || verdict === "unproven";
    return [...this.#verdicts].every(([key, verdict]) => !isWrong(verdict) || this.#endings.has(key));
  }

  /** Inputs by what was found about them. */
  counts(): Record<InputVerdict | "ended", number> {
    const verdicts = [...this.#verdicts.values()];
    const count = (verdict: InputVerdict): number => verdicts.filter((one) => one === verdict).length;
    return {
      sound: count("sound"),
      wrong: count("wrong"),
      unproven: count("unproven"),
      unshown: count("unshown"),
      ended: this.#endings.size,
    };
  }

  summary(): InputSummary {
    const { sound, wrong, unproven } = this.counts();
    return {
      checked: sound + wrong,
      sound,
      wrong,
      unproven,
      ended: [...this.#endings.values()],
      penalties: this.penalties,
    };
  }
}

function keyOf(ledger: Address, input: string): string {
  return `${ledger} ${input}`;
}
