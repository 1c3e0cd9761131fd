/** Sketches of texts: records when an index is made, calls when they are attributed. */
import type { Adapter, FrozenModel } from "../model/adapter.ts";
import type { SketchBasis, WorkOptions } from "./basis.ts";
import { gradientRows } from "./gradients.ts";
import { quantiseRows } from "./quantise.ts";
import type { Sketches } from "./quantise.ts";

/** Tokens that a call's text (prompt and answer) may have. */
export const CALL_CONTEXT = 160;

/**
 * Sketches each text by the gradient of its summed loss. A text's bytes depend on nothing but itself, the model, the basis and `length`.
 * @param texts tokens of each text.
 * @param length the context texts are laid out in: the model's for records, {@link CALL_CONTEXT} for calls.
 * @throws naming the row of a text that is empty, too long or has a gradient that is not finite.
 */
export async function sketchTexts(
  model: FrozenModel,
  adapter: Adapter,
  basis: SketchBasis,
  texts: readonly (readonly number[])[],
  length: number,
  work: WorkOptions = { workers: 2 },
): Promise<Sketches> {
  const { k, widths, seed } = basis.method;
  const job = {
    model: { shape: model.shape, weights: model.weights },
    adapter,
    widths,
    seed,
    length,
    targets: "own" as const,
    map: { matrix: basis.map, columns: k },
  };
  const rows = await gradientRows(job, texts, work);
  return quantiseRows(rows.values, k, basis.unit);
}
