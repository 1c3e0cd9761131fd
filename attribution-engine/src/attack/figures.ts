/** All attacks of a run: what is tried, and what came of it under each rule. */
import { OPEN_RULES, OURS } from "./baseline.ts";
import { callFigures, ofOurs, splittingFigures, splittingRatios, type CallFigures } from "./calls-figures.ts";
import { fairnessFigures } from "./fairness-figures.ts";
import { junkByRule, junkRows, sweepFigures } from "./junk-figures.ts";
import { searchJunk } from "./junk-search.ts";
import { mean, means } from "./means.ts";
import { HARM, INCOME, meanOf, searchPlans, tryPlans, type Extent, type RunTasks, type Tried } from "./search.ts";
import { CLOSINGS, type AttackTask, type Copying, type Size, type Target } from "./tasks.ts";
import { RAMP_NAMES } from "./trial.ts";

/** Rules by name, attacks by name: income with the attack relative to honest income; `null` where it was not tried. */
export type Ratios = Record<string, Record<string, number | null>>;

/** A run's figures. */
export interface Figures {
  readonly ratios: Ratios;
  readonly details: {
    readonly seeds: number;
    /** Every plan of copying that was tried against our rule. */
    readonly copying: readonly object[];
    /** The champion's income for each ramp of novelty. */
    readonly ramps: Record<string, number>;
    readonly junk: readonly object[];
    readonly honest: Record<string, number>;
    readonly fairness: Record<string, Record<string, number>>;
    readonly sweep: readonly Record<string, number>[];
    readonly calls: readonly object[];
    readonly callsAfterCopies: readonly object[];
    readonly closings: readonly object[];
  };
}

const EXACT = { strength: 0, tries: 1 } as const;
const NEAR = { disguise: "gaussian noise", strength: 0.02, tries: 1 } as const;
/** A thief has no records, so that its size makes no difference. */
export const THIEF_SIZES: readonly Size[] = ["median"];

/** Attacks by copying that rules without a judge are tried with, besides the champions against our rule. */
const OPEN_DISGUISES = [
  { disguise: "gaussian noise", strength: 0.2, tries: 1 },
  { disguise: "shift", strength: 0.8, tries: 1 },
] as const;

/** Plans that need no search, by attack. */
export async function playSimple({ seeds, sizes, times }: Extent, run: RunTasks) {
  const most = times.at(-1)!;
  const of = (target: Target, plan: typeof EXACT | typeof NEAR, counts: readonly number[]): Copying[] =>
    (target === "thief" ? THIEF_SIZES : sizes).flatMap((size) =>
      counts.map((count) => ({ target, size, plan: { ...plan, times: count } })),
    );
  const plans = {
    exact: of("own", EXACT, [1, most]),
    near: of("own", NEAR, [1, most]),
    thief: [...of("thief", EXACT, [1, most]), ...of("thief", NEAR, [most])],
    crowding: of("own best-paid", NEAR, [most]),
  };
  const tried = await tryPlans(Object.values(plans).flat(), seeds, run, "exact and near copies");
  const next = (those: readonly Copying[]): Tried[] => tried.splice(0, those.length);
  return {
    exact: next(plans.exact),
    near: next(plans.near),
    thief: next(plans.thief),
    crowding: next(plans.crowding),
  };
}

/** What attacks by copying come to under a rule without a judge. */
interface OpenOutcome {
  readonly attack: string;
  /** Means over draws: `[ratio, kept]` for each of OPEN_RULES. */
  readonly values: readonly number[];
}

/** The rules without a judge are tried with a few plans only: what is printed for them is a lower bound of their worst case. */
async function playOpen(
  { seeds, times }: Extent,
  champions: Readonly<Record<string, Copying>>,
  run: RunTasks,
): Promise<OpenOutcome[]> {
  const most = times.at(-1)!;
  const of = (target: Target, plan: object): Copying =>
    ({ target, size: "median", plan: { times: most, ...plan } }) as Copying;
  const plans: [string, Copying][] = [
    ["exact copies", of("own", EXACT)],
    ["near copies", of("own", NEAR)],
    ...OPEN_DISGUISES.map((plan): [string, Copying] => ["disguised copies, worst found", of("own", plan)]),
    ["thief, exact and near", of("thief", EXACT)],
    ["thief, exact and near", of("thief", NEAR)],
    ["crowding", of("own best-paid", NEAR)],
    ...Object.entries(champions),
  ];
  const tasks = seeds.flatMap((seed) =>
    plans.map(([, copying]): AttackTask => ({ seed, kind: "copying", rules: "others", ...copying })),
  );
  const outcomes = await run(tasks, "rules without a judge");
  return plans.map(([attack], at) => ({
    attack,
    values: means(seeds.map((_, s) => outcomes[s * plans.length + at]!)),
  }));
}

const KEPT_NAMES: Readonly<Record<string, string>> = {
  "thief, exact and near": "robbed keep, exact and near",
  "thief, disguised, worst found": "robbed keep, disguised",
};

function openRatios(outcomes: readonly OpenOutcome[], rule: number): Record<string, number> {
  const ratios: Record<string, number> = {};
  for (const { attack, values } of outcomes) {
    const [ratio, kept] = [values[2 * rule]!, values[2 * rule + 1]!];
    ratios[attack] = Math.max(ratios[attack] ?? 0, ratio);
    const keptName = KEPT_NAMES[attack];
    if (keptName !== undefined) ratios[keptName] = Math.min(ratios[keptName] ?? Infinity, kept);
  }
  return ratios;
}

