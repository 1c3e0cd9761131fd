/** The basis of a model's sketches: where records differ most, in units of the projected Gauss-Newton matrix. */
import type { Adapter, FrozenModel } from "../model/adapter.ts";
import { inverseCholesky } from "../numerics/cholesky.ts";
import { leadingEigenbasis, randomRotation } from "../numerics/eigen.ts";
import { matrixProduct } from "../numerics/matrix-product.ts";
import type { Matrix } from "../numerics/matrix-product.ts";
import { loadTensors, saveTensors } from "../numerics/safetensors.ts";
import { gradientRows } from "./gradients.ts";
import type { Rows } from "./gradients.ts";
import { PROJECTION_WIDTHS, projectedMatrices, projectedSize } from "./projection.ts";
import type { ProjectionWidths } from "./projection.ts";

/** How a basis is made; part of the published method. */
export interface SketchMethod {
  /** Bytes per sketch. */
  readonly k: number;
  readonly seed: number;
  readonly widths: ProjectionWidths;
  /** Records, evenly spread, whose gradients (sampled and own targets) the basis is estimated from. */
  readonly curvatureSamples: number;
  /** λ as a multiple of the Gauss-Newton matrix's mean diagonal. */
  readonly damping: number;
}

export const SKETCH_METHOD: SketchMethod = {
  k: 512,
  seed: 1,
  widths: PROJECTION_WIDTHS,
  curvatureSamples: 3000,
  damping: 1,
};

/** A basis, with the linear map from projected gradients to sketch vectors. */
export interface SketchBasis {
  readonly method: SketchMethod;
  /** Variance of the records' own gradients along each kept direction, where the damped Gauss-Newton matrix is 1. */
  readonly eigenvalues: Float64Array;
  /** Row-major [projected size, k]: L⁻ᵀ · eigenvectors · rotation, with L·Lᵀ the damped Gauss-Newton matrix. */
  readonly map: Float32Array;
  /** The quantisation step that a scale of 1 stands for. */
  readonly unit: number;
}

/** Scale given to the median calibration record; leaves 2^8 of headroom under 2^24. */
const MEDIAN_SCALE = 2 ** 16;

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

/** The Gauss-Newton matrix SᵀS/m of gradients with sampled targets, plus λI. */
async function dampedCurvature(samples: Rows, damping: number): Promise<Float64Array> {
  const { count, size, values } = samples;
  const matrix: Matrix = { rows: count, columns: size, values };
  const curvature = Float64Array.from((await matrixProduct(matrix, matrix, true)).values, (value) => value / count);
  let trace = 0;
  for (let i = 0; i < size; i++) trace += curvature[i * size + i]!;
  for (let i = 0; i < size; i++) curvature[i * size + i]! += (damping * trace) / size;
  return curvature;
}

/**
 * The map from projected gradients to sketch vectors.
 *
 * Gradients are whitened by the damped Gauss-Newton matrix H (so that dot products are gᵀH⁻¹g', on both sides equally); of the
 * whitened space the k leading eigenvectors of the records' own second moment are kept: the generalised eigenbasis of (own, H).
 */
export async function whiteningMap(
  sampled: Rows,
  own: Rows,
  method: SketchMethod,
): Promise<{ map: Float32Array; eigenvalues: Float64Array }> {
  const { k, seed, damping } = method;
  const { size } = sampled;
  const inverse: Matrix = {
    rows: size,
    columns: size,
    values: Float32Array.from(inverseCholesky(await dampedCurvature(sampled, damping), size)),
  };
  const whitened = await matrixProduct({ rows: own.count, columns: size, values: own.values }, inverse, false, true);
  const { values: eigenvalues, vectors } = await leadingEigenbasis(whitened.values, size, k, seed);
  const rotation: Matrix = { rows: k, columns: k, values: Float32Array.from(randomRotation(k, seed)) };
  const rotated = await matrixProduct({ rows: size, columns: k, values: vectors }, rotation);
  return { map: (await matrixProduct(inverse, rotated, true)).values, eigenvalues };
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
  const job = {
    model: { shape: model.shape, weights: model.weights },
    adapter,
    widths: method.widths,
    seed: method.seed,
    length: model.shape.context,
  };
  const chosen = spread(records, method.curvatureSamples);
  const { workers, onProgress } = work;
  const total = 2 * chosen.length;
  const sampled = await gradientRows({ ...job, targets: "sampled" }, chosen, {
    workers,
    onProgress: onProgress && ((done): void => onProgress(done, total)),
  });
  const own = await gradientRows({ ...job, targets: "own" }, chosen, {
    workers,
    onProgress: onProgress && ((done): void => onProgress(chosen.length + done, total)),
  });
  const { map, eigenvalues } = await whiteningMap(sampled, own, method);
  const calibration = { rows: own.count, columns: own.size, values: own.values };
  const { values } = await matrixProduct(calibration, { rows: own.size, columns: method.k, values: map });
  const steps = Array.from(
    { length: own.count },
    (_, row) =>
      values
        .subarray(row * method.k, (row + 1) * method.k)
        .reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127,
  ).sort((a, b) => a - b);
  const median = steps[Math.floor(steps.length / 2)]!;
  if (!(median > 0))
    throw new Error("the calibration records have zero gradients; the adapter or base model is damaged");
  return { method, eigenvalues, map, unit: median / MEDIAN_SCALE };
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
