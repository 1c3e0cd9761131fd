/** All attacks of a run: what is tried, and what came of it under each rule. */
import { OTHER_RULES } from "./other-rules.ts";
import { meanOf, searchDisguises, tryPlans, type Extent, type RunTasks, type Tried } from "./search.ts";
import type { CopyingPlan } from "./copying.ts";
import { CALL_FACTORS, CLOSINGS, SWEEP, type AttackTask, type Target } from "./tasks.ts";
import { OUR_METHOD, OUR_RAMP, RAMP_NAMES } from "./trial.ts";

export const OURS = "ours";
export const UNSCREENED = "ours, copies trained on";

/** Rules by name, attacks by name: income with the attack relative to honest income; `null` where it was not tried. */
export type Ratios = Record<string, Record<string, number | null>>;

/** A run's figures. */
export interface Figures {
  readonly ratios: Ratios;
  readonly details: {
    readonly seeds: number;
    /** Every plan of copying that was tried against our rule. */
    readonly copying: readonly object[];
    /** The last round's worst case for each ramp of novelty, copies left out of training. */
    readonly ramps: Record<string, number>;
    readonly honest: Record<string, number>;
    readonly fairness: Record<string, Record<string, number>>;
    readonly sweep: readonly Record<string, number>[];
    readonly calls: readonly Record<string, number>[];
    readonly closings: readonly Record<string, number>[];
  };
}

const EXACT = { strength: 0, tries: 1 } as const;
const NEAR = { disguise: "gaussian noise", strength: 0.02, tries: 1 } as const;

type OthersAttack = "exact" | "near" | "disguised" | "thief" | "crowding";
const OTHERS_SEEDS = 2;
const OTHERS_PLANS: readonly (readonly [OthersAttack, Target, Omit<CopyingPlan, "times">])[] = [
  ["exact", "own", EXACT],
  ["near", "own", NEAR],
  ["disguised", "own", { disguise: "gaussian noise", strength: 0.2, tries: 1 }],
  ["disguised", "own", { disguise: "shift", strength: 0.8, tries: 1 }],
  ["thief", "thief", EXACT],
  ["thief", "thief", NEAR],
  ["crowding", "own best-paid", NEAR],
];

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Means over seeds, place by place. */
function means(outcomes: readonly Float64Array[]): number[] {
  return Array.from(outcomes[0]!, (_, at) => mean(outcomes.map((outcome) => outcome[at]!)));
}

const worst = (tried: readonly Tried[], figure: "ratios" | "kept" = "ratios"): number =>
  Math[figure === "ratios" ? "max" : "min"](...tried.map((one) => meanOf(one, figure)));

/** The tasks that need no search, seed by seed: a worker then prepares each seed once, and what asks for their outcomes later finds them kept. */
function tasksWithoutSearch({ seeds, times }: Extent): AttackTask[] {
  const most = times.at(-1)!;
  const copying = (target: Target, plan: object, rules: "ours" | "others" = "ours") =>
    ({ kind: "copying", rules, target, plan: { times: most, ...plan } as CopyingPlan }) as const;
  const ours = [
    ...[EXACT, NEAR].flatMap((plan) => [copying("own", { ...plan, times: 1 }), copying("own", plan)]),
    copying("thief", { ...EXACT, times: 1 }),
    copying("thief", EXACT),
    copying("thief", NEAR),
    copying("own best-paid", NEAR),
    ...(["mislabelled", "noise"] as const).flatMap((how) =>
      (["ours", "others"] as const).map((rules) => ({ kind: "junk", how, rules }) as const),
    ),
    { kind: "calls" } as const,
    { kind: "fairness" } as const,
  ];
  const others = OTHERS_PLANS.map(([, target, plan]) => copying(target, plan, "others"));
  return seeds.flatMap((seed, i) =>
    [...ours, ...(i < OTHERS_SEEDS ? others : [])].map((task): AttackTask => ({ seed, ...task })),
  );
}

