/** Leading eigenvectors of a Gram matrix SᵀS/m, by subspace iteration. */
import { Graph } from "./graph.ts";
import { createRandom } from "./random.ts";
import { openSession } from "./session.ts";

/** Eigenvalues, falling, and their unit eigenvectors. */
export interface Eigenbasis {
  readonly values: Float64Array;
  /** Row-major [size, count]: column j belongs to value j. */
  readonly vectors: Float32Array;
}

const OVERSAMPLING = 48;
const ITERATIONS = 6;
const JACOBI_SWEEPS = 12;

/** Orthonormalises the rows of `rows` [count, size] in place by modified Gram-Schmidt. */
function orthonormalise(rows: Float64Array, count: number, size: number): void {
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * size, (i + 1) * size);
    for (let j = 0; j < i; j++) {
      const other = rows.subarray(j * size, (j + 1) * size);
      let dot = 0;
      for (let k = 0; k < size; k++) dot += row[k]! * other[k]!;
      for (let k = 0; k < size; k++) row[k]! -= dot * other[k]!;
    }
    let square = 0;
    for (let k = 0; k < size; k++) square += row[k]! * row[k]!;
    const factor = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let k = 0; k < size; k++) row[k]! *= factor;
  }
}

/** All eigenpairs of the symmetric `matrix` [size, size] by cyclic Jacobi rotations; values falling, vectors as rows. */
export function symmetricEigen(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  for (let sweep = 0; sweep < JACOBI_SWEEPS; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = a[p * size + q]!;
        const [app, aqq] = [a[p * size + p]!, a[q * size + q]!];
        if (Math.abs(off) <= 1e-14 * Math.sqrt(Math.abs(app * aqq))) continue;
        const theta = (aqq - app) / (2 * off);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < size; k++) {
          const [akp, akq] = [a[p * size + k]!, a[q * size + k]!];
          a[p * size + k] = c * akp - s * akq;
          a[q * size + k] = s * akp + c * akq;
          const [vp, vq] = [v[p * size + k]!, v[q * size + k]!];
          v[p * size + k] = c * vp - s * vq;
          v[q * size + k] = s * vp + c * vq;
        }
        // The rows are rotated; mirror them to the columns, then set the 2 × 2 block exactly.
        for (let k = 0; k < size; k++) {
          a[k * size + p] = a[p * size + k]!;
          a[k * size + q] = a[q * size + k]!;
        }
        a[p * size + p] = app - t * off;
        a[q * size + q] = aqq + t * off;
        a[p * size + q] = 0;
        a[q * size + p] = 0;
      }
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((x, y) => a[y * size + y]! - a[x * size + x]!);
  return {
    values: Float64Array.from(order, (i) => a[i * size + i]!),
    vectors: Float64Array.from({ length: size * size }, (_, n) => v[order[Math.floor(n / size)]! * size + (n % size)]!),
  };
}

/** A seeded random rotation, row-major [size, size]. */
export function randomRotation(size: number, seed: number): Float64Array {
  const random = createRandom(seed, "rotation");
  const rows = Float64Array.from({ length: size * size }, () => random.normal());
  orthonormalise(rows, size, size);
  return rows;
}

/**
 * The `count` leading eigenpairs of SᵀS/m for S of m rows.
 * Randomised subspace iteration with a Rayleigh-Ritz step (Halko, Martinsson and Tropp 2011).
 * @param samples row-major [m, size].
 */
export async function leadingEigenbasis(
  samples: Float32Array,
  size: number,
  count: number,
  seed: number,
): Promise<Eigenbasis> {
  const m = samples.length / size;
  const block = Math.min(count + OVERSAMPLING, size, m);
  if (count > block) throw new Error(`${count} eigenvectors asked of a ${size} × ${size} matrix made of ${m} samples`);
  const graph = new Graph();
  const inputs = [graph.input("samples", [m, size]), graph.input("block", [block, size])] as const;
  const products = graph.matmul(inputs[0], inputs[1], false, true);
  graph.output("products", products);
  graph.output("next", graph.matmul(products, inputs[0], true));
  const session = await openSession(graph, inputs);
  try {
    const random = createRandom(seed, "subspace");
    let rows = Float64Array.from({ length: block * size }, () => random.normal());
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      orthonormalise(rows, block, size);
      rows = Float64Array.from((await session.run({ samples, block: Float32Array.from(rows) }))["next"]!);
    }
    orthonormalise(rows, block, size);
    const products32 = (await session.run({ samples, block: Float32Array.from(rows) }))["products"]!;
    const gram = new Float64Array(block * block);
    for (let row = 0; row < m; row++) {
      const product = products32.subarray(row * block, (row + 1) * block);
      for (let i = 0; i < block; i++)
        for (let j = 0; j <= i; j++) gram[i * block + j]! += (product[i]! * product[j]!) / m;
    }
    for (let i = 0; i < block; i++) for (let j = 0; j < i; j++) gram[j * block + i] = gram[i * block + j]!;
    const ritz = symmetricEigen(gram, block);
    const vectors = new Float32Array(size * count);
    const vector = new Float64Array(size);
    for (let j = 0; j < count; j++) {
      vector.fill(0);
      for (let b = 0; b < block; b++) {
        const factor = ritz.vectors[j * block + b]!;
        for (let k = 0; k < size; k++) vector[k]! += factor * rows[b * size + k]!;
      }
      for (let k = 0; k < size; k++) vectors[k * count + j] = vector[k]!;
    }
    return { values: ritz.values.slice(0, count), vectors };
  } finally {
    await session.release();
  }
}
