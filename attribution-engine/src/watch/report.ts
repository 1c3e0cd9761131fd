// What a watcher tells: a line for each thing that happens, and at the end a summary.
import { type Address, formatUnits } from "viem";
import type { Commitment } from "@tributary/protocol/demand";
import type { Ending } from "./endings.ts";
import type { InputEnding } from "./input-endings.ts";
import { titleOf as inputTitle } from "./input-finding.ts";
import { InputReport, type InputSummary, type InputVerdict } from "./input-report.ts";

/** An ended proposal in the summary; amounts are decimal strings of base units. */
interface EndedProposal {
  readonly ledger: Address;
  readonly epoch: number;
  readonly proposal: number;
  readonly fault: string;
  readonly function: string;
  readonly tx: string;
  readonly gas: number;
  readonly reward: string;
  readonly burned: string;
  readonly paid: Address;
}

export interface Summary {
  readonly checked: number;
  readonly agreeing: number;
  readonly faulty: number;
  readonly ended: number;
  readonly proofs: readonly EndedProposal[];
  readonly demands: number;
  readonly answers: number;
  readonly inputs: InputSummary;
}

export type Verdict = "agrees" | "differs" | "unknown";

const TOKEN_DECIMALS = 18;

/** The name of a proposal in lines and in the summary's bookkeeping. */
export interface ProposalName {
  readonly ledger: Address;
  readonly epoch: bigint;
  readonly proposal: number;
}

/** Collects what happened. */
export class Report {
  readonly #write: (line: string) => void;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #endings = new Map<string, EndedProposal>();
  readonly #said = new Set<string>();
  readonly inputs = new InputReport();
  /** Transactions of these kinds that were mined. */
  demands = 0;
  answers = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  say(line: string): void {
    this.#write(line);
  }

  /** Says a line that is not said again. */
  sayOnce(line: string): void {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    this.say(line);
  }

  /** Notes and says what was found about a proposal. */
  judged(name: ProposalName, verdict: Verdict, why: string): void {
    this.#verdicts.set(keyOf(name), verdict);
    this.sayOnce(`${titleOf(name)}: ${why}`);
  }

  /** Notes and says how a proposal was ended. */
  ended(name: ProposalName, ending: Ending): void {
    if (this.#endings.get(keyOf(name))?.tx === ending.tx) return;
    this.#verdicts.set(keyOf(name), "differs");
    this.#endings.set(keyOf(name), {
      ledger: name.ledger,
      epoch: Number(name.epoch),
      proposal: name.proposal,
      fault: ending.fault,
      function: ending.function,
      tx: ending.tx,
      gas: Number(ending.gas),
      reward: ending.reward.toString(),
      burned: ending.burned.toString(),
      paid: ending.paid,
    });
    const held = ending.heldUntil === undefined ? "" : `, held until block ${ending.heldUntil}`;
    this.say(
      `${titleOf(name)}: ended by ${ending.function} (${ending.fault}) in ${ending.tx}: gas ${ending.gas}, reward ${tokens(ending.reward)} to ${ending.paid}${held}, burned ${tokens(ending.burned)}`,
    );
  }

  /** Forgets an ending whose block has vanished. */
  unended(name: ProposalName): void {
    if (this.#endings.delete(keyOf(name))) this.say(`${titleOf(name)}: its end has vanished from the chain`);
  }

  /** Notes and says what was found about an input. */
  judgedInput(ledger: Address, input: Commitment, verdict: InputVerdict, why: string): void {
    this.inputs.judged(ledger, inputTitle(input), verdict);
    this.sayOnce(`${inputTitle(input)}: ${why}`);
  }

  /** Notes and says how an input was ended. */
  endedInput(ledger: Address, input: Commitment, ending: InputEnding): void {
    if (!this.inputs.ended(ledger, inputTitle(input), ending)) return;
    const { reward, burned } = ending;
    const bond = reward + burned === 0n ? "" : `, reward ${tokens(reward)}, burned ${tokens(burned)}`;
    this.say(`${inputTitle(input)}: ended by ${ending.function} in ${ending.tx}: gas ${ending.gas}${bond}`);
  }

  /** Forgets an ending whose block has vanished. */
  unendedInput(ledger: Address, input: Commitment): void {
    if (this.inputs.unended(ledger, inputTitle(input)))
      this.say(`${inputTitle(input)}: its end has vanished from the chain`);
  }

  /** Whether every proposal was judged, and every faulty one ended, and every wrong input. */
  get isGood(): boolean {
    if (!this.inputs.isGood) return false;
    return [...this.#verdicts].every(([key, verdict]) => verdict === "agrees" || this.#endings.has(key));
  }

  /** Proposals by what was found about them. */
  counts(): { agreeing: number; faulty: number; unknown: number; ended: number } {
    const verdicts = [...this.#verdicts.values()];
    const count = (verdict: Verdict): number => verdicts.filter((one) => one === verdict).length;
    return {
      agreeing: count("agrees"),
      faulty: count("differs"),
      unknown: count("unknown"),
      ended: this.#endings.size,
    };
  }

  summary(): Summary {
    const { agreeing, faulty, ended } = this.counts();
    return {
      checked: agreeing + faulty,
      agreeing,
      faulty,
      ended,
      proofs: [...this.#endings.values()],
      demands: this.demands,
      answers: this.answers,
      inputs: this.inputs.summary(),
    };
  }
}

/** An amount of a payment token; they all have 18 decimals. */
export function tokens(amount: bigint): string {
  return formatUnits(amount, TOKEN_DECIMALS);
}

function titleOf({ epoch, proposal }: ProposalName): string {
  return `epoch ${epoch}, proposal ${proposal}`;
}

function keyOf({ ledger, epoch, proposal }: ProposalName): string {
  return `${ledger} ${epoch} ${proposal}`;
}
