// Stage `import-features`: sketches examples by features that another tool computed for them; and the same features of calls.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileDigest } from "../numerics/file-digest.ts";
import { importedFeatures, type ImportedFeatures } from "../features/imported-features.ts";
import { loadBasis } from "../sketch/basis-file.ts";
import type { BasisMethod } from "../sketch/basis.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { FILES, readCorpusFile, textRecords } from "./files.ts";
import type { KeptSketches } from "./kept-sketches.ts";
import { inputFile, poolOf, type Stage, type StageContext } from "./stage.ts";
import { recordsPlaced, sizeLimitOf, sketchSizeOf, sketchSource } from "./sketch-source.ts";

const SEED = 1;

/** Rows cost little here, so more of them than of gradients make the basis. */
const METHOD: Omit<BasisMethod, "k"> = { seed: SEED, curvatureSamples: 8192, damping: 1 };

export const FEATURES = "features";

/** What a basis of features says of its vectors. */
export type FeaturesOrigin = {
  readonly kind: typeof FEATURES;
  /** SHA-256 of the records' file. */
  readonly features: string;
  /** Name of the tensor, if one was asked for. */
  readonly tensor: string | null;
  readonly dimensions: number;
  /** Dimensions of a vector: fewer where rows were projected. */
  readonly size: number;
};

function featuresOf({ options }: StageContext): ImportedFeatures {
  return importedFeatures({ path: inputFile(options.features, "--features"), tensor: options.tensor }, SEED);
}

/** @throws Error that names both files where the folder has a corpus with another number of records that have texts. */
function checkRows({ work }: StageContext, { name, count }: ImportedFeatures): void {
  const corpus = join(work, FILES.corpus);
  if (!existsSync(corpus)) return;
  const records = textRecords(readCorpusFile(work)).length;
  if (records !== count) throw new Error(`${name}: ${count} rows for the ${records} records of ${corpus}`);
}

export const importFeaturesStage: Stage = {
  about: "sketch the records by --features (.npy or safetensors), a row each, instead of by a model",
  run(context) {
    const source = featuresOf(context);
    const { dimensions, size } = source;
    checkRows(context, source);
    const features = fileDigest(inputFile(context.options.features, "--features"));
    const origin: FeaturesOrigin = {
      kind: FEATURES,
      features,
      tensor: context.options.tensor ?? null,
      dimensions,
      size,
    };
    const method = { k: sketchSizeOf(context), ...METHOD, ...sizeLimitOf(context) };
    return sketchSource(context, source, method, origin, recordsPlaced(context));
  },
};

/** Sketches of the records by `--features`, which must be the file that they were sketched by. */
export function sketchRecordFeatures(
  context: StageContext,
  { features, size }: FeaturesOrigin,
  kept: KeptSketches,
): Promise<Sketches> {
  const source = featuresOf(context);
  const path = inputFile(context.options.features, "--features");
  const digest = fileDigest(path);
  if (source.size !== size || digest !== features)
    throw new Error(`${path}: not the features that the records were sketched by`);
  return sketchFeatures(context, source, digest, kept).then(recordsPlaced(context));
}

/** Sketches of calls by `--features`, a row each, with the basis that the records' features made. */
export function sketchCallFeatures(
  context: StageContext,
  { dimensions }: FeaturesOrigin,
  calls: number,
  kept: KeptSketches,
): Promise<Sketches> {
  const source = featuresOf(context);
  const path = inputFile(context.options.features, "--features");
  if (source.dimensions !== dimensions)
    throw new Error(`${path}: ${source.dimensions} dimensions, the records' features have ${dimensions}`);
  if (source.count !== calls) throw new Error(`${path}: ${source.count} rows for ${calls} calls`);
  return sketchFeatures(context, source, fileDigest(path), kept);
}

function sketchFeatures(
  context: StageContext,
  source: ImportedFeatures,
  digest: string,
  kept: KeptSketches,
): Promise<Sketches> {
  const { basis } = loadBasis(join(context.work, FILES.basis));
  // They are made on this machine alone, where the file is.
  const work = { ...poolOf(context), shards: undefined };
  return kept.make({ source, basis, madeOf: [digest, context.options.tensor], work });
}
