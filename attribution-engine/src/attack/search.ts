/** The attacker's search: over disguises first, then from the best of them in every direction as long as income rises, at last on all draws. */
import { climb } from "./climb.ts";
import type { CopyingPlan } from "./copying.ts";
import { DISGUISES } from "./disguises.ts";
import { mean } from "./means.ts";
import { SIZES, type AttackTask, type Copying, type Size, type Target } from "./tasks.ts";

/** How far a search goes. */
export interface Extent {
  readonly seeds: readonly number[];
  readonly sizes: readonly Size[];
  /** Copies of each source: in the first round, and all that are tried, rising. */
  readonly firstTimes: number;
  readonly times: readonly number[];
  /** Disguises of each source that are tried against the detector: in the first round, and all that are tried, rising. */
  readonly firstTries: number;
  readonly tries: readonly number[];
  /** Every n-th strength of a disguise in the first round. */
  readonly every: number;
  /** Disguises of the first round that are looked at more closely. */
  readonly finalists: number;
  /** Most steps towards a larger income, on one draw and again on all. */
  readonly steps: number;
}

export const FULL: Extent = {
  ...{ seeds: [1, 2], sizes: SIZES, firstTimes: 20, times: [1, 5, 20, 50], firstTries: 4, tries: [1, 4, 16, 64] },
  ...{ every: 3, finalists: 2, steps: 4 },
};
export const QUICK: Extent = {
  ...{ seeds: [1], sizes: ["median"], firstTimes: 5, times: [1, 5, 20], firstTries: 4, tries: [1, 4, 16] },
  ...{ every: 4, finalists: 1, steps: 1 },
};
const SEARCHED_SIZE: Size = "median";

/** Works out tasks' outcomes, in their order. */
export type RunTasks = (tasks: readonly AttackTask[], stage: string) => Promise<Float64Array[]>;

/** A plan with its outcome by seed. */
export interface Tried extends Copying {
  readonly seeds: readonly number[];
  /** By seed. */
  readonly ratios: readonly number[];
  readonly kept: readonly number[];
  readonly leftOut: readonly number[];
}

/** Mean of a figure of a tried plan over its seeds. */
export function meanOf(tried: Tried, figure: "ratios" | "kept" | "leftOut"): number {
  return mean(tried[figure]);
}

/** What an attacker is after: income, or that the copied have less. */
export type Aim = (tried: Tried) => number;
export const INCOME: Aim = (tried) => meanOf(tried, "ratios");
export const HARM: Aim = (tried) => -meanOf(tried, "kept");

/** Tries plans against our rule on some seeds. */
export async function tryPlans(
  plans: readonly Copying[],
  seeds: readonly number[],
  run: RunTasks,
  stage: string,
): Promise<Tried[]> {
  const tasks = seeds.flatMap((seed) =>
    plans.map(({ target, size, plan }): AttackTask => ({ kind: "copying", rules: "ours", seed, target, size, plan })),
  );
  const outcomes = await run(tasks, stage);
  return plans.map((copying, at) => {
    const own = seeds.map((_, s) => outcomes[s * plans.length + at]!);
    const of = (place: number): number[] => own.map((outcome) => outcome[place]!);
    return { ...copying, seeds, leftOut: of(0), ratios: of(1), kept: of(2) };
  });
}

/** The best by `aim` of each of what `kind` tells apart, best first. */
export function bestOfEach(tried: readonly Tried[], aim: Aim, kind: (one: Tried) => string | undefined): Tried[] {
  const sorted = [...tried].sort((a, b) => aim(b) - aim(a));
  return sorted.filter((one, at) => sorted.findIndex((other) => kind(other) === kind(one)) === at);
}

/** Plans next to one: weaker and stronger, fewer and more copies, more choice. */
function neighbours({ plan, ...copying }: Copying, { times, tries }: Extent): Copying[] {
  const strongest = DISGUISES.find(({ name }) => name === plan.disguise)?.strongest ?? Infinity;
  const strengths = [0.8, 1.25].map((factor) => Math.min(strongest, Number((plan.strength * factor).toPrecision(3))));
  const beside = (values: readonly number[], now: number, by: number): number =>
    values[values.indexOf(now) + by] ?? now;
  return [
    ...strengths.map((strength) => ({ ...plan, strength })),
    ...[-1, 1].map((by) => ({ ...plan, times: beside(times, plan.times, by) })),
    { ...plan, tries: beside(tries, plan.tries, 1) },
  ].map((next) => ({ ...copying, plan: next }));
}

const nameOf = ({ size, plan: { disguise, strength, times, tries } }: Copying): string =>
  [size, disguise, strength, times, tries].join(" ");

/**
 * Looks for the plan of a target that serves `aim` most: every disguise at several strengths, then the best ones in every direction on the first draw; then these
 * for attackers of all sizes on all draws, and from the best of each size in every direction again.
 * @param sizes of attackers, for targets to which they make a difference.
 * @returns all that was tried; `last`: on all draws, best first.
 */
export async function searchPlans(
  target: Target,
  sizes: readonly Size[],
  aim: Aim,
  extent: Extent,
  run: RunTasks,
): Promise<{ last: Tried[]; earlier: Tried[] }> {
  const { seeds, firstTimes, firstTries, every, finalists } = extent;
  const stage = (name: string): string => `${target}${aim === HARM ? " (harm)" : ""}: ${name}`;
  const trying = (on: readonly number[], name: string) => (plans: readonly Copying[]) =>
    tryPlans(plans, on, run, stage(name));
  const first = DISGUISES.flatMap(({ name, strengths }) =>
    strengths
      .filter((_, i) => (strengths.length - 1 - i) % every === 0)
      .map((strength): CopyingPlan => ({ disguise: name, strength, times: firstTimes, tries: firstTries })),
  );
  const one = seeds.slice(0, 1);
  const firstRound = await trying(one, "disguises")(first.map((plan) => ({ target, size: SEARCHED_SIZE, plan })));
  const byDisguise = ({ plan }: Tried): string | undefined => plan.disguise;
  const best = bestOfEach(firstRound, aim, byDisguise).slice(0, finalists);
  const slope = { around: (from: Copying) => neighbours(from, extent), nameOf, aim, steps: extent.steps };
  const near = await climb(best, { ...slope, tryThem: trying(one, "in every direction") });
  const champions = bestOfEach(near, aim, byDisguise);
  const all = trying(seeds, "on all draws");
  const begun = await all(sizes.flatMap((size) => champions.map(({ plan }) => ({ target, size, plan }))));
  const last = await climb(
    bestOfEach(begun, aim, ({ size }) => size),
    { ...slope, tryThem: all },
  );
  const known = new Map([...begun, ...last].map((tried) => [nameOf(tried), tried]));
  return {
    last: bestOfEach([...known.values()], aim, nameOf),
    earlier: bestOfEach([...firstRound, ...near], aim, nameOf),
  };
}
