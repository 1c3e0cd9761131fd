// What a check in the browser comes to: its steps, and what it rests on or leaves open.
import { type CheckStep, Checks, type TellStep } from "@tributary/protocol/check-steps";
import { ChainRefusal, ChainUnreadable } from "./chain.ts";
import { NotServed } from "./not-served.ts";

/**
 * - `proven`: every step holds, and each follows from roots and facts that were read from the chain.
 * - `attested`: every step holds, and what it shows is that somebody signed.
 * - `refused`: a step does not hold; what was served is wrong, or not what the chain says.
 */
export type CheckStatus = "proven" | "attested" | "refused";

/** What no arithmetic of this check shows, and what it rests on instead. */
export interface Statement {
  readonly what: string;
  readonly by: string;
}

export interface CheckResult<Found> {
  readonly status: CheckStatus;
  readonly steps: readonly CheckStep[];
  /** What somebody vouches for, and no arithmetic can show. */
  readonly attested: readonly Statement[];
  /** What arithmetic can show, but not with what is opened here. */
  readonly beyond: readonly Statement[];
  /** What was found to hold; nothing where the check is refused. */
  readonly found: Found | undefined;
}

export interface CheckKind {
  /** What it is if every step holds. */
  readonly status: Exclude<CheckStatus, "refused">;
  readonly attested: readonly Statement[];
  readonly beyond: readonly Statement[];
}

/**
 * Makes a check. It ends with the first step that does not hold, as those behind it would rest on it.
 * @param onStep told each step, for progress
 * @throws ChainUnreadable if the chain cannot be read, NotServed if the indexer does not give what is needed: then nothing is shown, either way
 */
export async function runCheck<Found>(
  { status, attested, beyond }: CheckKind,
  onStep: TellStep | undefined,
  work: (checks: Checks) => Promise<Found>,
): Promise<CheckResult<Found>> {
  const steps: CheckStep[] = [];
  const tell: TellStep = (step) => {
    steps.push(step);
    onStep?.(step);
  };
  try {
    const found = await work(new Checks(tell));
    return { status, steps, attested, beyond, found };
  } catch (error) {
    if (error instanceof ChainUnreadable || error instanceof NotServed) throw error;
    // Malformed bytes throw where they are read, before there is a step about them.
    if (steps.at(-1)?.holds !== false) tell(stepOf(error));
    return { status: "refused", steps, attested, beyond, found: undefined };
  }
}

function stepOf(error: unknown): CheckStep {
  const found = error instanceof Error ? error.message : String(error);
  if (error instanceof ChainRefusal)
    return { what: "what is named is on the chain", expected: "there", found, holds: false, source: "chain" };
  return { what: "what was served is well-formed", expected: "well-formed", found, holds: false, source: "computed" };
}
