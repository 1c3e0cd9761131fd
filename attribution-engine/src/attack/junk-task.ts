/** Outcomes of junk: what share of all royalties goes to records that are mislabelled or noise. */
import { createRandom } from "../numerics/random.ts";
import { chooseImages, mislabel } from "../trials/labelled-images.ts";
import { payByRamps, type Baseline } from "./baseline.ts";
import { buildEconomy, payEqually, shareOf, sketchCalls } from "./economy.ts";
import { payByOtherRules } from "./other-rules.ts";
import { CALL_AMOUNT, earningsOf } from "./payments.ts";
import { appendRecords, type TrialRecords } from "./records.ts";
import { SWEEP, type AttackTask } from "./tasks.ts";
import { OUR_METHOD, screenBy, STRANGER, type Trial } from "./trial.ts";

/** Junk makes up 5 % of all records. */
function junkOf({ records, spare, seed }: Trial, how: "mislabelled" | "noise"): TrialRecords {
  const count = Math.round((0.05 / 0.95) * records.count);
  const images = chooseImages(spare, [...Array(count).keys()]);
  const contributors = new Int32Array(count).fill(STRANGER);
  if (how === "mislabelled") return { ...mislabel(images, 1, seed).images, contributors };
  const random = createRandom(seed, "noise records");
  const pixels = Float32Array.from(images.pixels, () => random.uniform());
  return {
    ...images,
    pixels,
    labels: Uint8Array.from(images.labels, () => random.below(images.classes)),
    contributors,
  };
}

/**
 * @returns for our rule the junk's share, the share of it that was left out of training, then its share for each version of {@link SWEEP},
 * with nothing left out and with copies left out; for the others its share for each of RAMPS with nothing left out, then under each.
 */
export async function junkOutcome(
  task: AttackTask & { readonly kind: "junk" },
  { trial, detector }: Baseline,
): Promise<number[]> {
  const { records, prompts, seed } = trial;
  const all = appendRecords(records, junkOf(trial, task.how));
  const open = await buildEconomy(all, OUR_METHOD, seed);
  if (task.rules === "others") {
    const trial = { records: all, prompts };
    const earned = [...(await payByRamps(open, trial)), ...(await payByOtherRules(open, all, prompts))];
    return earned.map((one) => shareOf(all, one, STRANGER));
  }
  const economy = await buildEconomy(all, { ...OUR_METHOD, screen: await screenBy(detector, all) }, seed);
  const leftOut = economy.leftOut.subarray(records.count).reduce((sum, one) => sum + one, 0);
  const outcome = [
    shareOf(all, await payEqually(economy, prompts, OUR_METHOD), STRANGER),
    leftOut / (all.count - records.count),
  ];
  for (const version of [open, economy]) {
    const calls = await sketchCalls(version, prompts);
    const amounts = Array.from({ length: calls.count }, () => CALL_AMOUNT);
    for (const rule of SWEEP)
      outcome.push(shareOf(all, await earningsOf(version.index, calls, amounts, rule), STRANGER));
  }
  return outcome;
}
