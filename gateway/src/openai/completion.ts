// `/v1/completions`.
import { type Call, type Gathering, onlyChoice, outputBound, upstreamBody } from "./call.ts";
import { forwarded, parseCompletion } from "./requests.ts";
import { estimatedTokens, readUsage } from "./usage.ts";

/** @throws ApiError 400 naming what is wrong in the body */
export function completionCall(body: unknown): Call {
  const request = parseCompletion(body);
  const bytes = Buffer.byteLength(request.prompt);
  const isStream = request.stream ?? false;
  return {
    kind: "completions",
    model: request.model,
    isStream,
    wantsUsage: request.stream_options?.include_usage ?? false,
    prompt: request.prompt,
    estimatedInput: estimatedTokens(bytes),
    boundAt: (settings) => ({
      input: bytes + settings.tokens.perMessage,
      output: outputBound(request.max_tokens, settings),
    }),
    bodyFor: (settings, bound) => upstreamBody(forwarded(request), settings, { bound, isStream }),
    read: (answer) => {
      const choice = onlyChoice(answer);
      if (typeof choice === "string") return choice;
      const text = choice?.["text"];
      if (typeof text !== "string") return "answered without a text";
      return { body: answer, text, usage: readUsage(answer["usage"]) };
    },
    gathering,
  };
}

function gathering(): Gathering {
  let text = "";
  return {
    add: (choice) => {
      const part = choice["text"] ?? "";
      if (typeof part !== "string") return "answered with what is not text";
      text += part;
      return Buffer.byteLength(part);
    },
    text: () => text,
  };
}
