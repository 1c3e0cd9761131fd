/** A trial without any attack: what everybody earns under every rule, against which attacks are compared. */
import type { CopyDetector } from "./copy-detector.ts";
import { buildEconomy, payEqually, withNovelty, type Economy } from "./economy.ts";
import { payByOtherRules } from "./other-rules.ts";
import { detectorOf, drawTrial, OUR_METHOD, OUR_RAMP, RAMPS, screenBy, type ImageSet, type Trial } from "./trial.ts";

export interface Baseline {
  readonly trial: Trial;
  readonly detector: CopyDetector;
  readonly economy: Economy;
  /** Earnings by record under our rule with copies left out of training, under it with nothing left out (both for each of {@link RAMPS}), and under the others'. */
  readonly screened: readonly Float64Array[];
  readonly open: readonly Float64Array[];
  readonly others: readonly Float64Array[];
  readonly ours: Float64Array;
}

/** Earnings under each of {@link RAMPS}. */
export async function payByRamps(
  economy: Economy,
  { records, prompts }: Pick<Trial, "records" | "prompts">,
): Promise<Float64Array[]> {
  const earned: Float64Array[] = [];
  for (const rule of Object.values(RAMPS))
    earned.push(await payEqually(await withNovelty(economy, records, rule), prompts, OUR_METHOD));
  return earned;
}

export async function baselineOf(seed: number, images?: ImageSet): Promise<Baseline> {
  const trial = drawTrial(seed, images);
  const { records, prompts } = trial;
  const detector = await detectorOf(trial);
  const economy = await buildEconomy(records, { ...OUR_METHOD, screen: await screenBy(detector, records) }, seed);
  const unscreened = await buildEconomy(records, OUR_METHOD, seed);
  const screened = await payByRamps(economy, trial);
  return {
    trial,
    detector,
    economy,
    screened,
    open: await payByRamps(unscreened, trial),
    others: await payByOtherRules(unscreened, records, prompts),
    ours: screened[OUR_RAMP]!,
  };
}
