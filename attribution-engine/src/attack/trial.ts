/** The trial on images: who contributes what, what is asked, and by which method it is paid. */
import type { NoveltyRule } from "../index/novelty.ts";
import { createRandom } from "../numerics/random.ts";
import { loadDigits } from "../trials/digits.ts";
import { halveImages, splitImages, type LabelledImages } from "../trials/labelled-images.ts";
import { loadMnist } from "../trials/mnist.ts";
import { detectCopies, findOutliers, teachDetector, type CopyDetector } from "./copy-detector.ts";
import { noScreen, type EconomyMethod, type Screen } from "./economy.ts";
import type { TrialRecords } from "./records.ts";

export const CONTRIBUTORS = 20;
/** What the attacker is called where it is none of them. */
export const STRANGER = CONTRIBUTORS;
const RECORDS = 1000;
const PROMPTS = 400;
/** Share of honest records that the detector may take for copies. */
export const FALSE_ALARMS = 0.03;
/** And for outliers. */
const OUTLIERS = 0.03;
const UNIT = 65_536;

/** One draw of the trial. */
export interface Trial {
  readonly seed: number;
  readonly records: TrialRecords;
  readonly prompts: LabelledImages;
  /** Images that nobody contributed. */
  readonly spare: LabelledImages;
}

/** Images that a trial can be made of; MNIST's in means of 2 × 2 pixels, so that whole searches take minutes. */
export const IMAGE_SETS = {
  digits: loadDigits,
  mnist: () => halveImages(loadMnist()),
} satisfies Readonly<Record<string, () => LabelledImages>>;
export type ImageSet = keyof typeof IMAGE_SETS;

/** Contributors differ in size (1 : 3) and in which digits they have: each record's contributor is drawn by size and taste for its digit. */
export function drawTrial(seed: number, of: ImageSet = "digits"): Trial {
  const [images, prompts, spare] = splitImages(IMAGE_SETS[of](), [RECORDS, PROMPTS, 397], seed);
  const random = createRandom(seed, "contributors");
  const sizes = Array.from({ length: CONTRIBUTORS }, () => 1 + 2 * random.uniform());
  const tastes = sizes.map(() => Array.from({ length: images!.classes }, () => Math.exp(1.2 * random.normal())));
  const contributors = Int32Array.from(images!.labels, (label) => {
    const weights = sizes.map((size, contributor) => size * tastes[contributor]![label]!);
    let rest = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    const drawn = weights.findIndex((weight) => (rest -= weight) < 0);
    return drawn < 0 ? CONTRIBUTORS - 1 : drawn;
  });
  return { seed, records: { ...images!, contributors }, prompts: prompts!, spare: spare! };
}

function ramp(tau: number, delta: number): NoveltyRule {
  return { tau: Math.round(tau * UNIT), delta: Math.round(delta * UNIT), signatureMatch: 257 };
}

/** Rules of novelty that are compared; the names are τ and δ. */
export const RAMPS: Readonly<Record<string, NoveltyRule>> = {
  "0.98/0.10": ramp(0.98, 0.1),
  "0.95/0.20": ramp(0.95, 0.2),
  "0.90/0.30": ramp(0.9, 0.3),
  "0.80/0.40": ramp(0.8, 0.4),
};
export const RAMP_NAMES = Object.keys(RAMPS);
/** Which of them is our rule on these images. */
export const OUR_RAMP = RAMP_NAMES.indexOf("0.90/0.30");

/** Our rule; what is left out of training is decided by the detector of a trial. */
export const OUR_METHOD: EconomyMethod = {
  ...RAMPS[RAMP_NAMES[OUR_RAMP]!]!,
  topK: 128,
  debitFactor: 256,
  width: 16,
  recipe: { hidden: [32], decay: 1e-2, steps: 300, rate: 0.03 },
  basis: { k: 128, seed: 1, curvatureSamples: RECORDS, damping: 0.5 },
  largest: { ofAll: 0.9, ofOutliers: 0.25 },
  screen: noScreen,
};

/** A detector taught on the datanet as it is before the attack. */
export function detectorOf({ records, seed }: Trial): Promise<CopyDetector> {
  return teachDetector(records, FALSE_ALARMS, OUTLIERS, seed);
}

/** The screen of one set of records by a detector. */
export async function screenBy(detector: CopyDetector, records: TrialRecords): Promise<Screen> {
  const leftOut = await detectCopies(detector, records);
  const outliers = findOutliers(detector, records);
  return () => ({ leftOut, outliers, contentSignatures: new Uint8Array(32 * records.count) });
}
