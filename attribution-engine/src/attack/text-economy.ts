/** The main job's economy over any texts: the adapter trained on them, their index, and the calls that it answers. */
import { answerPrompts } from "../commands/answer.ts";
import { NOVELTY_RULE, SIGNATURE_MATCH } from "../commands/method.ts";
import { tokensOf } from "../commands/model-files.ts";
import { callText } from "../commands/settlement-file.ts";
import { computeNovelty } from "../index/novelty.ts";
import { nearCopies } from "../index/near-copies.ts";
import { signTexts } from "../index/sign-texts.ts";
import { ADAPTER_RECIPE, trainAdapter, type Adapter } from "../model/adapter.ts";
import type { BaseModel } from "../model/checkpoint.ts";
import type { Queries, ScoredRecords } from "../search/records.ts";
import { buildSketchBasis, SKETCH_METHOD } from "../sketch/own-model.ts";
import { CALL_CONTEXT, sketchTexts } from "../sketch/sketch-texts.ts";

const WORK = { workers: 1 };

/** An index of texts, with the calls of their model. */
export interface TextEconomy {
  readonly index: ScoredRecords;
  readonly calls: Queries;
}

/** Trains on all texts but near copies of earlier ones, and makes index and calls by the main job's method. @param seed of the training */
export async function buildTextEconomy(
  base: BaseModel,
  texts: readonly string[],
  prompts: readonly string[],
  seed: number,
): Promise<TextEconomy> {
  const { context } = base.shape;
  const tokens = tokensOf(base, texts).map((one) => one.slice(0, context));
  const copies = new Set((await nearCopies(texts, SIGNATURE_MATCH)).map(({ text }) => text));
  const trained = tokens.filter((_, place) => !copies.has(place));
  const adapter = await trainAdapter(base, trained, { recipe: { ...ADAPTER_RECIPE, seed } });
  const basis = await buildSketchBasis(base, adapter, tokens, SKETCH_METHOD, WORK);
  const sketches = await sketchTexts(base, adapter, basis, tokens, context, WORK);
  const { novelties } = await computeNovelty({ ...sketches, ...signTexts(texts) }, NOVELTY_RULE);
  const calls = await sketchTexts(base, adapter, basis, await callTokens(base, adapter, prompts), CALL_CONTEXT, WORK);
  return { index: { ...sketches, novelties }, calls };
}

/** Tokens of each call, prompt and the model's answer, as the engine's stages make them. */
export async function callTokens(base: BaseModel, adapter: Adapter, prompts: readonly string[]): Promise<number[][]> {
  const answered = await answerPrompts(base, adapter, prompts, () => undefined);
  return tokensOf(base, answered.map(callText)).map((tokens) => tokens.slice(0, CALL_CONTEXT));
}
