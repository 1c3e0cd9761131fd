/** Tells disguised copies from records that are new: a small judge of likeness, taught by disguising trusted records. */
import { createRandom, type Random } from "../numerics/random.ts";
import { trainClassifier, type ClassifierRecipe } from "../trials/classifier.ts";
import { layerShapes, type Classifier } from "../trials/classifier-graph.ts";
import { chooseImages, type LabelledImages } from "../trials/labelled-images.ts";
import { DISGUISES } from "./disguises.ts";
import {
  distancesBetween,
  LIKENESS_SIZE,
  likenessOf,
  manifoldsOf,
  residualsOf,
  type Distances,
  type Manifolds,
  type Residuals,
} from "./likeness.ts";
import { pixelsAt } from "./records.ts";

/** Earlier records that there must be before a record is judged. */
const FEWEST_EARLIER = 100;

/** Disguises of each trusted record that a judge is taught with. */
const LESSONS = 3;
const FOLDS = 5;
const JUDGE: ClassifierRecipe = { hidden: [8], decay: 3e-4, steps: 400, rate: 0.03 };

/** A judge with its constants, all of them part of the published method. */
export interface CopyDetector {
  readonly manifolds: Manifolds;
  readonly judge: Classifier;
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** A record whose score is above it is a copy. */
  readonly threshold: number;
  /** So is one whose pixels are nearer than this to an earlier record's: half of what is between the nearest two trusted ones. */
  readonly nearest: number;
  /** One that is further than this from the manifold of all records or from that of its label is an outlier: hardly any trusted one is. */
  readonly farthest: { readonly all: number; readonly byLabel: number };
}

/** The logarithm of how many times likelier standardised features are for a copy than for a record that is none. */
function scoreOf({ shape, weights }: Classifier, features: Float32Array): number {
  let values = features;
  const layers = layerShapes(shape);
  for (const [layer, [name, [inputs, outputs]]] of layers.entries()) {
    const matrix = weights.get(name)!.data;
    const next = new Float32Array(outputs);
    for (let o = 0; o < outputs; o++) {
      let sum = matrix[(inputs - 1) * outputs + o]!;
      for (let i = 0; i < inputs - 1; i++) sum += values[i]! * matrix[i * outputs + o]!;
      next[o] = layer < layers.length - 1 ? Math.max(0, sum) : sum;
    }
    values = next;
  }
  return values[1]! - values[0]! - Math.log(LESSONS);
}

/**
 * Teaches a detector.
 * @param trusted honest records in order of arrival.
 * @param falseAlarms share of them that may be taken for copies.
 * @param outliers share of them that may be taken for outliers, by either distance.
 */
export async function teachDetector(
  trusted: LabelledImages,
  falseAlarms: number,
  outliers: number,
  seed: number,
): Promise<CopyDetector> {
  const manifolds = manifoldsOf(trusted);
  const random = createRandom(seed, "taught disguises");
  const everyone = [...trusted.labels.keys()];
  const noParents = new Int32Array(trusted.count).fill(-1);
  const examples: Example[] = [];
  const among = await distancesBetween(trusted, trusted, manifolds.all);
  const ownResiduals = crossResiduals(trusted, trusted);
  // Against all others, not the earlier ones alone: later records meet a denser datanet than most of these did.
  for (const row of everyone) {
    const others = everyone.filter((other) => other !== row);
    examples.push({ row, features: likenessOf(among, ownResiduals, row, others, noParents).features, label: 0 });
  }
  for (let lesson = 0; lesson < LESSONS; lesson++) {
    const images = disguiseAll(trusted, random);
    const disguised = await distancesBetween(images, trusted, manifolds.all);
    const residuals = crossResiduals(images, trusted);
    for (const row of everyone)
      examples.push({ row, features: likenessOf(disguised, residuals, row, everyone, noParents).features, label: 1 });
  }
  const { means, deviations } = standards(examples.map(({ features }) => features));
  for (const { features } of examples) standardise(features, means, deviations);
  const honest: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const judge = await teachJudge(
      examples.filter(({ row }) => row % FOLDS !== fold),
      seed,
    );
    for (const { features, row, label } of examples)
      if (label === 0 && row % FOLDS === fold) honest.push(scoreOf(judge, features));
  }
  honest.sort((a, b) => b - a);
  const threshold = honest[Math.floor(falseAlarms * honest.length)]!;
  return {
    manifolds,
    judge: await teachJudge(examples, seed),
    means,
    deviations,
    threshold,
    nearest: leastDistance(among) / 2,
    farthest: {
      all: upperQuantile(ownResiduals.all, outliers),
      byLabel: upperQuantile(ownResiduals.byLabel, outliers),
    },
  };
}

/** What `share` of the values is above. */
function upperQuantile(values: Float64Array, share: number): number {
  return share === 0 ? Infinity : values.toSorted()[values.length - 1 - Math.floor(share * values.length)]!;
}

export function isOutlier({ farthest }: CopyDetector, { all, byLabel }: Residuals, row: number): boolean {
  return all[row]! > farthest.all || byLabel[row]! > farthest.byLabel;
}

/** 1 at every record that is unlike the trusted ones: new it may be, but a gradient that is large for that alone tells nothing of its worth. */
export function findOutliers(detector: CopyDetector, records: LabelledImages): Uint8Array {
  const residuals = residualsOf(records, detector.manifolds);
  return Uint8Array.from(records.labels, (_, row) => (isOutlier(detector, residuals, row) ? 1 : 0));
}

