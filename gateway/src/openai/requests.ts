// Bodies of the three calls that are sold, as OpenAI's reference gives them, and what of them reaches an upstream.
import { z } from "zod";
import { type ApiError, invalidRequest } from "./api-error.ts";
import { isUnicode } from "./json-body.ts";

/** Of the content of one message. */
const MOST_PARTS = 4096;
const MOST_TOOLS = 128;

/** Text that has UTF-8 bytes: they are hashed for the receipt. */
const NOT_UNICODE = "has a lone surrogate, so it is not Unicode text";
const text = z.string().refine((value) => value.isWellFormed(), NOT_UNICODE);
const nonEmptyText = text.refine((value) => value !== "", "must not be empty");

/** What is said of a value that a literal or union refuses: zod takes a plain `message` for neither. */
function saying(message: string): { errorMap: () => { message: string } } {
  return { errorMap: () => ({ message }) };
}

/** An array of which nothing is read after its first wrong item: zod's own reads all of them, and keeps what is wrong with each. */
function list<Item extends z.ZodTypeAny>(item: Item, least: number, most: number) {
  return z
    .array(z.unknown())
    .min(least)
    .max(most)
    .transform((values, context): z.output<Item>[] => {
      const read: z.output<Item>[] = [];
      for (const [index, value] of values.entries()) {
        const result = item.safeParse(value);
        if (!result.success) {
          const { path, ...issue } = deepest(result.error.issues[0]!);
          context.addIssue({ ...issue, path: [index, ...path] } as z.IssueData);
          return z.NEVER;
        }
        read.push(result.data as z.output<Item>);
      }
      return read;
    });
}

const json: z.ZodType<unknown> = z.unknown();
const textPart = z.strictObject({
  type: z.literal("text", saying('must be "text": nothing else is served')),
  text,
});
const plainCall = z.strictObject({
  id: text,
  type: z.literal("function"),
  function: z.strictObject({ name: text, arguments: text }),
});
/** OpenAI's client writes what it has read of an answer beside it; a message that is sent back has it again. */
const toolCall = z.preprocess((value) => {
  const called = (value as { function?: unknown } | null)?.function;
  if (typeof called !== "object" || called === null) return value;
  const { parsed_arguments: _read, ...rest } = called as Record<string, unknown>;
  return { ...(value as object), function: rest };
}, plainCall);

/** Members of an answer's message that upstreams send empty or null: a message that is sent back may have them so. */
const EMPTY_IN_ANSWERS = ["annotations", "audio", "function_call", "tool_calls"];
/**
 * What a message that is sent back may have and no upstream is given again: what OpenAI's client has read of it, and how the model came to it. Models' templates leave the
 * reasoning of earlier answers out, and some upstreams refuse it; so it is not paid for, and no receipt covers it.
 */
const LEFT_OUT = ["parsed", "reasoning", "reasoning_content", "reasoning_details"];

function asAsked(value: unknown): unknown {
  if (typeof value !== "object" || value === null || (value as { role?: unknown }).role !== "assistant") return value;
  const isEmpty = (member: unknown): boolean => member === null || (Array.isArray(member) && member.length === 0);
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, member]) => !LEFT_OUT.includes(name) && !(EMPTY_IN_ANSWERS.includes(name) && isEmpty(member)),
    ),
  );
}

const plainMessage = z.strictObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z.union([text, list(textPart, 1, MOST_PARTS)]).nullish(),
  name: text.optional(),
  tool_calls: list(toolCall, 1, MOST_TOOLS).optional(),
  tool_call_id: text.optional(),
  refusal: text.nullish(),
});

const message = z.preprocess(asAsked, plainMessage);

const tool = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: nonEmptyText,
    description: text.optional(),
    parameters: z.record(json).refine(isUnicode, NOT_UNICODE).optional(),
    strict: z.boolean().nullish(),
  }),
});

const toolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: text }) }),
]);

const responseFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({ type: z.literal("json_schema"), json_schema: z.record(json).refine(isUnicode, NOT_UNICODE) }),
]);

const tokens = z.number().int().min(1).max(1_000_000_000);

/** Members that both kinds of generation take and an upstream is given. */
const generation = {
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  seed: z.number().int().safe().nullish(),
  stop: z.union([text, list(text, 0, 4)]).nullish(),
  logit_bias: z.record(z.number().min(-100).max(100)).nullish(),
};

/** Members that mean nothing here, taken so that ordinary clients work. They reach no upstream. */
const ignored = {
  user: z.string().nullish(),
  metadata: z.record(json).nullish(),
  store: z.boolean().nullish(),
  service_tier: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),
};
const IGNORED = new Set(Object.keys(ignored));

