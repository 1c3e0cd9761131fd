/** Outcomes of junk: what share of all royalties goes to records that are mislabelled or noise. */
import { payByMainJob, type Baseline } from "./baseline.ts";
import { buildEconomy, payEqually, shareOf, sketchCalls } from "./economy.ts";
import { makeJunk } from "./junk.ts";
import { payByOtherRules } from "./other-rules.ts";
import { CALL_AMOUNT, earningsOf } from "./payments.ts";
import { appendRecords } from "./records.ts";
import { SWEEP, type AttackTask } from "./tasks.ts";
import { OUR_METHOD, screenBy, STRANGER } from "./trial.ts";

/**
 * @returns the share of the junk that the judge leaves out; its share of royalties by our rule, by our rule without the judge, and by the main job's;
 * then, if asked for, for each version of {@link SWEEP} without the judge, then with it; or under each of the others' rules.
 */
export async function junkOutcome(
  { plan, also }: AttackTask & { readonly kind: "junk" },
  baseline: Baseline,
): Promise<number[]> {
  const { records, prompts, seed } = baseline.trial;
  const all = appendRecords(records, await makeJunk(baseline, plan));
  const open = await buildEconomy(all, OUR_METHOD, seed);
  const economy = await buildEconomy(all, { ...OUR_METHOD, screen: await screenBy(baseline.detector, all) }, seed);
  const leftOut = economy.leftOut.subarray(records.count).reduce((sum, one) => sum + one, 0);
  const outcome = [leftOut / (all.count - records.count)];
  const add = (earned: Float64Array): number => outcome.push(shareOf(all, earned, STRANGER));
  add(await payEqually(economy, prompts, OUR_METHOD));
  add(await payEqually(open, prompts, OUR_METHOD));
  add(await payByMainJob(open, prompts));
  if (also === "others") for (const earned of await payByOtherRules(open, all, prompts)) add(earned);
  if (also === "sweep")
    for (const version of [open, economy]) {
      const calls = await sketchCalls(version, prompts);
      const amounts = Array.from({ length: calls.count }, () => CALL_AMOUNT);
      for (const rule of SWEEP) add(await earningsOf(version.index, calls, amounts, rule));
    }
  return outcome;
}
