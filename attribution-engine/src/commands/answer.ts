// Stage `answer`: cuts prompts from held-out passages and lets the trained model continue them.
import { generate } from "../model/generate.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";
import { readCorpusFile } from "./files.ts";
import { adapterOf, baseOf } from "./model-files.ts";
import { integerOf, type Stage } from "./stage.ts";

const ANSWER_TOKENS = 24;
const TEMPERATURE = 0.7;
const SEED = 1;

export const answerStage: Stage = {
  about: "answer --calls prompts cut from held-out passages",
  async run(context) {
    const calls = integerOf(context.options.calls, "--calls");
    const base = baseOf(context);
    const adapter = adapterOf(context, base);
    const { heldOut } = readCorpusFile(context.work);
    if (heldOut.length < calls)
      throw new Error(`--calls is ${calls}, and there are only ${heldOut.length} held-out passages`);
    const room = CALL_CONTEXT - ANSWER_TOKENS;
    const chosen = Array.from({ length: calls }, (_, call) => Math.floor(((call + 0.5) * heldOut.length) / calls));
    const prompts = chosen.map((place) => base.tokenizer.encode(heldOut[place]?.prompt ?? "").slice(0, room));
    const answers = await generate(base, adapter, prompts, {
      tokens: ANSWER_TOKENS,
      length: CALL_CONTEXT,
      temperature: TEMPERATURE,
      seed: SEED,
      onProgress: context.onProgress,
    });
    return {
      calls: prompts.map((tokens, call) => {
        const prompt = base.tokenizer.decode(tokens);
        const answer = answers[call] ?? [];
        // Decoded together, so that the answer keeps the space it may begin with.
        const text = base.tokenizer.decode([...tokens, ...answer]);
        return {
          heldOut: chosen[call],
          prompt,
          answer: text.slice(prompt.length),
          promptTokens: tokens.length,
          answerTokens: answer.length,
        };
      }),
    };
  },
};