/** Plays every attack. */
export async function playAttacks(extent: Extent, run: RunTasks): Promise<Figures> {
  const { seeds, times } = extent;
  const most = times.at(-1)!;
  await run(tasksWithoutSearch(extent), "attacks without a search");
  const counted = (plan: typeof EXACT | typeof NEAR, target: Target, counts: readonly number[]) =>
    counts.map((count) => ({ target, plan: { ...plan, times: count } }));
  const all = async (plans: ReturnType<typeof counted>, stage: string): Promise<Tried[]> =>
    tryPlans(plans, seeds, run, stage);
  const exact = await all(counted(EXACT, "own", [1, most]), "exact copies");
  const near = await all(counted(NEAR, "own", [1, most]), "near copies");
  const thiefExact = await all([...counted(EXACT, "thief", [1, most]), ...counted(NEAR, "thief", [most])], "thief");
  const crowding = await all(counted(NEAR, "own best-paid", [most]), "crowding");
  const calls = await run(
    seeds.map((seed) => ({ kind: "calls", seed })),
    "calls",
  );
  const junk = await playJunk(seeds, run);
  const own = await searchDisguises("own", extent, run);
  const champion = own[0]!.plan;
  const ownBest = await tryPlans(
    [{ target: "own best-paid", plan: { ...champion, times: most } }],
    seeds,
    run,
    "crowding, disguised",
  );
  const lastRound = own.filter(({ ratios }) => ratios.length === seeds.length);
  // Of each disguise the plan that paid best: the list is in falling order.
  const finalists = lastRound
    .filter(({ plan }, at) => lastRound.findIndex((one) => one.plan.disguise === plan.disguise) === at)
    .slice(0, extent.finalists);
  const thief = await tryPlans(
    finalists.map(({ plan }) => ({ target: "thief" as const, plan })),
    seeds,
    run,
    "thief, disguised",
  );
  const others = await playOthers(extent, run);
  const fairness = means(
    await run(
      seeds.map((seed) => ({ kind: "fairness", seed })),
      "fairness",
    ),
  );
  const bySeed = means(calls);
  const closings = bySeed.slice(1, 1 + CLOSINGS.length);
  const byFactor = bySeed.slice(1 + CLOSINGS.length);
  const factor = CALL_FACTORS.indexOf(OUR_METHOD.debitFactor as never);
  const ours = {
    "exact copies": worst(exact),
    "near copies": worst(near),
    "disguised copies, worst found": meanOf(own[0]!, "ratios"),
    "thief, exact and near": worst(thiefExact),
    "robbed keep, exact and near": worst(thiefExact, "kept"),
    "thief, disguised, worst found": worst(thief),
    "robbed keep, disguised": worst(thief, "kept"),
    crowding: worst(crowding),
    "crowding, disguised": worst(ownBest),
    "5 % mislabelled: share": junk.mislabelled.ours[0]!,
    "5 % noise: share": junk.noise.ours[0]!,
    "splitting over wallets": bySeed[0]!,
    "closing cleverly": Math.max(...closings),
    "self-dealing: back per unit paid": byFactor[3 * factor + 1]!,
    "rival calls: back per unit paid": byFactor[3 * factor + 2]!,
  };
  const ratios: Ratios = { [OURS]: ours };
  for (const [rule, name] of [UNSCREENED, ...OTHER_RULES].entries()) {
    const at = rule === 0 ? OUR_RAMP : RAMP_NAMES.length + rule - 1;
    const of = (name: keyof typeof others): number => Math.max(...others[name].map((outcome) => outcome[2 * at]!));
    const kept = (name: keyof typeof others): number =>
      Math.min(...others[name].map((outcome) => outcome[2 * at + 1]!));
    ratios[name] = {
      ...Object.fromEntries(Object.keys(ours).map((attack) => [attack, null])),
      "exact copies": of("exact"),
      "near copies": of("near"),
      "disguised copies, worst found": of("disguised"),
      "thief, exact and near": of("thief"),
      "robbed keep, exact and near": kept("thief"),
      crowding: of("crowding"),
      "5 % mislabelled: share": junk.mislabelled.others[at]!,
      "5 % noise: share": junk.noise.others[at]!,
      // Every rule here pays records, whoever owns them.
      "splitting over wallets": 1,
    };
  }
  return {
    ratios,
    details: {
      seeds: seeds.length,
      copying: [...exact, ...near, ...thiefExact, ...crowding, ...ownBest, ...thief, ...own].map((one) => ({
        target: one.target,
        ...one.plan,
        ratio: meanOf(one, "ratios"),
        bySeed: one.ratios,
        kept: meanOf(one, "kept"),
        leftOut: meanOf(one, "leftOut"),
      })),
      ramps: Object.fromEntries(
        RAMP_NAMES.map((name, ramp) => [
          name,
          Math.max(...lastRound.map(({ outcomes }) => mean(outcomes.map((one) => one[1 + 2 * ramp]!)))),
        ]),
      ),
      honest: { leftOut: fairness[0]!, laterLeftOut: fairness[1]!, noveltyLost: fairness[2]! },
      fairness: fairnessByRule(fairness),
      sweep: SWEEP.map(({ topK, debitFactor }, i) => {
        const at = 3 + 4 * (2 * RAMP_NAMES.length + OTHER_RULES.length + i);
        return {
          topK,
          debitFactor,
          mislabelled: junk.mislabelled.ours[2 + i]!,
          mislabelledScreened: junk.mislabelled.ours[2 + SWEEP.length + i]!,
          noise: junk.noise.ours[2 + i]!,
          leaveOut: fairness[at]!,
          recordsUnpaid: fairness[at + 1]!,
          contributorsUnpaid: fairness[at + 2]!,
          gini: fairness[at + 3]!,
        };
      }),
      calls: CALL_FACTORS.map((debitFactor, i) => ({
        debitFactor,
        poolOverNets: byFactor[3 * i]!,
        selfDealing: byFactor[3 * i + 1]!,
        rivalCalls: byFactor[3 * i + 2]!,
      })),
      closings: CLOSINGS.map(({ epochs, share, channels }, i) => ({ epochs, share, channels, gain: closings[i]! })),
    },
  };
}

