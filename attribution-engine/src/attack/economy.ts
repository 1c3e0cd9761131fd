/** A trial economy: contributors' records train a classifier, calls are answered by it and paid to the records. */
import { keccak256 } from "@tributary/protocol/keccak";
import { computeNovelty, type NoveltyRule } from "../index/novelty.ts";
import type { Queries, ScoredRecords } from "../search/records.ts";
import { buildBasis, type BasisMethod, type SketchBasis } from "../sketch/basis.ts";
import { sketchRows } from "../sketch/sketch-rows.ts";
import { logitsOf, trainClassifier, type ClassifierRecipe } from "../trials/classifier.ts";
import type { Classifier } from "../trials/classifier-graph.ts";
import { classifierGradients, type GradientOptions } from "../trials/classifier-vectors.ts";
import type { LabelledImages } from "../trials/labelled-images.ts";
import { CALL_AMOUNT, earningsOf, type PointsRule } from "./payments.ts";
import { chooseRecords, pixelsAt, type TrialRecords } from "./records.ts";

const WORK = { workers: 1 };

/** What is told of records before training, by place. */
export interface Screened {
  /** Not 0 where a record is left out of training. Nothing of it is in the model, so its sketch is zero, with scale 0. */
  readonly leftOut: Uint8Array;
  /** Not 0 where a record is unlike all others: it is trained on, but its gradient counts as a small one. */
  readonly outliers: Uint8Array;
  /** 32 bytes a record. */
  readonly contentSignatures: Uint8Array;
}

/** Tells copies among records in the order of their arrival. */
export type Screen = (records: TrialRecords) => Screened;

/** Everything that an economy's payouts depend on besides its records and calls. */
export interface EconomyMethod extends PointsRule, NoveltyRule {
  readonly recipe: ClassifierRecipe;
  readonly basis: BasisMethod;
  readonly width: number;
  /** The largest scale that a sketch may have, as a quantile of the scales of all records that are kept: any record's, and an outlier's. */
  readonly largest: { readonly ofAll: number; readonly ofOutliers: number };
  readonly screen: Screen;
}

/** A trained economy before any call. */
export interface Economy {
  readonly classifier: Classifier;
  readonly basis: SketchBasis;
  readonly index: ScoredRecords;
  /** The index's scales before the limit of {@link EconomyMethod.largest}. */
  readonly uncappedScales: Uint32Array;
  readonly leftOut: Uint8Array;
  readonly gradients: GradientOptions;
}

/** Keeps every record, and signs none. */
export const noScreen: Screen = ({ count }) => ({
  leftOut: new Uint8Array(count),
  outliers: new Uint8Array(count),
  contentSignatures: new Uint8Array(32 * count),
});

/** Trains on what the screen keeps, builds the basis of it, sketches the records and computes their novelty. */
export async function buildEconomy(records: TrialRecords, method: EconomyMethod, seed: number): Promise<Economy> {
  const screened = method.screen(records);
  const kept = chooseRecords(
    records,
    [...screened.leftOut.keys()].filter((place) => screened.leftOut[place] === 0),
  );
  const classifier = await trainClassifier(kept, method.recipe, seed);
  const gradients = { seed, width: method.width };
  const basis = await buildBasis(classifierGradients(classifier, kept, gradients), method.basis, WORK);
  const index = await indexRecords({ classifier, basis, gradients }, records, screened, method);
  const scales = capScales(index.scales, screened.outliers, method.largest);
  return {
    ...{ classifier, basis, gradients, leftOut: screened.leftOut },
    index: { ...index, scales },
    uncappedScales: index.scales,
  };
}

