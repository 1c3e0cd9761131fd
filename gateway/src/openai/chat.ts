// `/v1/chat/completions`.
import { canonicalJson, type JsonValue } from "@tributary/protocol/canonical-json";
import { type Call, type Gathering, isRecord, onlyChoice, outputBound, upstreamBody } from "./call.ts";
import { forwarded, parseChat } from "./requests.ts";
import { estimatedTokens, readUsage } from "./usage.ts";

type ToolCall = { id: string; type: "function"; function: { name: string; arguments: string } };

const NOT_TEXT = "answered with a message that is not text";
const NO_CALL = "answered with a tool call that is none";

/** @throws ApiError 400 naming what is wrong in the body */
export function chatCall(body: unknown): Call {
  const request = parseChat(body);
  const messages = canonicalJson(request.messages as unknown as JsonValue);
  const beside = [request.tools, request.response_format].filter((part) => part !== undefined && part !== null);
  // A token is at least a byte of what the template is given.
  const bytes =
    Buffer.byteLength(messages) + beside.reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)), 0);
  const isStream = request.stream ?? false;
  return {
    kind: "chat",
    model: request.model,
    isStream,
    wantsUsage: request.stream_options?.include_usage ?? false,
    prompt: messages,
    estimatedInput: estimatedTokens(bytes),
    boundAt: (settings) => ({
      input: bytes + settings.tokens.perMessage * (request.messages.length + 1),
      output: outputBound(request.max_completion_tokens ?? request.max_tokens, settings),
    }),
    bodyFor: (settings, bound) => upstreamBody(forwarded(request), settings, { bound, isStream }),
    read: (answer) => {
      const choice = onlyChoice(answer);
      if (typeof choice === "string") return choice;
      const message = choice?.["message"];
      if (!isRecord(message)) return "answered without a message";
      const text = answerText(message["content"], message["tool_calls"]);
      if (text === undefined) return NOT_TEXT;
      return { body: answer, text, usage: readUsage(answer["usage"]) };
    },
    gathering,
  };
}

/**
 * What a receipt covers of an assistant's message: its content, "" for null; where it calls tools, the canonical JSON of `{content, tool_calls}` instead.
 * @returns undefined if the content is neither text nor null, or the calls are malformed
 */
export function answerText(content: unknown, toolCalls: unknown): string | undefined {
  if (content !== null && content !== undefined && typeof content !== "string") return undefined;
  if (toolCalls !== null && toolCalls !== undefined && !Array.isArray(toolCalls)) return undefined;
  if (toolCalls === null || toolCalls === undefined || toolCalls.length === 0) return content ?? "";
  try {
    return canonicalJson({ content: content ?? null, tool_calls: toolCalls as JsonValue[] });
  } catch {
    return undefined;
  }
}

function gathering(): Gathering {
  let content: string | null = null;
  const calls: ToolCall[] = [];
  return {
    add: (choice) => {
      const delta = choice["delta"] ?? {};
      if (!isRecord(delta) || typeof (delta["content"] ?? "") !== "string") return NOT_TEXT;
      const parts = delta["tool_calls"] ?? [];
      if (!Array.isArray(parts) || !parts.every((part) => isRecord(part) && addToolCall(calls, part))) return NO_CALL;
      if (typeof delta["content"] === "string") content = (content ?? "") + delta["content"];
      // Reasoning, refusals and whatever else upstreams put there are tokens too, though no receipt covers them.
      const { role: _role, tool_calls: _parts, ...others } = delta;
      return bytesOfTexts(others) + sum(parts.map(callBytes));
    },
    text: () => answerText(content, calls.filter(Boolean).map(wellFormed)) ?? "",
  };
}

/** What was sent of a call cannot be refused any more: a half of a surrogate pair is covered as it is hashed elsewhere, as U+FFFD. */
function wellFormed({ id, type, function: { name, arguments: text } }: ToolCall): ToolCall {
  return { id: id.toWellFormed(), type, function: { name: name.toWellFormed(), arguments: text.toWellFormed() } };
}

/** A part without text is a token all the same. */
function callBytes(part: Record<string, unknown>): number {
  const { name, arguments: text } = isRecord(part["function"]) ? part["function"] : {};
  return Math.max(1, byteLength(name) + byteLength(text));
}

/** Of all texts in a JSON value, however deep they lie. */
function bytesOfTexts(value: unknown): number {
  let bytes = 0;
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    bytes += byteLength(next);
    if (typeof next === "object" && next !== null) for (const inner of Object.values(next)) left.push(inner);
  }
  return bytes;
}

function byteLength(value: unknown): number {
  return typeof value === "string" ? Buffer.byteLength(value) : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Joins a part of a tool call to those before it, as clients do. @returns whether it can be: it names its place, and is a function's, as all tools that are asked for */
function addToolCall(calls: ToolCall[], part: Record<string, unknown>): boolean {
  const index = part["index"];
  if (!Number.isInteger(index) || (index as number) < 0 || (index as number) > 127) return false;
  if ((part["type"] || "function") !== "function") return false;
  const call = (calls[index as number] ??= { id: "", type: "function", function: { name: "", arguments: "" } });
  if (typeof part["id"] === "string") call.id = part["id"];
  const { name, arguments: text } = isRecord(part["function"]) ? part["function"] : {};
  if (typeof name === "string") call.function.name += name;
  if (typeof text === "string") call.function.arguments += text;
  return true;
}
