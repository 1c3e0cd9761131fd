/** Outcomes of copying: what the attacker and the copied contributors have, compared with the same economy without the attack. */
import { copyRecords } from "./copying.ts";
import { buildEconomy, payEqually, shareOf } from "./economy.ts";
import { appendRecords, placesOf, type TrialRecords } from "./records.ts";
import type { AttackTask, Copying, Size, Target } from "./tasks.ts";
import { CONTRIBUTORS, OUR_METHOD, screenBy, STRANGER } from "./trial.ts";
import { payByRamps, payWithoutJudge, type Baseline } from "./baseline.ts";

/** Records that a thief copies, and who copies the best of their own. */
const BEST_OF_ALL = 20;
const BEST_OF_OWN = 5;
/** Which contributor is of which size, counted from the smallest of {@link CONTRIBUTORS}. */
const RANKS: Readonly<Record<Size, number>> = { small: 2, median: 10, large: 17 };

/** The contributor of a size. */
export function attackerOf({ contributors }: TrialRecords, size: Size): number {
  const counts = Array.from({ length: CONTRIBUTORS }, (_, c) => contributors.filter((one) => one === c).length);
  const order = [...counts.keys()].sort((a, b) => counts[a]! - counts[b]! || a - b);
  return order[RANKS[size]]!;
}

/** Places that are copied. @param earned by record, under the rule that is attacked */
export function sourcesOf(records: TrialRecords, target: Target, attacker: number, earned: Float64Array): number[] {
  const byPay = (places: number[]): number[] => places.sort((a, b) => earned[b]! - earned[a]! || a - b);
  if (target === "own") return placesOf(records, attacker);
  if (target === "own best-paid") return byPay(placesOf(records, attacker)).slice(0, BEST_OF_OWN);
  return byPay([...records.labels.keys()]).slice(0, BEST_OF_ALL);
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

/** The economy's records with copies behind them. */
export interface Copied {
  readonly all: TrialRecords;
  readonly attacker: number;
  readonly sources: readonly number[];
}

/** Adds copies of every record that the attacker's target names. @param asksJudge whether the attacker chooses disguises by the judge */
export async function addCopies(
  { trial: { records, seed }, detector, ours }: Baseline,
  { target, size, plan }: Copying,
  asksJudge: boolean,
): Promise<Copied> {
  const attacker = target === "thief" ? STRANGER : attackerOf(records, size);
  const sources = sourcesOf(records, target, attacker, ours);
  const copies = await copyRecords(records, sources, plan, attacker, asksJudge ? detector : undefined, seed);
  return { all: appendRecords(records, copies), attacker, sources };
}

/**
 * @returns for our rule the share of copies that was left out of training, then `[ratio, kept]` for it, or for each of RAMPS; for the others `[ratio, kept]`
 * for each of OPEN_RULES.
 */
export async function copyingOutcome(
  task: AttackTask & { readonly kind: "copying" },
  baseline: Baseline,
): Promise<number[]> {
  const { trial, detector, ours, screened } = baseline;
  const { records, prompts, seed } = trial;
  const { all, attacker, sources } = await addCopies(baseline, task, task.rules === "ours");
  const outcome: number[] = [];
  const add = (before: readonly Float64Array[], after: readonly Float64Array[]): void => {
    for (const [rule, earned] of after.entries()) {
      const { ratio, kept } = compare(records, before[rule]!, earned, all, sources, task.target, attacker);
      outcome.push(ratio, kept);
    }
  };
  if (task.rules === "ours") {
    const economy = await buildEconomy(all, { ...OUR_METHOD, screen: await screenBy(detector, all) }, seed);
    const leftOut = economy.leftOut.subarray(records.count).reduce((sum, one) => sum + one, 0);
    outcome.push(leftOut / (all.count - records.count));
    if (task.everyRamp === true) add(screened, await payByRamps(economy, { records: all, prompts }));
    else add([ours], [await payEqually(economy, prompts, OUR_METHOD)]);
  } else {
    const open = await buildEconomy(all, OUR_METHOD, seed);
    add((await baseline.unscreened()).byRule, await payWithoutJudge(open, { records: all, prompts }));
  }
  return outcome;
}