/** Sketches and novelties of records by a classifier and basis that are there; scales have no limit yet. */
async function indexRecords(
  { classifier, basis, gradients }: Pick<Economy, "classifier" | "basis" | "gradients">,
  records: TrialRecords,
  { leftOut, contentSignatures }: Screened,
  method: EconomyMethod,
): Promise<ScoredRecords> {
  const { k } = method.basis;
  const { count } = records;
  const places = [...leftOut.keys()].filter((place) => leftOut[place] === 0);
  const made = await sketchRows(classifierGradients(classifier, records, gradients), basis, places, WORK);
  const sketches = new Int8Array(count * k);
  const scales = new Uint32Array(count);
  for (const [row, place] of places.entries()) {
    sketches.set(made.sketches.subarray(row * k, (row + 1) * k), place * k);
    scales[place] = made.scales[row]!;
  }
  const input = { count, k, sketches, recordHashes: recordHashes(records), contentSignatures };
  const { novelties } = await computeNovelty(input, method);
  return { count, k, sketches, scales, novelties };
}

/** A record that is hard to fit has a large gradient whether it helps or not, and noise is the hardest; so size counts up to a limit alone. */
export function capScales(
  scales: Uint32Array,
  outliers: Uint8Array,
  { ofAll, ofOutliers }: EconomyMethod["largest"],
): Uint32Array {
  const sorted = scales.filter((scale) => scale > 0).sort();
  const [most, mostOfOutliers] = [ofAll, ofOutliers].map((share) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return scales.map((scale, place) => Math.min(scale, outliers[place] === 0 ? most! : mostOfOutliers!));
}

/** The same economy under another rule of novelty. */
export async function withNovelty(economy: Economy, records: TrialRecords, rule: NoveltyRule): Promise<Economy> {
  const { index } = economy;
  const contentSignatures = new Uint8Array(32 * records.count);
  const { novelties } = await computeNovelty(
    { ...index, recordHashes: recordHashes(records), contentSignatures },
    rule,
  );
  return { ...economy, index: { ...index, novelties } };
}

/** 32 bytes a record: the hash of its pixels and label. */
function recordHashes(records: TrialRecords): Uint8Array {
  const hashes = new Uint8Array(32 * records.count);
  for (let place = 0; place < records.count; place++) {
    const pixels = pixelsAt(records, place);
    const bytes = new Uint8Array(pixels.byteLength + 1);
    bytes.set(new Uint8Array(pixels.slice().buffer));
    bytes[pixels.byteLength] = records.labels[place]!;
    hashes.set(keccak256(bytes), 32 * place);
  }
  return hashes;
}

/** The likeliest class of each image. */
export async function answersOf(classifier: Classifier, images: LabelledImages): Promise<Uint8Array> {
  const logits = await logitsOf(classifier, images);
  const { classes } = images;
  return Uint8Array.from({ length: images.count }, (_, row) => {
    const logit = logits.subarray(row * classes, (row + 1) * classes);
    return logit.indexOf(Math.max(...logit));
  });
}

/** Sketches of calls: gradients at the classifier's own answers to the prompts. */
export async function sketchCalls(
  { classifier, basis, gradients }: Economy,
  prompts: LabelledImages,
): Promise<Queries> {
  const answered = { ...prompts, labels: await answersOf(classifier, prompts) };
  return sketchRows(classifierGradients(classifier, answered, gradients), basis, [...prompts.labels.keys()], WORK);
}

/** Earnings by record when every prompt is a call that pays the same. */
export async function payEqually(economy: Economy, prompts: LabelledImages, rule: PointsRule): Promise<Float64Array> {
  const calls = await sketchCalls(economy, prompts);
  const amounts = Array.from({ length: calls.count }, () => CALL_AMOUNT);
  return earningsOf(economy.index, calls, amounts, rule);
}

/** The share of all earnings that records of a contributor have. */
export function shareOf(records: TrialRecords, earnings: Float64Array, contributor: number): number {
  let own = 0;
  let all = 0;
  for (const [place, earned] of earnings.entries()) {
    all += earned;
    if (records.contributors[place] === contributor) own += earned;
  }
  return all === 0 ? 0 : own / all;
}
