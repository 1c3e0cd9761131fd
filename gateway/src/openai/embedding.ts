// `/v1/embeddings`.
import { canonicalJson } from "@tributary/protocol/canonical-json";
import { type Call, isRecord, upstreamBody } from "./call.ts";
import { forwarded, parseEmbedding } from "./requests.ts";
import { estimatedTokens, readUsage } from "./usage.ts";

/** @throws ApiError 400 naming what is wrong in the body */
export function embeddingCall(body: unknown): Call {
  const request = parseEmbedding(body);
  const inputs = typeof request.input === "string" ? [request.input] : request.input;
  const bytes = inputs.reduce((sum, input) => sum + Buffer.byteLength(input), 0);
  return {
    kind: "embeddings",
    model: request.model,
    isStream: false,
    wantsUsage: false,
    prompt: canonicalJson(request.input),
    estimatedInput: estimatedTokens(bytes),
    boundAt: (settings) => ({ input: bytes + settings.tokens.perMessage * inputs.length, output: 0 }),
    bodyFor: (settings) => {
      const { encoding_format: _format, ...rest } = forwarded(request);
      return upstreamBody({ ...rest, encoding_format: "float" }, settings, { bound: undefined, isStream: false });
    },
    read: (answer) => {
      const vectors = vectorsOf(answer["data"], inputs.length);
      if (vectors === undefined) return `answered without ${inputs.length} embeddings`;
      const isBase64 = request.encoding_format === "base64";
      const data = vectors.map((vector, index) => ({
        object: "embedding",
        index,
        embedding: isBase64 ? base64(vector) : [...vector],
      }));
      return {
        body: { ...answer, data },
        // Of numbers alone this is the canonical form, and made in half the time.
        text: JSON.stringify(vectors.map((vector) => [...vector])),
        usage: readUsage(answer["usage"]),
      };
    },
    gathering: () => {
      throw new Error("embeddings are not streamed");
    },
  };
}

/** The embeddings in the order of their inputs, rounded to float32: so both encodings, and the receipt's hash, say the same numbers. */
function vectorsOf(data: unknown, count: number): Float32Array[] | undefined {
  if (!Array.isArray(data) || data.length !== count) return undefined;
  const vectors: Float32Array[] = [];
  for (const [place, item] of (data as unknown[]).entries()) {
    if (!isRecord(item) || !Array.isArray(item["embedding"])) return undefined;
    const index = item["index"] ?? place;
    const vector = Float32Array.from(item["embedding"] as number[]);
    if (
      !Number.isInteger(index) ||
      vector.length === 0 ||
      !vector.every((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER)
    )
      return undefined;
    vectors[index as number] = vector;
  }
  return Object.keys(vectors).length === count && vectors.length === count ? vectors : undefined;
}

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}
