/** Outcomes without any attack: how payouts agree with training again without each contributor, and who is paid nothing. */
import { spearman } from "../quality/statistics.ts";
import { classifierOutputs, trainClassifier } from "../trials/classifier.ts";
import type { Baseline } from "./baseline.ts";
import { answersOf, sketchCalls } from "./economy.ts";
import { detectCopies } from "./copy-detector.ts";
import { CALL_AMOUNT, earningsOf } from "./payments.ts";
import { appendRecords, type TrialRecords } from "./records.ts";
import { SWEEP } from "./tasks.ts";
import { CONTRIBUTORS, OUR_METHOD, STRANGER } from "./trial.ts";

const RETRAININGS = 3;

/** Gini coefficient of values that are not negative: 0 where all are equal. */
export function gini(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  if (total === 0) return 0;
  const weighted = sorted.reduce((sum, value, i) => sum + (i + 1) * value, 0);
  return (2 * weighted) / (sorted.length * total) - (sorted.length + 1) / sorted.length;
}

function incomes({ contributors }: TrialRecords, earned: Float64Array): number[] {
  const sums = new Array<number>(CONTRIBUTORS).fill(0);
  for (const [place, one] of earned.entries()) sums[contributors[place]!]! += one;
  return sums;
}

/** Figures of one rule: rank correlation with leave-one-contributor-out, shares of records and of contributors paid nothing, Gini of contributors. */
function figures(records: TrialRecords, earned: Float64Array, values: readonly number[]): number[] {
  const paid = incomes(records, earned);
  const nothing = earned.filter((one) => one === 0).length / earned.length;
  return [spearman(paid, values), nothing, paid.filter((one) => one === 0).length / CONTRIBUTORS, gini(paid)];
}

/** Rise of the mean loss of the calls' answers when a contributor's records are not trained on, over {@link RETRAININGS} seeds. */
async function leaveOut({ trial, economy }: Baseline): Promise<number[]> {
  const { records, prompts, seed } = trial;
  const answered = { ...prompts, labels: await answersOf(economy.classifier, prompts) };
  const kept = [...records.labels.keys()].filter((place) => economy.leftOut[place] === 0);
  const meanLoss = async (rows: readonly number[]): Promise<number> => {
    let sum = 0;
    for (let again = 0; again < RETRAININGS; again++) {
      const classifier = await trainClassifier(records, OUR_METHOD.recipe, seed + 100 * again, rows);
      sum += (await classifierOutputs(classifier, answered)).losses.reduce((total, loss) => total + loss, 0);
    }
    return sum / (RETRAININGS * prompts.count);
  };
  const base = await meanLoss(kept);
  const values: number[] = [];
  for (let contributor = 0; contributor < CONTRIBUTORS; contributor++)
    values.push((await meanLoss(kept.filter((place) => records.contributors[place] !== contributor))) - base);
  return values;
}

/**
 * @returns shares: of honest records left out of training; of honest records that arrive later and would be; of novelty that honest records
 * lose; then four figures each of: our rule for each of RAMPS, the same with nothing left out, OPEN_RULES but the
 * first, and the versions of {@link SWEEP}.
 */
export async function fairnessOutcome(baseline: Baseline): Promise<number[]> {
  const { trial, detector, economy, screened } = baseline;
  const { byRamp, byRule } = await baseline.unscreened();
  const { records, prompts, spare } = trial;
  const values = await leaveOut(baseline);
  const late = appendRecords(records, { ...spare, contributors: new Int32Array(spare.count).fill(STRANGER) });
  const lateCopies = (await detectCopies(detector, late)).subarray(records.count);
  const share = (flags: Uint8Array): number => flags.reduce((sum, one) => sum + one, 0) / flags.length;
  const kept = economy.index.novelties.filter((_, place) => economy.leftOut[place] === 0);
  const outcome = [
    share(economy.leftOut),
    share(lateCopies),
    1 - kept.reduce((sum, one) => sum + one, 0) / (255 * kept.length),
  ];
  for (const earned of [...screened, ...byRamp, ...byRule.slice(1)]) outcome.push(...figures(records, earned, values));
  const calls = await sketchCalls(economy, prompts);
  const amounts = Array.from({ length: calls.count }, () => CALL_AMOUNT);
  for (const rule of SWEEP)
    outcome.push(...figures(records, await earningsOf(economy.index, calls, amounts, rule), values));
  return outcome;
}
