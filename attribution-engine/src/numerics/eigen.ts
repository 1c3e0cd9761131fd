/** Leading eigenvectors of a Gram matrix SᵀS/m, by subspace iteration. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
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
/** Rows that are removed from another in one pass. */
const GROUP = 4;

/**
 * Orthonormalises the rows of `rows` [count, size] in place by Gram-Schmidt, `GROUP` finished rows at a time: the dot products of a group are sums of their own,
 * which the processor works out together.
 */
function orthonormalise(rows: Float64Array, count: number, size: number): void {
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * size, (i + 1) * size);
    let j = 0;
    for (; j + GROUP <= i; j += GROUP) removeGroup(row, rows.subarray(j * size, (j + GROUP) * size));
    for (; j < i; j++) {
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

/** Takes from `row` its part in the span of `GROUP` orthonormal rows. */
function removeGroup(row: Float64Array, group: Float64Array): void {
  const size = row.length;
  const [a, b, c, d] = [0, 1, 2, 3].map((n) => group.subarray(n * size, (n + 1) * size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let [onA, onB, onC, onD] = [0, 0, 0, 0];
  for (let k = 0; k < size; k++) {
    const value = row[k]!;
    onA += value * a[k]!;
    onB += value * b[k]!;
    onC += value * c[k]!;
    onD += value * d[k]!;
  }
  for (let k = 0; k < size; k++) row[k]! -= onA * a[k]! + onB * b[k]! + onC * c[k]! + onD * d[k]!;
}

/** All eigenpairs of the symmetric `matrix` [size, size]; values falling, vectors as rows. */
export function symmetricEigen(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  const decomposed = new EigenvalueDecomposition(Matrix.from1DArray(size, size, matrix), { assumeSymmetric: true });
  const { realEigenvalues, eigenvectorMatrix } = decomposed;
  const order = Array.from({ length: size }, (_, i) => i).sort((x, y) => realEigenvalues[y]! - realEigenvalues[x]!);
  const vectors = new Float64Array(size * size);
  order.forEach((column, row) => vectors.set(eigenvectorMatrix.getColumn(column), row * size));
  return { values: Float64Array.from(order, (i) => realEigenvalues[i]!), vectors };
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
