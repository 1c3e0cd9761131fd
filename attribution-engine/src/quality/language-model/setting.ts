/** The setting `language-model` of the quality trials: the main job's model and records, trained again on random halves of them. */
import { fileURLToPath } from "node:url";
import { ADAPTER_RECIPE } from "../../model/adapter.ts";
import { loadBase, type BaseModel } from "../../model/checkpoint.ts";
import type { PoolOptions } from "../../numerics/worker-pool.ts";
import { SKETCH_METHOD, type SketchMethod } from "../../sketch/own-model.ts";
import { areaUnderCurve } from "../auc.ts";
import { drawSubsets, LdsMeasure, predictOutcomes, type Predictions, type SubsetOutcomes } from "../lds.ts";
import type { AttributionMethod } from "../methods/method.ts";
import { sketchMethods, type SketchMethods } from "../methods/sketch.ts";
import { payoutError } from "../payout-error.ts";
import type { MethodResult, Setting, SettingContext, SettingResult } from "../setting.ts";
import { baselines, type Variant } from "./baselines.ts";
import { makeMaterial, type TrialMaterial } from "./material.ts";
import { outcomesOf, retrainOnSubsets } from "./retrainings.ts";
import { shuffleRecords } from "./shuffled-records.ts";
import { loadTrialCorpus, type TrialCorpus, type TrialSizes, type TrialTexts } from "./trial-texts.ts";

/** How much is trained and measured. */
interface TrialScale {
  readonly sizes?: TrialSizes;
  readonly subsets: number;
  readonly seeds: readonly number[];
  /** Coordinates of further sketches. */
  readonly otherSizes: readonly number[];
  /** Dampings besides the engine's that the sketch is scored with on tuning passages, to see what its fixed one costs. */
  readonly otherDampings: readonly number[];
  /** Limits of size, as shares of the records that count in full (1: none), that the sketch is scored with besides. */
  readonly sizeLimits: readonly number[];
}

const FULL: TrialScale = {
  ...{ subsets: 100, seeds: [1, 2, 3], otherSizes: [256, 1024], otherDampings: [0.1, 0.3, 0.5, 3] },
  sizeLimits: [1, 0.9],
};
const QUICK: TrialScale = {
  sizes: { records: 1200, passages: 90 },
  subsets: 30,
  seeds: [1, 2],
  otherSizes: [256],
  otherDampings: [],
  sizeLimits: [],
};
const SUBSET_SEED = 1;
const SUBSET_SHARE = 0.5;
const SHUFFLED_SHARE = 0.1;
const BASE = fileURLToPath(new URL("../../../base", import.meta.url));

export const languageModel: Setting = {
  name: "language-model",
  about: "the main job's language model and records; outcomes are the losses of passages that are not trained on",
  run: (context) => runTrial(context, context.quick ? QUICK : FULL),
};

/** The passages that methods are compared on: held-out ones first, then those for choices. */
interface Judges {
  readonly heldOut: LdsMeasure;
  readonly tuning: LdsMeasure;
  predictHeldOut(method: AttributionMethod): Predictions;
  predictTuning(method: AttributionMethod): Predictions;
}

async function runTrial(context: SettingContext, scale: TrialScale): Promise<SettingResult> {
  const base = loadBase(BASE);
  const corpus = loadTrialCorpus(base, scale.sizes);
  const queries = joined(corpus.heldOut, corpus.tuning);
  const stage = (name: string): PoolOptions => ({
    workers: context.workers,
    onProgress: (done, total) => context.onProgress(name, done, total),
  });
  const outcomes = await retrainOnSubsets(
    {
      ...{ model: base, recipe: ADAPTER_RECIPE, records: corpus.records.tokens, queries: queries.tokens },
      subsets: drawSubsets(
        corpus.records.tokens.length,
        Math.floor(SUBSET_SHARE * corpus.records.tokens.length),
        scale.subsets,
        SUBSET_SEED,
      ),
      seeds: scale.seeds,
    },
    context.folder,
    stage("train on halves"),
  );
  const judges = judgesOf(outcomes, corpus);
  const material = await makeMaterial(base, ADAPTER_RECIPE, corpus.records, queries, stage("train and differentiate"));
  const work = { workers: context.workers };
  const variants = await baselines(material, work);
  const ofBaselines = [...variants.values()].reduce((sum, { length }) => sum + length, 0);
  const ofSketches = scale.otherSizes.length + scale.otherDampings.length + scale.sizeLimits.length;
  const total = 1 + ofSketches + ofBaselines;
  let made = 0;
  const tell = (): void => context.onProgress("methods", ++made, total);
  const sketch = await sketchOf(material, SKETCH_METHOD, work);
  tell();
  const chosen = await chooseVariants(variants, judges, tell);
  const byDamping = new Map([[SKETCH_METHOD.damping, tuningScore(judges, sketch.sketch)]]);
  for (const damping of scale.otherDampings) {
    const other = await sketchOf(material, { ...SKETCH_METHOD, damping }, work);
    byDamping.set(damping, tuningScore(judges, other.sketch));
    tell();
  }
  const areas = await detectionAreas(base, corpus, chosen, stage("train with shuffled records"));
  const predicted = judges.predictHeldOut(sketch.sketch);
  const result = (name: string, method: AttributionMethod, tuned?: MethodResult["tuned"]): MethodResult => {
    const own = judges.predictHeldOut(method);
    const { value: lds, low, high } = judges.heldOut.score(own);
    const ahead = name === "sketch" ? undefined : judges.heldOut.difference(predicted, own);
    return {
      ...{ k: method.k, bytes: method.bytes, lds, ci: [low, high] },
      ...(ahead && { sketchAhead: { value: ahead.value, ci: [ahead.low, ahead.high] } }),
      ...(areas.has(name) && { auc: areas.get(name)! }),
      ...(tuned && { tuned }),
    };
  };
  const withRounding = (name: string, { sketch: rounded, unquantised }: SketchMethods): MethodResult => {
    const exact = judges.predictHeldOut(unquantised);
    return {
      ...result(name, rounded),
      int8Loss: judges.heldOut.score(exact).value - judges.heldOut.score(judges.predictHeldOut(rounded)).value,
      payoutError: payoutError(
        corpus.records.tokens.length,
        corpus.heldOut.tokens.length,
        rounded.scores,
        unquantised.scores,
      ),
    };
  };
  const methods: Record<string, MethodResult> = { sketch: withRounding("sketch", sketch) };
  for (const k of scale.otherSizes) {
    methods[`sketch-${k}`] = withRounding(`sketch-${k}`, await sketchOf(material, { ...SKETCH_METHOD, k }, work));
    tell();
  }
  for (const sizeLimit of scale.sizeLimits) {
    const { sketch: limited } = await sketchOf(material, { ...SKETCH_METHOD, sizeLimit }, work);
    methods[`sketch-size-limit-${sizeLimit}`] = result("sketch-size-limit", limited);
    tell();
  }
  for (const [name, { method, variant }] of chosen) methods[name] = result(name, method, variant.tuned);
  return {
    methods,
    protocol: {
      records: corpus.records.tokens.length,
      queries: corpus.heldOut.tokens.length,
      tuningQueries: corpus.tuning.tokens.length,
      subsets: scale.subsets,
      subsetShare: SUBSET_SHARE,
      seeds: scale.seeds.length,
      ceiling: judges.heldOut.ceiling(),
      damping: SKETCH_METHOD.damping,
      tuningScoreByDamping: [...byDamping].map(([damping, score]) => `${damping}: ${score.toFixed(4)}`).join(", "),
      mislabelled: `${100 * SHUFFLED_SHARE} % of the records, their tokens in random order`,
    },
  };
}

