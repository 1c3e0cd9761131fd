/** The search for the junk that is paid most: under our rule, without the judge, and under the main job's rule. */
import { MAIN_JOB, OURS, UNSCREENED } from "./baseline.ts";
import { JUNK_CHOICES, JUNK_LABELS, type JunkPlan } from "./junk.ts";
import { means } from "./means.ts";
import type { Extent, RunTasks } from "./search.ts";
import type { AttackTask } from "./tasks.ts";

/** Rules that junk is searched for, in the order of `junkOutcome` behind the share that was left out. */
export const JUNK_RULES = [OURS, UNSCREENED, MAIN_JOB] as const;
/** More than half of every pixel noise, or less. */
export const JUNK_KINDS = ["mislabelled", "noise"] as const;
export type JunkKind = (typeof JUNK_KINDS)[number];

/** Junk without any thought, for comparison. */
export const PLAIN: Readonly<Record<JunkKind, JunkPlan>> = {
  mislabelled: { label: "any wrong", choice: "any", noise: 0, amplitude: 1 },
  noise: { label: "any wrong", choice: "any", noise: 1, amplitude: 1 },
};

/** A plan's shares of all royalties, means over draws, in the order of {@link JUNK_RULES}. */
export interface TriedJunk {
  readonly plan: JunkPlan;
  readonly seeds: number;
  readonly leftOut: number;
  readonly shares: readonly number[];
}

/** Worst junk by kind and rule, on all draws, with all that was tried. */
export interface JunkSearch {
  readonly worst: Readonly<Record<JunkKind, readonly TriedJunk[]>>;
  readonly tried: readonly TriedJunk[];
}

export const kindOf = ({ noise }: JunkPlan): JunkKind => (noise > 0.5 ? "noise" : "mislabelled");

/** Every label and choice of images as they are; blends with noise, and noise of less contrast, with the label that the model likes. */
const FIRST: readonly JunkPlan[] = [
  ...JUNK_LABELS.flatMap((label) => JUNK_CHOICES.map((choice) => ({ label, choice, noise: 0, amplitude: 1 }))),
  ...[0.25, 0.6, 1].flatMap((noise) =>
    (["closest logits", "closest that pass"] as const).flatMap((choice) =>
      [0.5, 1].map((amplitude) => ({ label: "likeliest wrong" as const, choice, noise, amplitude })),
    ),
  ),
  PLAIN.noise,
];

/** Plans next to one: more and less noise, weaker and stronger pixels, another choice. */
function neighbours(plan: JunkPlan): JunkPlan[] {
  const within = (value: number): number => Number(Math.min(1, Math.max(0, value)).toFixed(3));
  return [
    ...[-0.12, 0.12].map((by) => ({ ...plan, noise: within(plan.noise + by) })),
    ...[0.7, 1.4].map((factor) => ({ ...plan, amplitude: within(plan.amplitude * factor) })),
    ...JUNK_CHOICES.map((choice) => ({ ...plan, choice })),
  ];
}

/** Tells plans apart. */
export const nameOf = ({ label, choice, noise, amplitude }: JunkPlan): string =>
  [label, choice, noise, amplitude].join();

async function tryJunk(
  plans: readonly JunkPlan[],
  seeds: readonly number[],
  run: RunTasks,
  stage: string,
): Promise<TriedJunk[]> {
  const tasks = seeds.flatMap((seed) => plans.map((plan): AttackTask => ({ kind: "junk", seed, plan })));
  const outcomes = await run(tasks, stage);
  return plans.map((plan, at) => {
    const [leftOut, ...shares] = means(seeds.map((_, s) => outcomes[s * plans.length + at]!));
    return { plan, seeds: seeds.length, leftOut: leftOut!, shares };
  });
}

/** The best for each kind of junk and each rule. */
function champions(tried: readonly TriedJunk[]): Record<JunkKind, TriedJunk[]> {
  const of = (kind: JunkKind): TriedJunk[] =>
    JUNK_RULES.map((_, rule) =>
      tried
        .filter(({ plan }) => kindOf(plan) === kind)
        .reduce((best, one) => (one.shares[rule]! > best.shares[rule]! ? one : best)),
    );
  return { mislabelled: of("mislabelled"), noise: of("noise") };
}

/** Goes from the best plans in every direction as long as junk is paid more. */
export async function searchJunk({ seeds, steps }: Extent, run: RunTasks): Promise<JunkSearch> {
  const known = new Map<string, TriedJunk>();
  const tryThem = async (plans: readonly JunkPlan[], stage: string): Promise<void> => {
    const missing = new Map(plans.map((plan) => [nameOf(plan), plan]));
    for (const name of known.keys()) missing.delete(name);
    for (const one of await tryJunk([...missing.values()], seeds.slice(0, 1), run, stage))
      known.set(nameOf(one.plan), one);
  };
  const best = (): TriedJunk[] => Object.values(champions([...known.values()])).flat();
  await tryThem(FIRST, "junk");
  for (let step = 0; step < steps; step++) {
    const before = best();
    await tryThem(
      before.flatMap(({ plan }) => neighbours(plan)),
      "junk: in every direction",
    );
    if (best().every((one, at) => one === before[at])) break;
  }
  const finalists = new Map(
    [...best().map(({ plan }) => plan), ...Object.values(PLAIN)].map((one) => [nameOf(one), one]),
  );
  const last = await tryJunk([...finalists.values()], seeds, run, "junk: on all draws");
  return { worst: champions(last), tried: [...last, ...known.values()] };
}

/** By plan the outcomes of {@link SWEEP} or of others' rules, behind those of {@link JUNK_RULES}: means over draws. */
export async function junkBeside(
  plans: readonly JunkPlan[],
  also: "sweep" | "others",
  seeds: readonly number[],
  run: RunTasks,
): Promise<number[][]> {
  const different = [...new Map(plans.map((plan) => [nameOf(plan), plan])).entries()];
  const tasks = seeds.flatMap((seed) => different.map(([, plan]): AttackTask => ({ kind: "junk", seed, plan, also })));
  const outcomes = await run(tasks, `junk: ${also}`);
  return plans.map((plan) => {
    const at = different.findIndex(([name]) => name === nameOf(plan));
    return means(seeds.map((_, s) => outcomes[s * different.length + at]!)).slice(1 + JUNK_RULES.length);
  });
}
