/** A setting of the quality trials on images: a classifier is trained again on halves of its images. */
import { classifierOutputs, trainClassifier, type ClassifierRecipe } from "../../trials/classifier.ts";
import { joinImages, mislabel, splitImages, type LabelledImages } from "../../trials/labelled-images.ts";
import { retrainClassifiers } from "../../trials/retrain.ts";
import type { RetrainTask } from "../../trials/retrain-worker.ts";
import { areaUnderCurve } from "../auc.ts";
import { drawSubsets, LdsMeasure, predictOutcomes, type Predictions } from "../lds.ts";
import type { AttributionMethod } from "../methods/method.ts";
import { payoutError } from "../payout-error.ts";
import type { MethodResult, Setting, SettingContext, SettingResult } from "../setting.ts";
import {
  DATAINF_DAMPINGS,
  ImageBaselines,
  imageSketches,
  summedSketch,
  type BaselineChoice,
  type ImageCase,
} from "./image-methods.ts";

/** Subsets and seeds of retraining. */
interface Extent {
  readonly subsets: number;
  readonly seeds: number;
}

/** What an image setting is made of. */
export interface ImageTrial {
  readonly name: string;
  readonly about: string;
  readonly load: () => LabelledImages;
  /** Images that are trained on, that methods are tuned on, and that are reported. */
  readonly sizes: readonly [records: number, tuning: number, queries: number];
  readonly recipe: ClassifierRecipe;
  readonly k: number;
  /** Of the sketch's projection. */
  readonly width: number | undefined;
  /** Of the baselines' gradients, where whole ones are too large. */
  readonly baselineWidth?: number;
  readonly draws: number;
  /** Models of other seeds that one more sketch is summed over; none where it is absent. */
  readonly models?: number;
  readonly full: Extent;
  readonly quick: Extent;
}

const SPLIT_SEED = 1;
const SUBSET_SHARE = 0.5;
const MISLABELLED_SHARE = 0.1;
/** The model that is attributed; retrainings are of the seeds that follow. */
const MODEL_SEED = 1;
const FIRST_SEED = 11;
/** For tuning: another model, other subsets, other seeds of retraining, other queries. */
const TUNING = { model: 1001, subsets: 1002, firstSeed: 1011 };
const REPORTED_SUBSETS = 2;
/** Shares of the records that count in full size. */
const SIZE_LIMITS = [0.9, 0.5];
const LIMITED = "sketch-size-limit";
const TUNING_SHARE = { subsets: 0.4, seeds: 2 };

/** Makes a setting of a trial. */
export function imageSetting(trial: ImageTrial): Setting {
  return { name: trial.name, about: trial.about, run: (context) => runTrial(trial, context) };
}

async function runTrial(trial: ImageTrial, context: SettingContext): Promise<SettingResult> {
  const { workers } = context;
  const [records, tuning, queries] = splitImages(trial.load(), trial.sizes, SPLIT_SEED) as [
    LabelledImages,
    LabelledImages,
    LabelledImages,
  ];
  const extent = context.quick ? trial.quick : trial.full;
  const choice = await tuneBaselines(trial, context, records, tuning, extent);
  const measure = await retrainOn(trial, context, "retraining", {
    records,
    queries,
    subsets: drawSubsets(records.count, SUBSET_SHARE * records.count, extent.subsets, REPORTED_SUBSETS),
    firstSeed: FIRST_SEED,
    seeds: extent.seeds,
  });
  context.onProgress("attribution", 0, 1);
  const classifier = await trainClassifier(records, trial.recipe, MODEL_SEED);
  const of: ImageCase = { classifier, records, queries };
  const sketches = await imageSketches(of, { ...trial, decay: trial.recipe.decay }, { workers });
  const baselines = await ImageBaselines.open(of, trial.baselineWidth, { workers });
  const methods = [
    sketches.sketch,
    sketches.unquantised,
    ...(context.quick ? [] : await limitedInSize(trial, of, workers)),
    ...(context.quick ? [] : await summedOver(trial, of, workers)),
    ...(await baselines.chosen(choice)),
  ];
  const predictions = methods.map((method) => measure.predictions(method));
  const aucs = await mislabelDetection(trial, context, records, tuning, choice);
  const int8Loss = mean(measure.lds.perQuery(predictions[1]!)) - mean(measure.lds.perQuery(predictions[0]!));
  const results = methods.map((method, i): [string, MethodResult] => {
    const { value, low, high } = measure.lds.score(predictions[i]!);
    const isSketch = method.name.startsWith("sketch") && !method.name.startsWith(LIMITED);
    const ahead = measure.lds.difference(predictions[0]!, predictions[i]!);
    return [
      method.name,
      {
        k: method.k,
        bytes: method.bytes,
        lds: value,
        ci: [low, high],
        ...(isSketch ? {} : { sketchAhead: { value: ahead.value, ci: [ahead.low, ahead.high] as const } }),
        ...aucs.get(method.name),
        ...(i === 0
          ? {
              int8Loss,
              payoutError: payoutError(
                records.count,
                queries.count,
                sketches.sketch.scores,
                sketches.unquantised.scores,
              ),
            }
          : {}),
        ...tunedOf(method.name, choice),
      },
    ];
  });
  context.onProgress("attribution", 1, 1);
  return {
    methods: Object.fromEntries(results),
    protocol: {
      records: records.count,
      queries: queries.count,
      tuningQueries: tuning.count,
      ...extent,
      subsetShare: SUBSET_SHARE,
      ceiling: measure.lds.ceiling(),
      decay: trial.recipe.decay,
      accuracy: (await classifierOutputs(classifier, queries)).accuracy,
    },
  };
}

