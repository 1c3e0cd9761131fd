/** One-off products of large matrices on the tensor runtime. */
import { Graph } from "./graph.ts";
import { openSession } from "./session.ts";

/** A dense row-major matrix. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** a·b, either side optionally transposed. */
export async function matrixProduct(a: Matrix, b: Matrix, transposeA = false, transposeB = false): Promise<Matrix> {
  const graph = new Graph();
  const inputs = [graph.input("a", [a.rows, a.columns]), graph.input("b", [b.rows, b.columns])] as const;
  const product = graph.matmul(inputs[0], inputs[1], transposeA, transposeB);
  graph.output("product", product);
  const session = await openSession(graph, inputs);
  const { product: values } = await session.run({ a: a.values, b: b.values });
  await session.release();
  return { rows: product.shape[0]!, columns: product.shape[1]!, values: values! };
}
