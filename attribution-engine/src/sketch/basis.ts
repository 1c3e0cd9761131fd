/** The basis of a model's sketches: damped leading eigenvectors of its projected Gauss-Newton matrix. */
import type { Adapter, FrozenModel } from "../model/adapter.ts";
import { leadingEigenbasis, randomRotation } from "../numerics/eigen.ts";
import type { Eigenbasis } from "../numerics/eigen.ts";
import { loadTensors, saveTensors } from "../numerics/safetensors.ts";
import { gradientRows } from "./gradients.ts";
import { PROJECTION_WIDTHS, projectedMatrices, projectedSize } from "./projection.ts";
import type { ProjectionWidths } from "./projection.ts";

/** How a basis is made; part of the published method. */
export interface SketchMethod {
  /** Bytes per sketch. */
  readonly k: number;
  readonly seed: number;
  readonly widths: ProjectionWidths;
  /** Texts that the Gauss-Newton matrix is sampled on, evenly spread over the records. */
  readonly curvatureSamples: number;
  /** λ as a multiple of the mean of the k leading eigenvalues. */
  readonly damping: number;
}

export const SKETCH_METHOD: SketchMethod = {
  k: 256,
  seed: 1,
  widths: PROJECTION_WIDTHS,
  curvatureSamples: 3000,
  damping: 0.1,
};

/** A basis, with the linear map from projected gradients to sketch vectors. */
export interface SketchBasis {
  readonly method: SketchMethod;
  readonly eigenvalues: Float64Array;
  /** Row-major [projected size, k]: eigenvectors · (Λ + λI)^−½ · rotation. */
  readonly map: Float32Array;
  /** The quantisation step that a scale of 1 stands for. */
  readonly unit: number;
}

/** Scale given to the median calibration record; leaves 2^8 of headroom under 2^24. */
const MEDIAN_SCALE = 2 ** 16;
const CALIBRATION_TEXTS = 256;

/** Settings of the work itself; they change no byte of the result. */
export interface WorkOptions {
  readonly workers: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** `count` of `texts`, evenly spread. */
function spread<Item>(texts: readonly Item[], count: number): Item[] {
  const taken = Math.min(count, texts.length);
  return Array.from({ length: taken }, (_, i) => texts[Math.floor((i * texts.length) / taken)]!);
}

/** The eigenbasis of the projected Gauss-Newton matrix over the adapter's weights, targets sampled from the model. */
export async function curvatureEigenbasis(
  model: FrozenModel,
  adapter: Adapter,
  records: readonly (readonly number[])[],
  method: SketchMethod,
  work: WorkOptions,
): Promise<Eigenbasis> {
  const job = {
    model,
    adapter,
    widths: method.widths,
    seed: method.seed,
    length: model.shape.context,
    targets: "sampled" as const,
  };
  const samples = await gradientRows(job, spread(records, method.curvatureSamples), work);
  return leadingEigenbasis(samples.values, samples.size, method.k, method.seed);
}

/** eigenvectors · (Λ + λI)^−½ · rotation, row-major [size, k]. */
export function whiteningMap({ values, vectors }: Eigenbasis, method: SketchMethod): Float32Array {
  const { k } = method;
  const size = vectors.length / k;
  const lambda = (method.damping * values.reduce((total, value) => total + value, 0)) / k;
  const factors = values.map((value) => 1 / Math.sqrt(Math.max(value, 0) + lambda));
  const rotation = randomRotation(k, method.seed);
  const map = new Float32Array(size * k);
  const row = new Float64Array(k);
  for (let i = 0; i < size; i++) {
    row.fill(0);
    for (let j = 0; j < k; j++) {
      const value = vectors[i * k + j]! * factors[j]!;
      for (let c = 0; c < k; c++) row[c]! += value * rotation[j * k + c]!;
    }
    map.set(row, i * k);
  }
  return map;
}

/**
 * Builds the basis of a trained adapter from its training records.
 * @param records tokens of each record.
 */
export async function buildSketchBasis(
  model: FrozenModel,
  adapter: Adapter,
  records: readonly (readonly number[])[],
  method: SketchMethod = SKETCH_METHOD,
  work: WorkOptions = { workers: 2 },
): Promise<SketchBasis> {
  if (records.length < method.k)
    throw new Error(`${records.length} records; a basis of ${method.k} dimensions needs at least as many`);
  const eigenbasis = await curvatureEigenbasis(model, adapter, records, method, work);
  const map = whiteningMap(eigenbasis, method);
  const job = {
    model,
    adapter,
    widths: method.widths,
    seed: method.seed,
    length: model.shape.context,
    targets: "own" as const,
    map: { matrix: map, columns: method.k },
  };
  const sample = await gradientRows(job, spread(records, CALIBRATION_TEXTS), { workers: work.workers });
  const steps = Array.from(
    { length: sample.count },
    (_, row) =>
      sample.values
        .subarray(row * method.k, (row + 1) * method.k)
        .reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127,
  ).sort((a, b) => a - b);
  const median = steps[Math.floor(steps.length / 2)]!;
  if (!(median > 0))
    throw new Error("the calibration records have zero gradients; the adapter or base model is damaged");
  return { method, eigenvalues: eigenbasis.values, map, unit: median / MEDIAN_SCALE };
}

/** Writes a basis as safetensors. */
export function saveSketchBasis(path: string, basis: SketchBasis): void {
  const { k } = basis.method;
  saveTensors(path, {
    tensors: new Map([
      ["map", { shape: [basis.map.length / k, k], data: basis.map }],
      ["eigenvalues", { shape: [k], data: Float32Array.from(basis.eigenvalues) }],
    ]),
    metadata: { method: JSON.stringify(basis.method), unit: String(basis.unit) },
  });
}

/** Reads the basis of `adapter`; throws, naming the file, where it is truncated or does not fit. */
export function loadSketchBasis(path: string, model: FrozenModel, adapter: Adapter): SketchBasis {
  const { tensors, metadata } = loadTensors(path);
  const [map, eigenvalues] = [tensors.get("map"), tensors.get("eigenvalues")];
  if (map === undefined || eigenvalues === undefined || metadata["method"] === undefined)
    throw new Error(`${path}: no sketch basis`);
  const method = JSON.parse(metadata["method"]) as SketchMethod;
  const size = projectedSize(projectedMatrices(model.shape, adapter.shape, method.widths));
  if (map.shape.join() !== [size, method.k].join()) {
    throw new Error(`${path}: map is [${map.shape.join()}], this adapter needs [${size},${method.k}]`);
  }
  return { method, eigenvalues: Float64Array.from(eigenvalues.data), map: map.data, unit: Number(metadata["unit"]) };
}
