// What a call used, as its upstream counts it or, where it does not say, as estimated from what was sent.
import type { Citation, Exchange } from "../receipts/entry.ts";

/** Tokens of a call. */
export interface Usage {
  readonly input: number;
  readonly output: number;
}

/**
 * Reads `usage` of an upstream's answer.
 * @returns undefined if it is absent, malformed or all zero: then nothing can be charged by it
 */
export function readUsage(value: unknown): Usage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { prompt_tokens: input, completion_tokens: output = 0 } = value as Record<string, unknown>;
  if (!isCount(input) || !isCount(output) || input + output === 0) return undefined;
  return { input, output };
}

/** Bytes of a token, as tokenizers make them of ordinary text. */
const BYTES_PER_TOKEN = 4;

/** Tokens that an upstream which says no usage is taken to have read. @param bytes of everything it was sent to read */
export function estimatedTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** An exchange of these texts; half a character of an upstream's counts as U+FFFD, as it does in UTF-8. */
export function exchangeOf(
  prompt: string,
  answer: string,
  usage: Usage,
  citations: readonly Citation[] | undefined,
): Exchange {
  return {
    prompt,
    answer: answer.toWellFormed(),
    inputTokens: usage.input,
    outputTokens: usage.output,
    ...(citations && { citations }),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
