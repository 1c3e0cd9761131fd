// What a service looks at again and again, and what it finds there.
import type { Address } from "viem";
import type { MadeDemand } from "./demand-book.ts";
import type { WatchedLedger } from "./deployment.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import type { ProposalView } from "./proposals.ts";
import type { ProposalName } from "./report.ts";

/** What a look at a ledger found. */
export interface Inspection {
  /** Calls that can be made now. */
  readonly duties: readonly Duty[];
  readonly pending: readonly ProposalView[];
  readonly made: readonly MadeDemand[];
  /** What is not at its end yet, in words, as proposals that could not be judged, or are faulty and still stand. */
  readonly unsettled: readonly string[];
  /** Whether something is awaited that takes time: an answer, or more blocks. */
  readonly isWaiting: boolean;
}

/** What a look at inputs found. */
export interface InputInspection {
  readonly duties: readonly Duty[];
  /** What is wrong and not at its end, in words. */
  readonly unsettled: readonly string[];
  /** Whether there was time for all of them; the next look goes on with the others. */
  readonly isFinished: boolean;
  /** Errors of the node that kept single inputs from being looked at. */
  readonly failures: readonly unknown[];
}

/** One ledger under watch, for whatever there is to do about it. */
export interface Watch {
  readonly source: { readonly contracts: WatchedLedger };
  /** Who sends, and whose deposits and rewards are collected. */
  readonly collector: Address;
  inspect(head: Head): Promise<Inspection>;
  /** Looks at inputs, for some seconds: once what `inspect` has found of all ledgers is on its way. */
  inspectInputs?(head: Head): Promise<InputInspection>;
  /** Notes a proposal that an earlier run accused. */
  remember?(name: ProposalName): void;
  /** Notes a proof that the court refused. @returns whether the next look tries another call */
  refused?(duty: Duty): boolean;
  /** Notes an input that an earlier run accused. */
  rememberInput?(input: NonNullable<Duty["input"]>): void;
}
