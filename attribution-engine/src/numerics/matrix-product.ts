/** One-off products of large matrices on the tensor runtime. */
import { Graph } from "./graph.ts";
import { openSession } from "./session.ts";

/** A dense row-major matrix. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Multiplies matrices of one pair of shapes. */
export interface Multiplier {
  multiply(a: Float32Array, b: Float32Array): Promise<Float32Array>;
  release(): Promise<void>;
}

/** For many products of the same shapes; to be released. */
export async function openProduct(
  a: Pick<Matrix, "rows" | "columns">,
  b: Pick<Matrix, "rows" | "columns">,
  transposeA = false,
  transposeB = false,
): Promise<Multiplier & { readonly rows: number; readonly columns: number }> {
  const graph = new Graph();
  const inputs = [graph.input("a", [a.rows, a.columns]), graph.input("b", [b.rows, b.columns])] as const;
  const product = graph.matmul(inputs[0], inputs[1], transposeA, transposeB);
  graph.output("product", product);
  const session = await openSession(graph, inputs);
  return {
    rows: product.shape[0]!,
    columns: product.shape[1]!,
    multiply: async (left, right) => (await session.run({ a: left, b: right }))["product"]!,
    release: () => session.release(),
  };
}

/** a·b, either side optionally transposed. */
export async function matrixProduct(a: Matrix, b: Matrix, transposeA = false, transposeB = false): Promise<Matrix> {
  const product = await openProduct(a, b, transposeA, transposeB);
  try {
    const values = await product.multiply(a.values, b.values);
    return { rows: product.rows, columns: product.columns, values };
  } finally {
    await product.release();
  }
}
