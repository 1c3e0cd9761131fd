/** The basis of sketches: where records differ most, in units of the curvature. */
import { inverseCholesky } from "../numerics/cholesky.ts";
import { leadingEigenbasis, randomRotation } from "../numerics/eigen.ts";
import { matrixProduct } from "../numerics/matrix-product.ts";
import type { Matrix } from "../numerics/matrix-product.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import type { Rows, VectorSource } from "./vector-source.ts";

/** How a basis is made; part of the published method. */
export interface BasisMethod {
  /** Bytes per sketch. */
  readonly k: number;
  readonly seed: number;
  /** Records, evenly spread, whose vectors (sampled and own) the basis is estimated from. */
  readonly curvatureSamples: number;
  /** λ as a multiple of the curvature's mean diagonal. */
  readonly damping: number;
  /** Targets drawn from the model per record; 1 where it is absent. */
  readonly draws?: number;
  /** Whether the vectors are whitened already: the curvature is then the identity, nothing is drawn, and `damping` is without effect. */
  readonly isWhitened?: boolean;
  /** Share of the records, the smallest, whose sketches count in full size; the others count as the largest of these. All where it is absent. */
  readonly sizeLimit?: number;
}

/** A basis, with the linear map from vectors to sketch vectors. */
export interface SketchBasis<Method extends BasisMethod = BasisMethod> {
  readonly method: Method;
  /** Variance of the records' own vectors along each kept direction, where the damped curvature is 1. */
  readonly eigenvalues: Float64Array;
  /** Row-major [size, k]: L⁻ᵀ · eigenvectors · rotation, with L·Lᵀ the damped curvature. */
  readonly map: Float32Array;
  /** The quantisation step that a scale of 1 stands for. */
  readonly unit: number;
  /** The largest scale that a sketch may have, where the method has a {@link BasisMethod.sizeLimit}. */
  readonly largestScale?: number;
}

/** Scale given to the median calibration record; leaves 2^8 of headroom under 2^24. */
const MEDIAN_SCALE = 2 ** 16;

/** The least mean square per dimension: what is added up of less is lost in 32-bit floats. */
const LEAST_MEAN_SQUARE = 2 ** -100;

/** `count` of `total` rows, evenly spread. */
function spread(total: number, count: number): number[] {
  const taken = Math.min(count, total);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * total) / taken));
}

/** The curvature SᵀS/m of sampled vectors, plus λI. @throws naming the vectors where it is next to nothing. */
async function dampedCurvature(samples: Rows, damping: number, name: string): Promise<Float64Array> {
  const { count, size, values } = samples;
  const matrix: Matrix = { rows: count, columns: size, values };
  const curvature = Float64Array.from((await matrixProduct(matrix, matrix, true)).values, (value) => value / count);
  let trace = 0;
  for (let i = 0; i < size; i++) trace += curvature[i * size + i]!;
  if (samples.values.every((value) => value === 0)) throw new Error(`${name}: all vectors are zero`);
  if (!(trace / size >= LEAST_MEAN_SQUARE))
    throw new Error(`${name}: the vectors are too small to be squared in 32-bit floats; multiply all by a constant`);
  for (let i = 0; i < size; i++) curvature[i * size + i]! += (damping * trace) / size;
  return curvature;
}

function identity(size: number): Float32Array {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i++) values[i * size + i] = 1;
  return values;
}

/**
 * The map from vectors to sketch vectors.
 *
 * Vectors are whitened by the damped curvature H (so that dot products are gᵀH⁻¹g', on both sides equally); of the
 * whitened space the k leading eigenvectors of the records' own second moment are kept: the generalised eigenbasis of (own, H).
 */
async function whiteningMap(
  sampled: Rows | undefined,
  own: Rows,
  method: BasisMethod,
  name: string,
): Promise<{ map: Float32Array; eigenvalues: Float64Array }> {
  const { k, seed, damping } = method;
  const { size } = own;
  const inverse: Matrix = {
    rows: size,
    columns: size,
    values:
      sampled === undefined
        ? identity(size)
        : Float32Array.from(inverseCholesky(await dampedCurvature(sampled, damping, name), size)),
  };
  const whitened = await matrixProduct({ rows: own.count, columns: size, values: own.values }, inverse, false, true);
  const { values: eigenvalues, vectors } = await leadingEigenbasis(whitened.values, size, k, seed);
  const rotation: Matrix = { rows: k, columns: k, values: Float32Array.from(randomRotation(k, seed)) };
  const rotated = await matrixProduct({ rows: size, columns: k, values: vectors }, rotation);
  return { map: (await matrixProduct(inverse, rotated, true)).values, eigenvalues };
}

/**
 * Builds the basis of a source's sketches from its own rows.
 * @throws if there are fewer rows, or fewer dimensions, than a sketch has.
 */
export async function buildBasis<Method extends BasisMethod>(
  source: VectorSource,
  method: Method,
  work: PoolOptions,
): Promise<SketchBasis<Method>> {
  const { k, sizeLimit } = method;
  const { onProgress } = work;
  if (sizeLimit !== undefined && !(sizeLimit > 0 && sizeLimit <= 1))
    throw new RangeError(`the size limit is ${sizeLimit}; it is a share of the records, above 0 and at most 1`);
  const name = source.name ?? "the records";
  if (source.count < k)
    throw new Error(`${name}: ${source.count} records; a basis of ${k} dimensions needs at least as many`);
  const chosen = spread(source.count, method.curvatureSamples);
  const drawn = Array.from({ length: method.isWhitened === true ? 0 : (method.draws ?? 1) }, () => chosen).flat();
  const total = drawn.length + chosen.length;
  const progress = (before: number): PoolOptions => ({
    ...work,
    onProgress: onProgress && ((done): void => onProgress(before + done, total)),
  });
  const tooFew = (size: number): Error =>
    new Error(`${name}: vectors have ${size} dimensions, too few for sketches of ${k}`);
  const sampled = drawn.length === 0 ? undefined : await source.rows(drawn, "sampled", undefined, progress(0));
  if (sampled !== undefined && sampled.size < k) throw tooFew(sampled.size);
  const own = await source.rows(chosen, "own", undefined, progress(drawn.length));
  if (own.size < k) throw tooFew(own.size);
  const { map, eigenvalues } = await whiteningMap(sampled, own, method, name);
  const calibration = { rows: own.count, columns: own.size, values: own.values };
  const { values } = await matrixProduct(calibration, { rows: own.size, columns: k, values: map });
  const steps = Array.from(
    { length: own.count },
    (_, row) =>
      values.subarray(row * k, (row + 1) * k).reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127,
  ).sort((a, b) => a - b);
  const median = steps[Math.floor(steps.length / 2)]!;
  if (!(median > 0)) throw new Error(`${name}: most vectors are zero; the model or the features are damaged`);
  const unit = median / MEDIAN_SCALE;
  if (sizeLimit === undefined) return { method, eigenvalues, map, unit };
  const limit = steps[Math.max(1, Math.ceil(sizeLimit * steps.length)) - 1]!;
  return { method, eigenvalues, map, unit, largestScale: Math.max(1, Math.round(limit / unit)) };
}
