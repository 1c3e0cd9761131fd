// Reads the bodies of OpenAI's requests; what would change an answer and is not supported is refused, not passed over.
import { ApiError, invalid } from "./api-error.ts";

type Body = Readonly<Record<string, unknown>>;

/** What to continue, and how. */
export interface CompletionRequest {
  readonly model: string;
  readonly prompt: string;
  /** Tokens of the answer at most; as many as there is room for if undefined. */
  readonly most: number | undefined;
  readonly temperature: number;
  /** Answer `seed` of the stage `answer`, at the same temperature. */
  readonly seed: number | undefined;
  readonly stops: readonly string[];
  readonly isStreamed: boolean;
  readonly includesUsage: boolean;
}

export interface EmbeddingRequest {
  readonly model: string;
  readonly texts: readonly string[];
  readonly isBase64: boolean;
}

/** What OpenAI draws where a request of `/v1/completions` does not say. */
const DEFAULT_TOKENS = 16;
const MOST_STOPS = 4;
const MOST_TEXTS = 2_048;
const MOST_SEED = 2 ** 31;

/** Parameters that have one supported value each, beside their absence and null. */
const FIXED = {
  n: 1,
  best_of: 1,
  top_p: 1,
  frequency_penalty: 0,
  presence_penalty: 0,
  echo: false,
  logprobs: false,
  suffix: "",
} as const;
const UNSUPPORTED = [
  ...["logit_bias", "top_logprobs", "tools", "tool_choice", "functions", "function_call", "audio", "prediction"],
  ...["modalities", "reasoning_effort", "web_search_options"],
];

/** A body of `/v1/completions`. @throws ApiError */
export function readCompletion(value: unknown): CompletionRequest {
  const body = objectOf(value);
  const most = optional(body, "max_tokens", (given) => whole("max_tokens", given, 1, Infinity));
  return { ...settingsOf(body), prompt: promptOf(body.prompt), most: most ?? DEFAULT_TOKENS };
}

/** A body of `/v1/chat/completions`: the model continues the messages' contents, one to a line. @throws ApiError */
export function readChat(value: unknown): CompletionRequest {
  const body = objectOf(value);
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) throw invalid("messages", "must be a list of messages");
  const prompt = messages.map((message: unknown, i) => contentOf(message, `messages[${i}]`)).join("\n");
  const [most] = ["max_completion_tokens", "max_tokens"]
    .map((name) => optional(body, name, (given) => whole(name, given, 1, Infinity)))
    .filter((tokens) => tokens !== undefined);
  const format = optional(body, "response_format", objectOf);
  if (format !== undefined && format.type !== "text") throw invalid("response_format", "only text is supported");
  return { ...settingsOf(body), prompt, most };
}

/** A body of `/v1/embeddings`. @throws ApiError */
export function readEmbedding(value: unknown): EmbeddingRequest {
  const body = objectOf(value);
  const texts: unknown[] = Array.isArray(body.input) ? body.input : [body.input];
  const isText = (text: unknown): text is string => typeof text === "string" && text !== "";
  if (texts.length === 0 || texts.length > MOST_TEXTS || !texts.every(isText))
    throw invalid("input", `must be a text, or a list of 1 to ${MOST_TEXTS} texts, none empty`);
  const format = optional(body, "encoding_format", (given) => given) ?? "float";
  if (format !== "float" && format !== "base64") throw invalid("encoding_format", "must be float or base64");
  if (optional(body, "dimensions", (given) => given) !== undefined)
    throw invalid("dimensions", "this model's embeddings cannot be shortened");
  return { model: modelOf(body), texts, isBase64: format === "base64" };
}

function settingsOf(body: Body): Omit<CompletionRequest, "prompt" | "most"> {
  refuseUnsupported(body);
  const isStreamed = optional(body, "stream", (given) => flag("stream", given)) ?? false;
  const streamOptions = optional(body, "stream_options", objectOf);
  if (streamOptions !== undefined && !isStreamed)
    throw invalid("stream_options", "may be given only where stream is true");
  return {
    model: modelOf(body),
    temperature: optional(body, "temperature", (given) => number("temperature", given, 0, 2)) ?? 1,
    seed: optional(body, "seed", (given) => whole("seed", given, -MOST_SEED, MOST_SEED)),
    stops: stopsOf(body.stop),
    isStreamed,
    includesUsage: flag("stream_options.include_usage", streamOptions?.include_usage ?? false),
  };
}

function refuseUnsupported(body: Body): void {
  for (const [name, only] of Object.entries(FIXED)) {
    const given = optional(body, name, (any) => any);
    if (given !== undefined && given !== only)
      throw new ApiError(400, `'${name}' must be ${JSON.stringify(only)}: this model supports nothing else.`, {
        param: name,
        code: "unsupported_value",
      });
  }
  for (const name of UNSUPPORTED) {
    if (optional(body, name, (any) => any) !== undefined)
      throw new ApiError(400, `This model does not support '${name}'.`, { param: name, code: "unsupported_parameter" });
  }
}

function modelOf({ model }: Body): string {
  if (typeof model !== "string" || model === "")
    throw new ApiError(400, "you must provide a model parameter", { param: "model" });
  return model;
}

function promptOf(prompt: unknown): string {
  const given: unknown = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (typeof given !== "string") throw invalid("prompt", "must be one text");
  return given;
}

function contentOf(message: unknown, where: string): string {
  const { role, content } = objectOf(message);
  if (!["system", "developer", "user", "assistant"].includes(role as string))
    throw invalid(`${where}.role`, "must be system, developer, user or assistant");
  const parts: unknown[] = Array.isArray(content) ? content : [{ type: "text", text: content }];
  return parts
    .map((part) => {
      const { type, text } = objectOf(part);
      if (type !== "text" || typeof text !== "string") throw invalid(`${where}.content`, "must be text");
      return text;
    })
    .join("");
}

function stopsOf(stop: unknown): string[] {
  if (stop === undefined || stop === null) return [];
  const stops: unknown[] = Array.isArray(stop) ? stop : [stop];
  if (stops.length > MOST_STOPS || !stops.every((text) => typeof text === "string" && text !== ""))
    throw invalid("stop", `must be up to ${MOST_STOPS} texts, none empty`);
  return stops as string[];
}

function objectOf(value: unknown): Body {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ApiError(400, "We expected a JSON object here, as the API reference describes it.");
  return value as Body;
}

/** A parameter that may be left out, or null, which says the same. */
function optional<Value>(body: Body, name: string, read: (given: unknown) => Value): Value | undefined {
  const given = body[name];
  return given === undefined || given === null ? undefined : read(given);
}

function flag(name: string, given: unknown): boolean {
  if (typeof given !== "boolean") throw invalid(name, "must be true or false");
  return given;
}

function number(name: string, given: unknown, least: number, most: number): number {
  if (typeof given !== "number" || !(given >= least && given <= most))
    throw invalid(name, `must be a number from ${least} to ${most}`);
  return given;
}

function whole(name: string, given: unknown, least: number, most: number): number {
  if (!Number.isSafeInteger(given) || (given as number) < least || (given as number) > most)
    throw invalid(name, `must be a whole number from ${least}${most === Infinity ? "" : ` to ${most}`}`);
  return given as number;
}
