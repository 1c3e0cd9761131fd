// Stage `answer`: cuts prompts from held-out passages and lets the trained model continue them.
import { join } from "node:path";
import type { Adapter } from "../model/adapter.ts";
import type { BaseModel } from "../model/checkpoint.ts";
import { generate, type GenerateOptions } from "../model/generate.ts";
import { keepAnswersIn } from "../model/kept-answers.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";
import { readCorpusFile } from "./files.ts";
import { adapterOf, baseOf } from "./model-files.ts";
import { integerOf, type Stage, type StageContext } from "./stage.ts";

const ANSWER_TOKENS = 24;
const TEMPERATURE = 0.7;
const SEED = 1;
/** Folder of the answers that are made, in the work folder. */
const KEPT = "answers";

/** A prompt, cut where it leaves no room, and what the model makes of it. */
export interface Answered {
  readonly prompt: string;
  readonly answer: string;
  readonly promptTokens: number;
  readonly answerTokens: number;
}

const SETTINGS = { tokens: ANSWER_TOKENS, length: CALL_CONTEXT, temperature: TEMPERATURE, seed: SEED };

/** Lets a model continue prompts, each by a stream of random numbers of its own. */
export async function answersOf(
  base: BaseModel,
  adapter: Adapter,
  texts: readonly string[],
  work: Pick<GenerateOptions, "keeper" | "onProgress"> = {},
): Promise<Answered[]> {
  const room = CALL_CONTEXT - ANSWER_TOKENS;
  const prompts = texts.map((text) => base.tokenizer.encode(text).slice(0, room));
  const answers = await generate(base, adapter, prompts, { ...SETTINGS, ...work });
  return prompts.map((tokens, call) => {
    const prompt = base.tokenizer.decode(tokens);
    const answer = answers[call] ?? [];
    // Decoded together, so that the answer keeps the space it may begin with.
    const text = base.tokenizer.decode([...tokens, ...answer]);
    return {
      prompt,
      answer: text.slice(prompt.length),
      promptTokens: tokens.length,
      answerTokens: answer.length,
    };
  });
}

/** Lets the folder's model continue prompts; a run that was ended goes on with the next batch. */
export async function answerPrompts(context: StageContext, texts: readonly string[]): Promise<Answered[]> {
  const base = baseOf(context);
  const adapter = adapterOf(context, base);
  return answersOf(base, adapter, texts, {
    keeper: keepAnswersIn(join(context.work, KEPT), [base.shape, base.weights, adapter, SETTINGS]),
    onProgress: (done, total) => context.onProgress(done, total),
  });
}

/** Places of `count` of `total` passages, evenly spread. */
export function spreadPassages(total: number, count: number): number[] {
  return Array.from({ length: count }, (_, call) => Math.floor(((call + 0.5) * total) / count));
}

export const answerStage: Stage = {
  about: "answer --calls prompts cut from held-out passages",
  async run(context) {
    const calls = integerOf(context.options.calls, "--calls");
    const { heldOut } = readCorpusFile(context.work);
    if (heldOut.length < calls)
      throw new Error(`--calls is ${calls}, and there are only ${heldOut.length} held-out passages`);
    const chosen = spreadPassages(heldOut.length, calls);
    const prompts = chosen.map((place) => heldOut[place]!.prompt);
    const answered = await answerPrompts(context, prompts);
    return { calls: answered.map((call, i) => ({ heldOut: chosen[i], ...call })) };
  },
};