/** The sketch with limits of size, to see what they cost. */
async function limitedInSize(trial: ImageTrial, of: ImageCase, workers: number): Promise<AttributionMethod[]> {
  const methods: AttributionMethod[] = [];
  for (const sizeLimit of SIZE_LIMITS) {
    const { sketch } = await imageSketches(of, { ...trial, decay: trial.recipe.decay, sizeLimit }, { workers });
    methods.push({ ...sketch, name: `${LIMITED}-${sizeLimit}` });
  }
  return methods;
}

/** The sketch summed over several models, where the trial has any. */
async function summedOver(trial: ImageTrial, of: ImageCase, workers: number): Promise<AttributionMethod[]> {
  const { models, recipe } = trial;
  if (models === undefined) return [];
  const classifiers = [of.classifier];
  while (classifiers.length < models)
    classifiers.push(await trainClassifier(of.records, recipe, MODEL_SEED + classifiers.length));
  return [await summedSketch(classifiers, of, { ...trial, decay: recipe.decay }, { workers })];
}

/** Outcomes of retraining, ready to be compared with. */
interface RetrainedMeasure {
  readonly lds: LdsMeasure;
  predictions(method: AttributionMethod): Predictions;
}

interface Retraining {
  readonly records: LabelledImages;
  readonly queries: LabelledImages;
  readonly subsets: readonly Uint32Array[];
  readonly firstSeed: number;
  readonly seeds: number;
}

async function retrainOn(
  { recipe }: ImageTrial,
  { folder, workers, onProgress }: SettingContext,
  stage: string,
  { records, queries, subsets, firstSeed, seeds }: Retraining,
): Promise<RetrainedMeasure> {
  const tasks = Array.from({ length: seeds }, (_, s) =>
    subsets.map((rows): RetrainTask => ({ rows, seed: firstSeed + s })),
  );
  const outcomes = await retrainClassifiers({ images: records, recipe, queries }, tasks.flat(), folder, {
    workers,
    onProgress: (done, total) => onProgress(stage, done, total),
  });
  const bySeed = tasks.map((_, s) => outcomes.slice(s * subsets.length, (s + 1) * subsets.length));
  return {
    lds: new LdsMeasure({ subsets, bySeed }),
    predictions: (method) => predictOutcomes(subsets, queries.count, method.scores),
  };
}

/** Chooses each baseline's best candidate on tuning queries. */
async function tuneBaselines(
  trial: ImageTrial,
  context: SettingContext,
  records: LabelledImages,
  queries: LabelledImages,
  extent: Extent,
): Promise<BaselineChoice> {
  const subsets = Math.round(TUNING_SHARE.subsets * extent.subsets);
  const measure = await retrainOn(trial, context, "retraining for tuning", {
    records,
    queries,
    subsets: drawSubsets(records.count, SUBSET_SHARE * records.count, subsets, TUNING.subsets),
    firstSeed: TUNING.firstSeed,
    seeds: Math.min(TUNING_SHARE.seeds, extent.seeds),
  });
  const classifier = await trainClassifier(records, trial.recipe, TUNING.model);
  const baselines = await ImageBaselines.open({ classifier, records, queries }, trial.baselineWidth, {
    workers: context.workers,
  });
  const best = async <T>(candidates: readonly T[], make: (candidate: T) => Promise<AttributionMethod>): Promise<T> => {
    const scored = [];
    for (const candidate of candidates) {
      const predicted = measure.predictions(await make(candidate));
      scored.push({ candidate, score: mean(measure.lds.perQuery(predicted)) });
    }
    return scored.reduce((a, b) => (b.score > a.score ? b : a)).candidate;
  };
  return {
    isNormalised: await best([false, true], (isNormalised) => baselines.gradientDot(isNormalised)),
    dataInfDamping: await best(DATAINF_DAMPINGS, (damping) => baselines.dataInf(damping)),
    isSigned: await best([false, true], (isSigned) => baselines.representation(isSigned)),
  };
}

/** By method: how well two scores tell mislabelled records from the others. */
async function mislabelDetection(
  trial: ImageTrial,
  { workers }: SettingContext,
  records: LabelledImages,
  heldOut: LabelledImages,
  choice: BaselineChoice,
): Promise<Map<string, Pick<MethodResult, "auc" | "selfAuc">>> {
  const { images, changed } = mislabel(records, MISLABELLED_SHARE, SPLIT_SEED);
  const classifier = await trainClassifier(images, trial.recipe, MODEL_SEED);
  const of: ImageCase = { classifier, records: images, queries: joinImages([heldOut, images]) };
  const { sketch, unquantised } = await imageSketches(of, { ...trial, decay: trial.recipe.decay }, { workers });
  const baselines = await (await ImageBaselines.open(of, trial.baselineWidth, { workers })).chosen(choice);
  return new Map(
    [sketch, unquantised, ...baselines].map((method) => {
      const harm = new Float64Array(images.count);
      for (let query = 0; query < heldOut.count; query++)
        method.scores(query).forEach((score, record) => (harm[record]! -= score));
      const self = harm.map((_, record) => method.scores(heldOut.count + record)[record]!);
      return [method.name, { auc: areaUnderCurve(harm, changed), selfAuc: areaUnderCurve(self, changed) }];
    }),
  );
}

function tunedOf(name: string, { isNormalised, dataInfDamping, isSigned }: BaselineChoice): Partial<MethodResult> {
  switch (name) {
    case "gradient-dot":
      return { tuned: { normalised: isNormalised } };
    case "datainf":
      return { tuned: { damping: dataInfDamping } };
    case "representation":
      return { tuned: { signedByClass: isSigned } };
    default:
      return {};
  }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
