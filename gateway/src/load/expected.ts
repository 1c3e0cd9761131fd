// What a load's question is answered by the SIMULATED upstream, and what that costs: computed by its rules and the documented ones alone, with none of the gateway's code.

/** A question, as far as it says what becomes of it. */
export interface Asked {
  readonly prompt: string;
  /** Of the SIMULATED upstream's answer; undefined where it fails before the first byte. */
  readonly answer: string | undefined;
}

/** Base units per 1,000 tokens. */
export interface Prices {
  readonly input: bigint;
  readonly output: bigint;
}

/** A charged exchange, as the books have it. */
interface Charged {
  readonly answer: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Most words of an answer; the least is one more than half of that. */
export const MOST_WORDS = 12;
/** Of so many questions one is answered 500, and one by a connection that ends. */
const QUESTIONS_PER_FAILURE = 12;
/** Bytes of a token, of input that no upstream has counted yet (docs/gateway.md, what a call costs). */
const BYTES_PER_TOKEN = 4;

/** @param name by which no other question begins */
export function questionOf(name: string, number: number): Asked {
  const turn = number % QUESTIONS_PER_FAILURE;
  if (turn === 4) return { prompt: `${name} status=500`, answer: undefined };
  if (turn === 9) return { prompt: `${name} breakAfter=0`, answer: undefined };
  const words = MOST_WORDS / 2 + 1 + (number % (MOST_WORDS / 2));
  const answer = Array.from({ length: words }, (_, index) => `w${index}`).join(" ");
  return { prompt: `${name} words=${words} pause=4`, answer };
}

/** Tokens at prices per 1,000: both kinds together, rounded up to a unit. */
export function costOf(inputTokens: number, outputTokens: number, { input, output }: Prices): bigint {
  const thousandths = BigInt(inputTokens) * input + BigInt(outputTokens) * output;
  return thousandths / 1000n + (thousandths % 1000n === 0n ? 0n : 1n);
}

/** @returns what of the charged tokens and text is not the upstream's, in words: of an answer that came whole all, else as far as it was charged */
export function tokenFaults({ prompt, answer }: Asked, charged: Charged, isWhole: boolean): string[] {
  if (answer === undefined) return ["was charged, and its upstream failed"];
  const words = answer.split(" ");
  const told = wordsOf(prompt).length;
  const estimated = Math.ceil(new TextEncoder().encode(prompt).length / BYTES_PER_TOKEN);
  const isAll = charged.outputTokens === words.length;
  // A part is charged before the upstream has counted the input: at the estimate. So may the last part be.
  const inputs = isWhole ? [told] : isAll ? [told, estimated] : [estimated];
  const faults: string[] = [];
  if (!inputs.includes(charged.inputTokens))
    faults.push(`was charged ${charged.inputTokens} input tokens instead of ${inputs.join(" or ")}`);
  if (wordsOf(charged.answer).length !== charged.outputTokens)
    faults.push(`was charged ${charged.outputTokens} output tokens for ${wordsOf(charged.answer).length} words`);
  if (charged.answer !== words.slice(0, wordsOf(charged.answer).length).join(" "))
    faults.push(`was charged for a text that its upstream does not say: "${charged.answer}"`);
  if (isWhole && !isAll)
    faults.push(`was answered with ${charged.outputTokens} output tokens, and its upstream says ${words.length}`);
  return faults;
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== "");
}
