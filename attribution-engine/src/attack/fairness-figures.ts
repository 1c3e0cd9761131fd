/** Figures of the economy without an attack, by rule. */
import { MAIN_JOB, OURS, UNSCREENED } from "./baseline.ts";
import { means } from "./means.ts";
import { OTHER_RULES } from "./other-rules.ts";
import type { RunTasks } from "./search.ts";
import { SWEEP, type AttackTask } from "./tasks.ts";
import { RAMP_NAMES } from "./trial.ts";

/** Rank correlation with leaving out, shares paid nothing, Gini of contributors. */
export type Fairness = Readonly<Record<"leaveOut" | "recordsUnpaid" | "contributorsUnpaid" | "gini", number>>;

export interface FairnessFigures {
  readonly honest: Readonly<Record<"leftOut" | "laterLeftOut" | "noveltyLost", number>>;
  readonly byRule: Readonly<Record<string, Fairness>>;
  /** In the order of SWEEP. */
  readonly sweep: readonly Fairness[];
}

const RULES = [
  ...RAMP_NAMES.map((name) => `${OURS}, ramp ${name}`),
  ...RAMP_NAMES.map((name) => `${UNSCREENED}, ramp ${name}`),
  MAIN_JOB,
  ...OTHER_RULES,
];

export async function fairnessFigures(seeds: readonly number[], run: RunTasks): Promise<FairnessFigures> {
  const tasks = seeds.map((seed): AttackTask => ({ kind: "fairness", seed }));
  const [leftOut, laterLeftOut, noveltyLost, ...rest] = means(await run(tasks, "fairness"));
  const at = (rule: number): Fairness => {
    const [leaveOut, recordsUnpaid, contributorsUnpaid, gini] = rest.slice(4 * rule, 4 * rule + 4);
    return { leaveOut: leaveOut!, recordsUnpaid: recordsUnpaid!, contributorsUnpaid: contributorsUnpaid!, gini: gini! };
  };
  return {
    honest: { leftOut: leftOut!, laterLeftOut: laterLeftOut!, noveltyLost: noveltyLost! },
    byRule: Object.fromEntries(RULES.map((name, rule) => [name, at(rule)])),
    sweep: SWEEP.map((_, i) => at(RULES.length + i)),
  };
}