function joined(a: TrialTexts, b: TrialTexts): TrialTexts {
  return { texts: [...a.texts, ...b.texts], tokens: [...a.tokens, ...b.tokens] };
}

function judgesOf(outcomes: SubsetOutcomes, { heldOut, tuning }: TrialCorpus): Judges {
  const [first, count] = [heldOut.tokens.length, tuning.tokens.length];
  return {
    heldOut: new LdsMeasure(outcomesOf(outcomes, 0, first)),
    tuning: new LdsMeasure(outcomesOf(outcomes, first, count)),
    predictHeldOut: (method) => predictOutcomes(outcomes.subsets, first, (query) => method.scores(query)),
    predictTuning: (method) => predictOutcomes(outcomes.subsets, count, (query) => method.scores(first + query)),
  };
}

/** The engine's method; nothing of it is chosen by retraining. */
function sketchOf(
  { recordVectors, queryVectors }: TrialMaterial,
  method: SketchMethod,
  work: PoolOptions,
): Promise<SketchMethods> {
  return sketchMethods(recordVectors, queryVectors, method, work);
}

/** The mean score over the tuning passages. */
function tuningScore({ tuning, predictTuning }: Judges, method: AttributionMethod): number {
  return tuning.perQuery(predictTuning(method)).reduce((sum, value) => sum + value, 0) / tuning.queries;
}

interface Chosen {
  readonly method: AttributionMethod;
  readonly variant: Variant;
  /** Place among the method's variants. */
  readonly place: number;
}

/** Of each baseline the variant that scores best on the tuning passages. */
async function chooseVariants(
  methods: ReadonlyMap<string, readonly Variant[]>,
  judges: Judges,
  tell: () => void,
): Promise<Map<string, Chosen>> {
  const chosen = new Map<string, Chosen>();
  for (const [name, variants] of methods) {
    let best = -Infinity;
    for (const [place, variant] of variants.entries()) {
      const method = await variant.make();
      const score = tuningScore(judges, method);
      tell();
      if (score <= best) continue;
      best = score;
      chosen.set(name, { method, variant, place });
    }
  }
  return chosen;
}

/** How well each method tells shuffled records by the harm that it finds they do to the tuning passages, after training on them. */
async function detectionAreas(
  base: BaseModel,
  corpus: TrialCorpus,
  chosen: ReadonlyMap<string, Chosen>,
  work: PoolOptions,
): Promise<Map<string, number>> {
  const records = shuffleRecords(base, corpus.records, SHUFFLED_SHARE, SUBSET_SEED);
  const material = await makeMaterial(base, ADAPTER_RECIPE, records, corpus.tuning, work);
  const area = (method: AttributionMethod): number =>
    areaUnderCurve(harmOf(method, corpus.tuning.tokens.length), records.shuffled);
  const areas = new Map([["sketch", area((await sketchOf(material, SKETCH_METHOD, work)).sketch)]]);
  for (const [name, variants] of await baselines(material, work))
    areas.set(name, area(await variants[chosen.get(name)!.place]!.make()));
  return areas;
}

/** How much records hurt: the mean score over `queries` queries, its sign reversed. */
function harmOf(method: AttributionMethod, queries: number): Float64Array {
  const harm = new Float64Array(method.scores(0).length);
  for (let query = 0; query < queries; query++)
    method.scores(query).forEach((score, record) => (harm[record]! -= score / queries));
  return harm;
}
