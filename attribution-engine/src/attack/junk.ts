/** Junk made of images: wrong labels, noise and blends of both, as they are or chosen against what is public. */
import { createRandom } from "../numerics/random.ts";
import { logitsOf } from "../trials/classifier.ts";
import { chooseImages, type LabelledImages } from "../trials/labelled-images.ts";
import { scoresOf } from "./copy-detector.ts";
import type { Baseline } from "./baseline.ts";
import type { TrialRecords } from "./records.ts";
import { STRANGER } from "./trial.ts";

/** Wrong labels: any, or that which the model takes for the likeliest of the wrong ones. */
export const JUNK_LABELS = ["any wrong", "likeliest wrong"] as const;
/**
 * Which of the images that there are become junk: any; those that the public judge suspects least; those whose wrong label the model takes for
 * nearest to being right; or the nearest of those that the judge would pass.
 */
export const JUNK_CHOICES = ["any", "least suspicious", "closest logits", "closest that pass"] as const;

/** How somebody makes junk. */
export interface JunkPlan {
  readonly label: (typeof JUNK_LABELS)[number];
  readonly choice: (typeof JUNK_CHOICES)[number];
  /** Part of every pixel that is uniform noise: 0, an image as it is; 1, nothing but noise. */
  readonly noise: number;
  /** Pixels are multiplied by it. */
  readonly amplitude: number;
}

/** Of all records when the junk has been added. */
const JUNK_SHARE = 0.05;

/** Junk behind honest records, made of images that nobody contributed. */
export async function makeJunk(
  { trial, detector, economy }: Pick<Baseline, "trial" | "detector" | "economy">,
  { label, choice, noise, amplitude }: JunkPlan,
): Promise<TrialRecords> {
  const { records, spare, seed } = trial;
  const count = Math.round((JUNK_SHARE / (1 - JUNK_SHARE)) * records.count);
  const random = createRandom(seed, `junk ${noise} ${amplitude}`);
  const pixels = spare.pixels.map((value) => amplitude * ((1 - noise) * value + noise * random.uniform()));
  const images: LabelledImages = { ...spare, pixels };
  const { labels, gaps } = wrongLabels(images, await logitsOf(economy.classifier, images), label, random);
  const junk = { ...images, labels };
  const rows = [...labels.keys()];
  const byGap = (a: number, b: number): number => gaps[a]! - gaps[b]! || a - b;
  if (choice === "closest logits") rows.sort(byGap);
  else if (choice !== "any") {
    const scores = await scoresOf(detector, junk, records);
    const passes = (row: number): number =>
      choice === "closest that pass" && scores[row]! <= detector.threshold ? 0 : 1;
    // Outliers have infinite scores, whose difference is no number.
    const byScore = (a: number, b: number): number => (scores[a] === scores[b] ? byGap(a, b) : scores[a]! - scores[b]!);
    rows.sort((a, b) => passes(a) - passes(b) || (passes(a) === 0 ? byGap(a, b) : byScore(a, b)));
  }
  return { ...chooseImages(junk, rows.slice(0, count)), contributors: new Int32Array(count).fill(STRANGER) };
}

/** A wrong label of each image, and by how much its right label's logit is above that one's: below 0 where the model itself errs. */
function wrongLabels(
  { count, classes, labels: right }: LabelledImages,
  logits: Float32Array,
  label: JunkPlan["label"],
  random: { below(bound: number): number },
): { labels: Uint8Array; gaps: Float64Array } {
  const labels = new Uint8Array(count);
  const gaps = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const of = logits.subarray(row * classes, (row + 1) * classes);
    const wrong = [...Array(classes).keys()].filter((one) => one !== right[row]);
    labels[row] =
      label === "any wrong"
        ? wrong[random.below(wrong.length)]!
        : wrong.reduce((best, one) => (of[one]! > of[best]! ? one : best));
    gaps[row] = of[right[row]!]! - of[labels[row]!]!;
  }
  return { labels, gaps };
}
