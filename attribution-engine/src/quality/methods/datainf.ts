/** DataInf (Kwon, Wu, Wu and Zou 2024): influence with a closed form in place of the inverse curvature, block by block. */
import { matrixProduct } from "../../numerics/matrix-product.ts";
import type { Rows } from "../../sketch/vector-source.ts";
import { asMatrix } from "./dot-products.ts";
import { FLOAT_BYTES, type AttributionMethod } from "./method.ts";

/** λ of a block as a multiple of its gradients' mean square per coordinate, as in the paper. */
export const DATAINF_DAMPING = 0.1;

/**
 * Per block l, with records' gradients gᵢ and λ = damping · mean |gᵢ|² / size: the inverse of (1/n) Σ gᵢgᵢᵀ + λI is taken as the mean of the inverses of gᵢgᵢᵀ + λI,
 * each by the formula of Sherman and Morrison, so that the score of record j on query q is Σ_l (1/λ) (q − (1/n) Σᵢ (q·gᵢ) / (λ + |gᵢ|²) · gᵢ) · gⱼ.
 * @param blocks sizes of the blocks: the coordinates of each weight matrix.
 */
export async function dataInf(
  records: Rows,
  queries: Rows,
  blocks: readonly number[],
  damping = DATAINF_DAMPING,
): Promise<AttributionMethod> {
  const size = blocks.reduce((sum, block) => sum + block, 0);
  if (size !== records.size || size !== queries.size)
    throw new Error(`blocks of ${size} coordinates; records have ${records.size}, queries ${queries.size}`);
  const scores = new Float64Array(records.count * queries.count);
  let start = 0;
  for (const block of blocks) {
    const own = columns(records, start, block);
    const products = await matrixProduct(asMatrix(columns(queries, start, block)), asMatrix(own), false, true);
    const squares = Float64Array.from({ length: own.count }, (_, record) => {
      let square = 0;
      for (let i = 0; i < block; i++) square += own.values[record * block + i]! ** 2;
      return square;
    });
    const lambda = (damping * squares.reduce((sum, square) => sum + square, 0)) / (own.count * block);
    start += block;
    // A block without gradients (a layer that nothing reaches) adds nothing.
    if (lambda === 0) continue;
    const weighted = products.values.map((product, at) => product / (own.count * (lambda + squares[at % own.count]!)));
    const means = await matrixProduct({ ...products, values: weighted }, asMatrix(own));
    const corrections = await matrixProduct(means, asMatrix(own), false, true);
    for (let at = 0; at < scores.length; at++) scores[at]! += (products.values[at]! - corrections.values[at]!) / lambda;
  }
  return {
    name: "datainf",
    k: size,
    bytes: FLOAT_BYTES * size,
    scores: (query) => scores.slice(query * records.count, (query + 1) * records.count),
  };
}

/** Some of the columns. */
function columns({ count, size, values }: Rows, start: number, width: number): Rows {
  const some = new Float32Array(count * width);
  for (let row = 0; row < count; row++)
    some.set(values.subarray(row * size + start, row * size + start + width), row * width);
  return { count, size: width, values: some };
}
