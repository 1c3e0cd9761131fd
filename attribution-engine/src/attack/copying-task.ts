/** Outcomes of copying: what the attacker and the copied contributors have, compared with the same economy without the attack. */
import { copyRecords } from "./copying.ts";
import { buildEconomy, shareOf } from "./economy.ts";
import { payByOtherRules } from "./other-rules.ts";
import { appendRecords, placesOf, type TrialRecords } from "./records.ts";
import type { AttackTask, Target } from "./tasks.ts";
import { CONTRIBUTORS, OUR_METHOD, screenBy, STRANGER } from "./trial.ts";
import { payByRamps, type Baseline } from "./baseline.ts";

/** Records that a thief, or who copies the best of their own, copies. */
const BEST_PAID = 20;
const MOST_SOURCES = 24;

/** A contributor of usual size. */
export function attackerOf({ contributors }: TrialRecords, seed: number): number {
  const counts = Array.from({ length: CONTRIBUTORS }, (_, c) => contributors.filter((one) => one === c).length);
  const order = [...counts.keys()].sort((a, b) => counts[a]! - counts[b]!);
  return order[(3 + 5 * seed) % 12]!;
}

/** Places that are copied. @param earned by record, under the rule that is attacked */
function sourcesOf(records: TrialRecords, target: Target, attacker: number, earned: Float64Array): number[] {
  const byPay = (places: number[]): number[] => places.sort((a, b) => earned[b]! - earned[a]! || a - b);
  if (target === "own") return placesOf(records, attacker).slice(0, MOST_SOURCES);
  if (target === "own best-paid") return byPay(placesOf(records, attacker)).slice(0, 5);
  return byPay([...records.labels.keys()]).slice(0, BEST_PAID);
}

interface Income {
  /** Of the attacker, relative to the honest income of attacker or robbed. */
  readonly ratio: number;
  /** What the copied records still have of their income. */
  readonly kept: number;
}

function compare(
  records: TrialRecords,
  before: Float64Array,
  after: Float64Array,
  all: TrialRecords,
  sources: readonly number[],
  target: Target,
  attacker: number,
): Income {
  const share = (earned: Float64Array, places: readonly number[]): number =>
    places.reduce((sum, place) => sum + earned[place]!, 0) / earned.reduce((sum, one) => sum + one, 0);
  const stranger = target === "thief";
  const honest = stranger ? share(before, sources) : shareOf(records, before, attacker);
  return { ratio: shareOf(all, after, attacker) / honest, kept: share(after, sources) / share(before, sources) };
}

/**
 * @returns for our rule the share of copies that was left out of training, then `[ratio, kept]` for each of RAMPS; for the others `[ratio, kept]`
 * for each of RAMPS with nothing left out, then for each rule.
 */
export async function copyingOutcome(
  task: AttackTask & { readonly kind: "copying" },
  { trial, detector, ours, screened, open, others }: Baseline,
): Promise<number[]> {
  const { target, plan, seed } = task;
  const { records, prompts } = trial;
  const attacker = target === "thief" ? STRANGER : attackerOf(records, seed);
  const sources = sourcesOf(records, target, attacker, ours);
  const chosen = task.rules === "ours" ? detector : undefined;
  const all = appendRecords(records, await copyRecords(records, sources, plan, attacker, chosen, seed));
  const outcome: number[] = [];
  const add = (before: readonly Float64Array[], after: readonly Float64Array[]): void => {
    for (const [rule, earned] of after.entries()) {
      const { ratio, kept } = compare(records, before[rule]!, earned, all, sources, target, attacker);
      outcome.push(ratio, kept);
    }
  };
  if (task.rules === "ours") {
    const economy = await buildEconomy(all, { ...OUR_METHOD, screen: await screenBy(detector, all) }, seed);
    const leftOut = economy.leftOut.subarray(records.count).reduce((sum, one) => sum + one, 0);
    outcome.push(leftOut / (all.count - records.count));
    add(screened, await payByRamps(economy, { records: all, prompts }));
  } else {
    const economy = await buildEconomy(all, OUR_METHOD, seed);
    add(open, await payByRamps(economy, { records: all, prompts }));
    add(others, await payByOtherRules(economy, all, prompts));
  }
  return outcome;
}
