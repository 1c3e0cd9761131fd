// A call that is sold, whatever its kind: what it asks, what it may use, and how its answer is read.
import type { CallKind, ModelSettings } from "../config/schema.ts";
import type { Bound } from "../models/quote.ts";
import type { Usage } from "./usage.ts";

/** An answer that is not streamed. */
export interface Answer {
  /** What the caller gets. */
  readonly body: Record<string, unknown>;
  /** What of it the receipt's hash covers. */
  readonly text: string;
  /** Undefined where the upstream said none. */
  readonly usage: Usage | undefined;
}

/** Gathers the text of a streamed answer. */
export interface Gathering {
  /**
   * @param choice the only choice of a chunk
   * @returns the bytes of the answer that it carried, of whatever the receipt covers or not; 0 if nothing. What is wrong instead, where it carried text or calls in a form
   * of which a receipt covers nothing
   */
  add(choice: Record<string, unknown>): number | string;
  /** What of the answer the receipt's hash covers, so far. */
  text(): string;
}

export interface Call {
  readonly kind: CallKind;
  /** As asked for: a name or `auto:<tag>`. */
  readonly model: string;
  readonly isStream: boolean;
  /** The caller wants the chunk with the usage. */
  readonly wantsUsage: boolean;
  /** What of the request the receipt's hash covers. */
  readonly prompt: string;
  /** Input tokens where the upstream does not count them; within the bound of any settings. */
  readonly estimatedInput: number;
  boundAt(settings: ModelSettings): Bound;
  /** JSON for the upstream. */
  bodyFor(settings: ModelSettings, bound: Bound): string;
  /** @returns what is wrong instead, where the answer is not one of this kind */
  read(body: Record<string, unknown>): Answer | string;
  gathering(): Gathering;
}

/** The members of a call's body that choose its length and form, replaced by what the gateway wants of the upstream. */
export function upstreamBody(
  request: Readonly<Record<string, unknown>>,
  settings: ModelSettings,
  { bound, isStream }: { bound: Bound | undefined; isStream: boolean },
): string {
  const {
    max_tokens: _most,
    max_completion_tokens: _alike,
    stream: _stream,
    stream_options: _options,
    ...rest
  } = request;
  return JSON.stringify({
    ...rest,
    model: settings.upstream.model ?? settings.name,
    ...(bound !== undefined && { [settings.upstream.maxTokensField]: bound.output }),
    ...(isStream && { stream: true, stream_options: { include_usage: true } }),
  });
}

/** Tokens that an answer may have: what is asked for, or the model's default; never more than its most. */
export function outputBound(asked: number | null | undefined, { tokens }: ModelSettings): number {
  return Math.min(asked ?? tokens.default, tokens.most);
}

/** What is wrong with an upstream that answers more than was asked: a receipt covers one text. */
const SEVERAL = "answered with more than one choice";

/** The one choice of an answer or chunk; undefined if there is none. @returns what is wrong instead, where there are more, or it is not the first */
export function onlyChoice(body: Readonly<Record<string, unknown>>): Record<string, unknown> | string | undefined {
  const { choices } = body;
  const [choice, ...others] = Array.isArray(choices) ? (choices as unknown[]) : [];
  if (others.length > 0) return SEVERAL;
  if (!isRecord(choice)) return undefined;
  return (choice["index"] ?? 0) === 0 ? choice : SEVERAL;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
