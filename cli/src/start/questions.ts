// What the SIMULATED payers ask: openings of held-out paragraphs, which the trained model continues.
import type { Question } from "@tributary/gateway/load/payer";
import { UserError } from "../errors.ts";
import type { HeldOutParagraph } from "./corpus-file.ts";

/** The model's name at its server and at the gateway. */
export const MODEL_NAME = "tributary";

/** As the engine's stage `answer` draws its answers; the number of a question is the seed of its answer. */
const ANSWER = { mostTokens: 24, temperature: 0.7 } as const;

/** A question and the held-out paragraph that it was cut from. */
export interface AskedQuestion extends Question {
  /** Index of the paragraph. */
  readonly heldOut: number;
}

/** @param isStreamed whether the answer to question number `call` is to be streamed */
export function questionsOf(
  heldOut: readonly HeldOutParagraph[],
  count: number,
  isStreamed: (call: number) => boolean,
): AskedQuestion[] {
  if (heldOut.length < count)
    throw new UserError(`--calls is ${count}, and there are only ${heldOut.length} held-out paragraphs`);
  return Array.from({ length: count }, (_, call) => {
    const place = Math.floor(((call + 0.5) * heldOut.length) / count);
    const { prompt } = heldOut[place]!;
    return { ...ANSWER, model: MODEL_NAME, prompt, seed: call, isStreamed: isStreamed(call), heldOut: place };
  });
}
