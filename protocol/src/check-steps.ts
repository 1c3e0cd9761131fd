// Checks that can be shown one by one: what was expected, where that comes from, and what was found.

/** One thing that was checked. */
export type CheckStep = {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean;
  /** Where what is expected comes from: read from the chain, a leaf that was opened before, arithmetic over such, or who asks. */
  readonly source: StepSource;
};

export type StepSource = "chain" | "opening" | "computed" | "viewer";

/** Told each step as it is made. */
export type TellStep = (step: CheckStep) => void;

/** Makes checks, and ends at the first that does not hold. */
export class Checks {
  readonly #tell: TellStep;

  constructor(tell: TellStep = () => undefined) {
    this.#tell = tell;
  }

  /** @throws Error saying what was found and what was expected */
  same<Value>(found: Value, expected: Value, what: string, source: StepSource): void {
    this.step({ what, expected: String(expected), found: String(found), holds: found === expected, source });
  }

  /** @throws Error if the step does not hold: `reason`, or what was found and expected */
  step(step: CheckStep, reason = `${step.what}: ${step.found}, not ${step.expected}`): void {
    this.#tell(step);
    if (!step.holds) throw new Error(reason);
  }
}
