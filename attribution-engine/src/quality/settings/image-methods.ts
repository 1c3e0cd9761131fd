/** The methods of attribution, made ready for one classifier, its records and queries. */
import type { PoolOptions } from "../../numerics/worker-pool.ts";
import type { BasisMethod } from "../../sketch/basis.ts";
import { checkpointMaps, checkpointSum } from "../../sketch/checkpoint-sum.ts";
import type { Rows, VectorSource } from "../../sketch/vector-source.ts";
import type { Classifier } from "../../trials/classifier-graph.ts";
import { classifierGradients, classifierRepresentations, gradientBlocks } from "../../trials/classifier-vectors.ts";
import type { LabelledImages } from "../../trials/labelled-images.ts";
import { dampingOfDecay } from "../damping.ts";
import { DATAINF_DAMPING, dataInf } from "../methods/datainf.ts";
import { gradientDot } from "../methods/gradient-dot.ts";
import type { AttributionMethod } from "../methods/method.ts";
import { representationSimilarity } from "../methods/representation.ts";
import { sketchMethods, type SketchMethods } from "../methods/sketch.ts";

const PROJECTION_SEED = 1;

/** A classifier with the images that it is asked about. */
export interface ImageCase {
  readonly classifier: Classifier;
  readonly records: LabelledImages;
  readonly queries: LabelledImages;
}

/** How the sketch of a setting is made; its damping is the decay of the training's objective. */
export interface ImageSketch {
  readonly k: number;
  /** Width that the longer side of a matrix's gradient is projected to. */
  readonly width: number | undefined;
  readonly draws: number;
  readonly decay: number;
  readonly sizeLimit?: number;
}

/** What is tuned of the baselines. */
export interface BaselineChoice {
  readonly isNormalised: boolean;
  readonly dataInfDamping: number;
  readonly isSigned: boolean;
}

/** Candidates of each baseline, as many as would be tried of a damping. */
export const DATAINF_DAMPINGS: readonly number[] = [0.01, DATAINF_DAMPING, 1, 10];

/** The sketch with its unrounded form. */
export async function imageSketches(
  { classifier, records, queries }: ImageCase,
  { k, width, draws, decay, sizeLimit }: ImageSketch,
  work: PoolOptions,
): Promise<SketchMethods> {
  const source = (images: LabelledImages): VectorSource =>
    classifierGradients(classifier, images, { seed: PROJECTION_SEED, width });
  const damping = await dampingOfDecay(source(records), decay, work);
  const method: BasisMethod = {
    ...{ k, seed: PROJECTION_SEED, curvatureSamples: records.count, damping, draws },
    ...(sizeLimit !== undefined && { sizeLimit }),
  };
  return sketchMethods(source(records), source(queries), method, work);
}

/** Dimensions that are kept of each model before they are summed. */
const MODEL_DIMENSIONS = 512;

/** The sum over several models, each whitened by its own curvature, in sketches of the same size. */
export async function summedSketch(
  classifiers: readonly Classifier[],
  { records, queries }: Omit<ImageCase, "classifier">,
  { k, width, draws, decay }: ImageSketch,
  work: PoolOptions,
): Promise<AttributionMethod> {
  const sources = (images: LabelledImages): VectorSource[] =>
    classifiers.map((classifier, at) => classifierGradients(classifier, images, { seed: PROJECTION_SEED + at, width }));
  const own = sources(records);
  const common = { seed: PROJECTION_SEED, curvatureSamples: records.count };
  const methods: BasisMethod[] = [];
  for (const source of own)
    methods.push({ ...common, k: MODEL_DIMENSIONS, damping: await dampingOfDecay(source, decay, work), draws });
  const maps = await checkpointMaps(own, methods, work);
  const { sketch } = await sketchMethods(
    checkpointSum(own, maps),
    checkpointSum(sources(queries), maps),
    { ...common, k, damping: 0, isWhitened: true },
    work,
  );
  return { ...sketch, name: `sketch-${classifiers.length}-models` };
}

/** The baselines, each by its candidate; gradients are those of all weights, unprojected, unless `width` says otherwise. */
export class ImageBaselines {
  readonly #of: ImageCase;
  readonly #vectors: Record<"records" | "queries", Rows>;
  readonly #representations: Record<"records" | "queries", Rows>;
  readonly #blocks: readonly number[];

  private constructor(
    of: ImageCase,
    vectors: Record<"records" | "queries", Rows>,
    representations: Record<"records" | "queries", Rows>,
    blocks: readonly number[],
  ) {
    this.#of = of;
    this.#vectors = vectors;
    this.#representations = representations;
    this.#blocks = blocks;
  }

  static async open(of: ImageCase, width: number | undefined, work: PoolOptions): Promise<ImageBaselines> {
    const { classifier, records, queries } = of;
    const vectors = (images: LabelledImages): Promise<Rows> =>
      classifierGradients(classifier, images, { seed: PROJECTION_SEED, width }).rows(
        Array.from({ length: images.count }, (_, row) => row),
        "own",
        undefined,
        work,
      );
    return new ImageBaselines(
      of,
      { records: await vectors(records), queries: await vectors(queries) },
      {
        records: await classifierRepresentations(classifier, records),
        queries: await classifierRepresentations(classifier, queries),
      },
      gradientBlocks(classifier.shape, width),
    );
  }

  gradientDot(isNormalised: boolean): Promise<AttributionMethod> {
    return gradientDot(this.#vectors.records, this.#vectors.queries, isNormalised);
  }

  dataInf(damping: number): Promise<AttributionMethod> {
    return dataInf(this.#vectors.records, this.#vectors.queries, this.#blocks, damping);
  }

  representation(isSigned: boolean): Promise<AttributionMethod> {
    const { records, queries } = this.#of;
    const classes = isSigned ? { records: records.labels, queries: queries.labels } : undefined;
    return representationSimilarity(this.#representations.records, this.#representations.queries, classes);
  }

  /** All of them, as they were chosen. */
  async chosen({ isNormalised, dataInfDamping, isSigned }: BaselineChoice): Promise<AttributionMethod[]> {
    return [
      await this.gradientDot(isNormalised),
      await this.dataInf(dataInfDamping),
      await this.representation(isSigned),
    ];
  }
}