/** Between the nearest two of records whose distances to each other these are. */
function leastDistance({ pixels }: Distances): number {
  const count = Math.sqrt(pixels.length);
  let least = Infinity;
  for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) least = Math.min(least, pixels[i * count + j]!);
  return Math.sqrt(least);
}

/** What a judge is taught with: of the trusted record `row` itself (label 0) or a disguise of it (1). */
interface Example {
  readonly row: number;
  readonly features: Float32Array;
  readonly label: 0 | 1;
}

function teachJudge(examples: readonly Example[], seed: number): Promise<Classifier> {
  const pixels = new Float32Array(examples.length * LIKENESS_SIZE);
  examples.forEach(({ features }, at) => pixels.set(features, at * LIKENESS_SIZE));
  const labels = Uint8Array.from(examples, ({ label }) => label);
  return trainClassifier({ count: examples.length, size: LIKENESS_SIZE, classes: 2, pixels, labels }, JUDGE, seed);
}

/** Residuals of images row by row from manifolds of the trusted records without that row's fold: a record is nearer to a manifold that it shaped. */
function crossResiduals(images: LabelledImages, trusted: LabelledImages): Residuals {
  const residuals = { all: new Float64Array(images.count), byLabel: new Float64Array(images.count) };
  const rows = [...images.labels.keys()];
  for (let fold = 0; fold < FOLDS; fold++) {
    const manifolds = manifoldsOf(
      chooseImages(
        trusted,
        rows.filter((row) => row % FOLDS !== fold),
      ),
    );
    const inFold = rows.filter((row) => row % FOLDS === fold);
    const { all, byLabel } = residualsOf(chooseImages(images, inFold), manifolds);
    for (const [at, row] of inFold.entries()) {
      residuals.all[row] = all[at]!;
      residuals.byLabel[row] = byLabel[at]!;
    }
  }
  return residuals;
}

/** Every record disguised, in ways and strengths at random. */
function disguiseAll(records: LabelledImages, random: Random): LabelledImages {
  const pixels = new Float32Array(records.pixels.length);
  for (let row = 0; row < records.count; row++) {
    const disguise = DISGUISES[random.below(DISGUISES.length)]!;
    const [weakest, strongest] = [disguise.strengths[0]!, disguise.strengths.at(-1)!];
    let other = row;
    while (other === row || records.labels[other] !== records.labels[row]) other = random.below(records.count);
    const strength = weakest * (strongest / weakest) ** random.uniform();
    pixels.set(disguise.apply(pixelsAt(records, row), strength, random, pixelsAt(records, other)), row * records.size);
  }
  return { ...records, pixels };
}

function standards(rows: readonly Float32Array[]): { means: Float64Array; deviations: Float64Array } {
  const means = new Float64Array(LIKENESS_SIZE);
  const squares = new Float64Array(LIKENESS_SIZE);
  for (const row of rows)
    for (let i = 0; i < LIKENESS_SIZE; i++) {
      means[i]! += row[i]! / rows.length;
      squares[i]! += row[i]! ** 2 / rows.length;
    }
  return { means, deviations: squares.map((square, i) => Math.sqrt(Math.max(1e-12, square - means[i]! ** 2))) };
}

function standardise(features: Float32Array, means: Float64Array, deviations: Float64Array): void {
  for (let i = 0; i < LIKENESS_SIZE; i++) features[i] = (features[i]! - means[i]!) / deviations[i]!;
}

/**
 * 1 at every record that the detector takes for a copy of an earlier one that it kept: because it is the same but for a trifle, by its score, or because with what other records
 * that are nearest to the same one scored it is too much (a CUSUM test, Page 1954): one record that is a little like another is usual, many are not.
 */
export async function detectCopies(detector: CopyDetector, records: LabelledImages): Promise<Uint8Array> {
  const copies = new Uint8Array(records.count);
  const distances = await distancesBetween(records, records, detector.manifolds.all);
  const residuals = residualsOf(records, detector.manifolds);
  const parents = new Int32Array(records.count).fill(-1);
  const suspicion = new Float64Array(records.count);
  const kept: number[] = [];
  for (let row = 0; row < records.count; row++) {
    // Also where that record was left out itself: a copy of it is no better.
    const earlier = distances.pixels.subarray(row * records.count, row * records.count + row);
    if (earlier.some((square) => square < detector.nearest ** 2)) copies[row] = 1;
    else if (row >= FEWEST_EARLIER) {
      const { features, parent, sources } = likenessOf(distances, residuals, row, kept, parents);
      parents[row] = parent;
      standardise(features, detector.means, detector.deviations);
      const score = scoreOf(detector.judge, features);
      if (score + Math.max(...sources.map((source) => suspicion[source]!)) > detector.threshold) copies[row] = 1;
      for (const source of sources) suspicion[source] = Math.max(0, suspicion[source]! + score);
    }
    if (copies[row] === 0) kept.push(row);
  }
  return copies;
}

/** Scores of images against earlier records, all of them kept; above the threshold is a copy. Infinite for outliers. */
export async function scoresOf(
  detector: CopyDetector,
  images: LabelledImages,
  earlier: LabelledImages,
): Promise<Float64Array> {
  const distances = await distancesBetween(images, earlier, detector.manifolds.all);
  const residuals = residualsOf(images, detector.manifolds);
  const everyone = [...earlier.labels.keys()];
  const noParents = new Int32Array(earlier.count).fill(-1);
  return Float64Array.from({ length: images.count }, (_, row) => {
    const { features } = likenessOf(distances, residuals, row, everyone, noParents);
    standardise(features, detector.means, detector.deviations);
    return isOutlier(detector, residuals, row) ? Infinity : scoreOf(detector.judge, features);
  });
}
