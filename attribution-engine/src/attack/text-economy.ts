/** The main job's economy over any texts: the adapter trained on them, their index, and the calls that it answers. */
import { answersOf } from "../commands/answer.ts";
import { NOVELTY_RULE, REPETITION_LIMIT } from "../commands/method.ts";
import { tokensOf } from "../commands/model-files.ts";
import { callText } from "../commands/settlement-file.ts";
import { chooseForTraining } from "../commands/train.ts";
import { computeNovelty } from "../index/novelty.ts";
import { withoutRepetitive } from "../index/repetition.ts";
import { signTexts } from "../index/sign-texts.ts";
import { ADAPTER_RECIPE, trainAdapter, type Adapter } from "../model/adapter.ts";
import type { BaseModel } from "../model/checkpoint.ts";
import type { Queries, ScoredRecords } from "../search/records.ts";
import { buildSketchBasis, SKETCH_METHOD, type SketchMethod } from "../sketch/own-model.ts";
import { CALL_CONTEXT, sketchTexts } from "../sketch/sketch-texts.ts";

const WORK = { workers: 1 };
/** The main job's sketches in full size: every rule that is measured has a limit of its own. */
const UNLIMITED: SketchMethod = { ...SKETCH_METHOD, sizeLimit: 1 };

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
  const { rows } = await chooseForTraining(texts);
  const trained = rows.map((row) => tokens[row]!);
  const adapter = await trainAdapter(base, trained, { recipe: { ...ADAPTER_RECIPE, seed } });
  const basis = await buildSketchBasis(base, adapter, tokens, UNLIMITED, WORK);
  const made = await sketchTexts(base, adapter, basis, tokens, context, WORK);
  const sketches = withoutRepetitive(made, texts, REPETITION_LIMIT);
  const { novelties } = await computeNovelty({ ...sketches, ...signTexts(texts) }, NOVELTY_RULE);
  const calls = await sketchTexts(base, adapter, basis, await callTokens(base, adapter, prompts), CALL_CONTEXT, WORK);
  return { index: { ...sketches, novelties }, calls };
}

/** Tokens of each call, prompt and the model's answer, as the engine's stages make them. */
export async function callTokens(base: BaseModel, adapter: Adapter, prompts: readonly string[]): Promise<number[][]> {
  const answered = await answersOf(base, adapter, prompts);
  return tokensOf(base, answered.map(callText)).map((tokens) => tokens.slice(0, CALL_CONTEXT));
}
