/** A trial without any attack: what everybody earns under every rule, against which attacks are compared. */
import { POINTS_RULE } from "../commands/method.ts";
import { SKETCH_METHOD } from "../sketch/own-model.ts";
import type { LabelledImages } from "../trials/labelled-images.ts";
import type { CopyDetector } from "./copy-detector.ts";
import { buildEconomy, capScales, payEqually, sketchCalls, withNovelty, type Economy } from "./economy.ts";
import { OTHER_RULES, payByOtherRules } from "./other-rules.ts";
import { CALL_AMOUNT, earningsOf } from "./payments.ts";
import { detectorOf, drawTrial, OUR_METHOD, OUR_RAMP, RAMPS, screenBy, type ImageSet, type Trial } from "./trial.ts";

export const OURS = "ours";
export const UNSCREENED = "ours, no judge";
export const MAIN_JOB = "main job's rule";
/** Rules that leave nothing out of training, in the order of {@link payWithoutJudge}. */
export const OPEN_RULES = [UNSCREENED, MAIN_JOB, ...OTHER_RULES] as const;

export interface Baseline {
  readonly trial: Trial;
  readonly detector: CopyDetector;
  readonly economy: Economy;
  /** Earnings by record under our rule, for each of {@link RAMPS}. */
  readonly screened: readonly Float64Array[];
  readonly ours: Float64Array;
  /** Where nothing is left out of training; worked out when it is first asked for. */
  unscreened(): Promise<Unscreened>;
}

/** Earnings by record under our rule with nothing left out, for each of {@link RAMPS}, and under each of {@link OPEN_RULES}. */
export interface Unscreened {
  readonly byRamp: readonly Float64Array[];
  readonly byRule: readonly Float64Array[];
}

/** Earnings under each of {@link RAMPS}. */
export async function payByRamps(
  economy: Economy,
  { records, prompts }: Pick<Trial, "records" | "prompts">,
): Promise<Float64Array[]> {
  const calls = await sketchCalls(economy, prompts);
  const amounts = Array.from({ length: calls.count }, () => CALL_AMOUNT);
  const earned: Float64Array[] = [];
  for (const rule of Object.values(RAMPS))
    earned.push(await earningsOf((await withNovelty(economy, records, rule)).index, calls, amounts, OUR_METHOD));
  return earned;
}

/** The main job's limit of size, as a share of the records. */
const SIZE_LIMIT = SKETCH_METHOD.sizeLimit ?? 1;

/** Our rule with the main job's K and debit factor; τ and δ are the same. */
export const MAIN_JOB_METHOD = { ...OUR_METHOD, ...POINTS_RULE };

/** Earnings by the rule that the main job has: of an economy that left nothing out, with its one limit of size for all. */
export function payByMainJob(open: Economy, prompts: LabelledImages): Promise<Float64Array> {
  const scales = capScales(open.uncappedScales, new Uint8Array(open.index.count), { ofAll: SIZE_LIMIT, ofOutliers: 1 });
  return payEqually({ ...open, index: { ...open.index, scales } }, prompts, MAIN_JOB_METHOD);
}

/** Earnings under each of {@link OPEN_RULES}, of an economy that left nothing out. */
export async function payWithoutJudge(
  open: Economy,
  { records, prompts }: Pick<Trial, "records" | "prompts">,
): Promise<Float64Array[]> {
  return [
    await payEqually(open, prompts, OUR_METHOD),
    await payByMainJob(open, prompts),
    ...(await payByOtherRules(open, records, prompts)),
  ];
}

export async function baselineOf(seed: number, images?: ImageSet): Promise<Baseline> {
  const trial = drawTrial(seed, images);
  const { records } = trial;
  const detector = await detectorOf(trial);
  const economy = await buildEconomy(records, { ...OUR_METHOD, screen: await screenBy(detector, records) }, seed);
  const screened = await payByRamps(economy, trial);
  let unscreened: Promise<Unscreened> | undefined;
  const openly = async (): Promise<Unscreened> => {
    const open = await buildEconomy(records, OUR_METHOD, seed);
    return { byRamp: await payByRamps(open, trial), byRule: await payWithoutJudge(open, trial) };
  };
  return { trial, detector, economy, screened, ours: screened[OUR_RAMP]!, unscreened: () => (unscreened ??= openly()) };
}
