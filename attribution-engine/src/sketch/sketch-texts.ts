/** Sketches of texts by the engine's own model: records when an index is made, calls when they are attributed. */
import type { Adapter, FrozenModel } from "../model/adapter.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import type { SketchBasis } from "./basis.ts";
import { ownGradients, type OwnTexts, type SketchMethod } from "./own-model.ts";
import type { Sketches } from "./quantise.ts";
import { sketchRows } from "./sketch-rows.ts";

/** Tokens that a call's text (prompt and answer) may have. */
export const CALL_CONTEXT = 160;

/**
 * Sketches each text by the gradient of its summed loss. A text's bytes depend on nothing but itself, the model, the basis and `length`.
 * @param texts tokens of each text.
 * @param length the context texts are laid out in: the model's for records, {@link CALL_CONTEXT} for calls.
 * @throws naming (`nameOf`) a text that is empty, too long or has a gradient that is not finite.
 */
export function sketchTexts(
  model: FrozenModel,
  adapter: Adapter,
  basis: SketchBasis<SketchMethod>,
  texts: readonly (readonly number[])[],
  length: number,
  work: PoolOptions = { workers: 2 },
  of: OwnTexts = {},
): Promise<Sketches> {
  return sketchRows(ownGradients(model, adapter, basis.method, texts, length, of), basis, [...texts.keys()], work);
}