const worst = (tried: readonly Tried[]): number => Math.max(...tried.map((one) => meanOf(one, "ratios")));
const leastKept = (tried: readonly Tried[]): number => Math.min(...tried.map((one) => meanOf(one, "kept")));

export function simpleRatios({ exact, near, thief, crowding }: Awaited<ReturnType<typeof playSimple>>) {
  return {
    "exact copies": worst(exact),
    "near copies": worst(near),
    "thief, exact and near": worst(thief),
    "robbed keep, exact and near": leastKept(thief),
    crowding: worst(crowding),
  };
}

/** The champion under every ramp. */
async function playRamps(
  { target, size, plan }: Copying,
  { seeds }: Extent,
  run: RunTasks,
): Promise<Record<string, number>> {
  const outcomes = await run(
    seeds.map((seed): AttackTask => ({
      ...{ kind: "copying", rules: "ours", seed, everyRamp: true },
      ...{ target, size, plan },
    })),
    "champion by ramp",
  );
  return Object.fromEntries(RAMP_NAMES.map((name, ramp) => [name, mean(outcomes.map((one) => one[1 + 2 * ramp]!))]));
}

/** Plays every attack. */
export async function playAttacks(extent: Extent, run: RunTasks): Promise<Figures> {
  const { seeds, sizes } = extent;
  const own = await searchPlans("own", sizes, INCOME, extent, run);
  const thief = await searchPlans("thief", THIEF_SIZES, INCOME, extent, run);
  const junk = await searchJunk(extent, run);
  const harm = await searchPlans("thief", THIEF_SIZES, HARM, extent, run);
  const crowding = await searchPlans("own best-paid", sizes, INCOME, extent, run);
  const simple = await playSimple(extent, run);
  const champion = own.last[0]!;
  const calls = await callFigures(extent, undefined, run);
  const after = await callFigures(extent, { target: "own", size: champion.size, plan: champion.plan }, run);
  const splitting = await splittingFigures(extent, run);
  const fairness = await fairnessFigures(seeds, run);
  const copyingOf = ({ target, size, plan }: Copying): Copying => ({ target, size, plan: { ...plan, tries: 1 } });
  const open = await playOpen(
    extent,
    {
      "disguised copies, worst found": copyingOf(champion),
      "thief, disguised, worst found": copyingOf(thief.last[0]!),
      "crowding, disguised": copyingOf(crowding.last[0]!),
    },
    run,
  );
  const junkShares = await junkByRule(junk, extent, run);
  const ours: Record<string, number> = {
    ...simpleRatios(simple),
    "disguised copies, worst found": worst(own.last),
    "thief, disguised, worst found": worst([...thief.last, ...harm.last]),
    "robbed keep, disguised": leastKept([...thief.last, ...harm.last]),
    "crowding, disguised": worst(crowding.last),
    ...junkShares[OURS],
    ...splittingRatios(splitting),
    "closing cleverly": Math.max(...calls.closings),
    "self-dealing: back per unit paid": ofOurs(calls).selfDealing,
    "rival calls: back per unit paid": ofOurs(calls).rivalCalls,
    "closing, after the worst copies": Math.max(...after.closings),
    "self-dealing, after the worst copies": ofOurs(after).selfDealing,
    "rival calls, after the worst copies": ofOurs(after).rivalCalls,
  };
  const notTried = Object.fromEntries(Object.keys(ours).map((attack) => [attack, null]));
  const ratios: Ratios = { [OURS]: ours };
  for (const [rule, name] of OPEN_RULES.entries())
    ratios[name] = { ...notTried, ...openRatios(open, rule), ...junkShares[name] };
  const copying = [
    simple.exact,
    simple.near,
    simple.thief,
    simple.crowding,
    own.last,
    thief.last,
    harm.last,
    crowding.last,
  ];
  const earlier = [own.earlier, thief.earlier, harm.earlier, crowding.earlier];
  return {
    ratios,
    details: {
      seeds: seeds.length,
      copying: copyingRows([...copying.flat(), ...earlier.flat()]),
      ramps: await playRamps(champion, extent, run),
      junk: junkRows(junk),
      honest: fairness.honest,
      fairness: fairness.byRule,
      sweep: await sweepFigures(junk, fairness, extent, run),
      ...callDetails(calls, after),
    },
  };
}

/** What was tried, as rows. */
export function copyingRows(tried: readonly Tried[]): object[] {
  return tried.map((one) => ({
    ...{ target: one.target, size: one.size, ...one.plan, seeds: one.seeds.length },
    ...{ ratio: meanOf(one, "ratios"), bySeed: one.ratios },
    ...{ kept: meanOf(one, "kept"), leftOut: meanOf(one, "leftOut") },
  }));
}

function callDetails(
  calls: CallFigures,
  after: CallFigures,
): Pick<Figures["details"], "calls" | "callsAfterCopies" | "closings"> {
  return {
    calls: calls.crafted,
    callsAfterCopies: after.crafted,
    closings: CLOSINGS.map(({ epochs, share, channels }, i) => ({
      ...{ epochs, share, channels: channels === Infinity ? "one a call" : channels },
      ...{ gain: calls.closings[i]!, afterCopies: after.closings[i]! },
    })),
  };
}