function fairnessByRule(fairness: readonly number[]): Record<string, Record<string, number>> {
  const names = [
    ...RAMP_NAMES.map((name) => `${OURS}, ramp ${name}`),
    ...RAMP_NAMES.map((name) => `${UNSCREENED}, ramp ${name}`),
    ...OTHER_RULES,
  ];
  return Object.fromEntries(
    names.map((name, rule) => {
      const [leaveOut, recordsUnpaid, contributorsUnpaid, gini] = fairness.slice(3 + 4 * rule, 7 + 4 * rule);
      return [
        name,
        { leaveOut: leaveOut!, recordsUnpaid: recordsUnpaid!, contributorsUnpaid: contributorsUnpaid!, gini: gini! },
      ];
    }),
  );
}

async function playJunk(seeds: readonly number[], run: RunTasks) {
  const play = async (how: "mislabelled" | "noise", rules: "ours" | "others"): Promise<number[]> =>
    means(
      await run(
        seeds.map((seed): AttackTask => ({ kind: "junk", seed, how, rules })),
        `junk: ${how}, ${rules}`,
      ),
    );
  const both = async (how: "mislabelled" | "noise") => ({
    ours: await play(how, "ours"),
    others: await play(how, "others"),
  });
  return { mislabelled: await both("mislabelled"), noise: await both("noise") };
}

/** The others' rules are tried with a few plans only: what is printed for them is a lower bound of their worst case. */
async function playOthers({ seeds, times }: Extent, run: RunTasks): Promise<Record<OthersAttack, number[][]>> {
  const some = seeds.slice(0, OTHERS_SEEDS);
  const tasks = OTHERS_PLANS.flatMap(([, target, plan]) =>
    some.map((seed): AttackTask => ({
      seed,
      kind: "copying",
      rules: "others",
      target,
      plan: { times: times.at(-1)!, ...plan },
    })),
  );
  const outcomes = await run(tasks, "others");
  const result: Record<OthersAttack, number[][]> = { exact: [], near: [], disguised: [], thief: [], crowding: [] };
  for (const [at, [attack]] of OTHERS_PLANS.entries())
    result[attack].push(means(outcomes.slice(at * some.length, (at + 1) * some.length)));
  return result;
}
