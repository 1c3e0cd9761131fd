/** Worker: who is paid what in the main job's economy, with one kind of junk among the records or none, by every rule of the sweep. */
import { SHIPPED_BASE } from "../commands/files.ts";
import { loadBase } from "../model/checkpoint.ts";
import { createRandom } from "../numerics/random.ts";
import { serveTasks } from "../numerics/worker-pool.ts";
import { capScales } from "./economy.ts";
import { CALL_AMOUNT, earningsOf, type PointsRule } from "./payments.ts";
import { buildTextEconomy } from "./text-economy.ts";
import { makeJunk, type JunkMaterial, type JunkWay } from "./text-junk.ts";

/** A version of the rule. */
export interface TextRule extends PointsRule {
  /** Share of the records whose sketches count in full size. */
  readonly sizeLimit: number;
}

/** What all tasks share. */
export interface TextJunkJob extends JunkMaterial {
  /** By place, each contributor's number. */
  readonly contributors: Int32Array;
  readonly prompts: readonly string[];
  readonly rules: readonly TextRule[];
  /** Of all records. */
  readonly junkShare: number;
}

/** One economy; the junk comes last. */
export interface TextJunkTask {
  readonly way: JunkWay | "none";
  readonly seed: number;
}

/** Figures of one rule: the junk's share of all that is paid, the share of honest records paid nothing, then each contributor's income. */
async function figures(
  { contributors }: TextJunkJob,
  { index, calls }: Awaited<ReturnType<typeof buildTextEconomy>>,
  rule: TextRule,
): Promise<number[]> {
  const amounts = Array.from({ length: calls.count }, () => CALL_AMOUNT);
  const scales = capScales(index.scales, new Uint8Array(index.count), { ofAll: rule.sizeLimit, ofOutliers: 1 });
  const earned = await earningsOf({ ...index, scales }, calls, amounts, rule);
  const incomes = new Array<number>(Math.max(...contributors) + 1).fill(0);
  for (const [place, contributor] of contributors.entries()) incomes[contributor]! += earned[place]!;
  const all = earned.reduce((sum, one) => sum + one, 0);
  const honest = incomes.reduce((sum, one) => sum + one, 0);
  const unpaid = earned.subarray(0, contributors.length).filter((one) => one === 0).length;
  return [1 - honest / all, unpaid / contributors.length, ...incomes];
}

serveTasks<TextJunkJob, TextJunkTask, Float64Array>((job) => {
  const base = loadBase(SHIPPED_BASE);
  const count = Math.round((job.junkShare / (1 - job.junkShare)) * job.texts.length);
  return Promise.resolve(async ({ way, seed }) => {
    const junk = way === "none" ? [] : makeJunk(way, job, count, createRandom(seed, `junk ${way}`));
    const economy = await buildTextEconomy(base, [...job.texts, ...junk], job.prompts, seed);
    const outcome: number[] = [];
    for (const rule of job.rules) outcome.push(...(await figures(job, economy, rule)));
    return Float64Array.from(outcome);
  });
});
