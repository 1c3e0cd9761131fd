/** The attacker's search: over disguises and their strengths first, then around the best, then over numbers of copies and seeds. */
import type { CopyingPlan } from "./copying.ts";
import { DISGUISES } from "./disguises.ts";
import type { AttackTask, Target } from "./tasks.ts";
import { OUR_RAMP } from "./trial.ts";

/** How far a search goes. */
export interface Extent {
  readonly seeds: readonly number[];
  /** Copies of each source: in the first round, and in the last. */
  readonly firstTimes: number;
  readonly times: readonly number[];
  /** Every n-th strength of a disguise in the first round. */
  readonly every: number;
  /** Of the first round's plans, those that are looked at more closely. */
  readonly finalists: number;
  /** Disguises of each source that are tried against the detector. */
  readonly tries: number;
}

export const FULL: Extent = { seeds: [1, 2], firstTimes: 20, times: [1, 5, 20, 50], every: 3, finalists: 2, tries: 4 };
export const QUICK: Extent = { seeds: [1], firstTimes: 5, times: [1, 20], every: 4, finalists: 1, tries: 3 };

/** Works out tasks' outcomes, in their order. */
export type RunTasks = (tasks: readonly AttackTask[], stage: string) => Promise<Float64Array[]>;

/** A plan with its outcome by seed. */
export interface Tried {
  readonly target: Target;
  readonly plan: CopyingPlan;
  /** By seed. */
  readonly ratios: readonly number[];
  readonly kept: readonly number[];
  readonly leftOut: readonly number[];
  readonly outcomes: readonly Float64Array[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean of a figure of a tried plan over its seeds. */
export function meanOf(tried: Tried, figure: "ratios" | "kept" | "leftOut"): number {
  return mean(tried[figure]);
}

/** Tries plans against our rule on every seed. */
export async function tryPlans(
  plans: readonly { readonly target: Target; readonly plan: CopyingPlan }[],
  seeds: readonly number[],
  run: RunTasks,
  stage: string,
): Promise<Tried[]> {
  const tasks = seeds.flatMap((seed) =>
    plans.map(({ target, plan }): AttackTask => ({ kind: "copying", rules: "ours", seed, target, plan })),
  );
  const outcomes = await run(tasks, stage);
  return plans.map(({ target, plan }, at) => {
    const own = seeds.map((_, s) => outcomes[s * plans.length + at]!);
    return {
      target,
      plan,
      ratios: own.map((outcome) => outcome[1 + 2 * OUR_RAMP]!),
      kept: own.map((outcome) => outcome[2 + 2 * OUR_RAMP]!),
      leftOut: own.map((outcome) => outcome[0]!),
      outcomes: own,
    };
  });
}

const byRatio = (a: Tried, b: Tried): number => meanOf(b, "ratios") - meanOf(a, "ratios");

/**
 * Looks for the plan with the largest income: every disguise at several strengths, chosen against the detector and not; then the best ones
 * weaker and stronger; then the best of all by number of copies and on all seeds.
 * @returns all that was tried, the last round's plans first, the best one at the head.
 */
export async function searchDisguises(target: Target, extent: Extent, run: RunTasks): Promise<Tried[]> {
  const { seeds, firstTimes, times, every, finalists, tries } = extent;
  const first = DISGUISES.flatMap(({ name, strengths }) =>
    strengths
      .filter((_, i) => (strengths.length - 1 - i) % every === 0)
      .map((strength) => ({ target, plan: { disguise: name, strength, times: firstTimes, tries } })),
  );
  const firstRound = await tryPlans(first, seeds.slice(0, 1), run, `${target}: disguises`);
  const best = [...firstRound].sort(byRatio).slice(0, finalists);
  const closer = best.flatMap(({ plan }) =>
    [0.8, 1.25].map((factor) => ({ target, plan: { ...plan, strength: plan.strength * factor } })),
  );
  const once = best.map(({ plan }) => ({ target, plan: { ...plan, tries: 1 } }));
  const secondRound = await tryPlans([...closer, ...once], seeds.slice(0, 1), run, `${target}: strengths`);
  const champions = [...best, ...secondRound].sort(byRatio).slice(0, Math.max(1, finalists - 1));
  const last = champions.flatMap(({ plan }) => times.map((count) => ({ target, plan: { ...plan, times: count } })));
  const lastRound = await tryPlans(last, seeds, run, `${target}: numbers of copies`);
  return [...lastRound.sort(byRatio), ...[...secondRound, ...firstRound].sort(byRatio)];
}