const common = {
  model: z.string().min(1).max(256),
  n: z.literal(1, saying("must be 1: a call has one answer and one receipt")).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .nullish(),
  max_tokens: tokens.nullish(),
};

const chat = z.strictObject({
  ...common,
  ...generation,
  ...ignored,
  messages: list(message, 1, 4096),
  max_completion_tokens: tokens.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  tools: list(tool, 1, MOST_TOOLS).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: responseFormat.nullish(),
  reasoning_effort: z.string().max(32).refine(isUnicode, NOT_UNICODE).nullish(),
  verbosity: z.string().max(32).refine(isUnicode, NOT_UNICODE).nullish(),
  modalities: z.tuple([z.literal("text", saying('must be "text": nothing else is served'))]).nullish(),
});

const completion = z.strictObject({
  ...common,
  ...generation,
  ...ignored,
  prompt: z.union(
    [text, z.tuple([text]).transform(([only]) => only)],
    saying("must be one string: several prompts, or tokens, are not served"),
  ),
  logprobs: z.number().int().min(0).max(5).nullish(),
  suffix: z.literal("", saying("is not served")).nullish(),
  echo: z.literal(false, saying("must be false")).nullish(),
  best_of: z.literal(1, saying("must be 1")).nullish(),
});

const embedding = z.strictObject({
  ...ignored,
  model: common.model,
  input: z.union(
    [nonEmptyText, list(nonEmptyText, 1, 2048)],
    saying("must be a string or 1 to 2,048 strings, none of them empty: tokens are not served"),
  ),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.number().int().min(1).max(65_536).optional(),
});

export type ChatRequest = z.infer<typeof chat>;
export type CompletionRequest = z.infer<typeof completion>;
export type EmbeddingRequest = z.infer<typeof embedding>;

export const parseChat = parser(chat);
export const parseCompletion = parser(completion);
export const parseEmbedding = parser(embedding);

/** Members of a request that neither say who asks nor are null: what an upstream may see. */
export function forwarded(request: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(request).filter(([name, value]) => !IGNORED.has(name) && value !== null && value !== undefined),
  );
}

/** @returns what reads a body, throwing ApiError 400 that names the first member that is wrong */
function parser<Schema extends z.ZodTypeAny>(schema: Schema): (body: unknown) => z.infer<Schema> {
  return (body) => {
    const result = schema.safeParse(body);
    if (result.success) return result.data as z.infer<Schema>;
    throw explain(deepest(result.error.issues[0]!));
  };
}

/** Of a union's refusals, the one that got furthest into the value, past its type: it says what is wrong with what was meant. */
function deepest(issue: z.ZodIssue): z.ZodIssue {
  if (issue.code !== "invalid_union" || issue.message !== "Invalid input") return issue;
  const inner = issue.unionErrors.flatMap(({ issues }) => issues.slice(0, 1).map(deepest));
  const depthOf = ({ path, code }: z.ZodIssue): number => path.length + (code === "invalid_type" ? 0 : 0.5);
  return inner.reduce((best, each) => (depthOf(each) > depthOf(best) ? each : best), inner[0] ?? issue);
}

function explain(issue: z.ZodIssue): ApiError {
  if (issue.code === "unrecognized_keys") {
    const param = pathOf([...issue.path, issue.keys[0]!]);
    return invalidRequest(`Unrecognized request argument supplied: ${param}`, param, "unknown_parameter");
  }
  const param = pathOf(issue.path);
  if (param === "") return invalidRequest("The body must be a JSON object.", null, "invalid_type");
  if (isMissing(issue))
    return invalidRequest(`Missing required parameter: '${param}'.`, param, "missing_required_parameter");
  return invalidRequest(`Invalid value for '${param}': ${issue.message}`, param, "invalid_value");
}

/** Of a member that may be of several kinds: that each of them misses it. */
function isMissing(issue: z.ZodIssue): boolean {
  if (issue.code === "invalid_type") return issue.received === "undefined";
  return (
    issue.code === "invalid_union" &&
    issue.unionErrors.every(({ issues }) =>
      issues.every((each) => each.path.length === issue.path.length && isMissing(each)),
    )
  );
}

function pathOf(path: readonly (string | number)[]): string {
  const written = path.reduce<string>(
    (so, part) => (typeof part === "number" ? `${so}[${part}]` : so === "" ? part : `${so}.${part}`),
    "",
  );
  return written.slice(0, 200);
}
