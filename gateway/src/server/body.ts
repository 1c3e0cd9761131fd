// Reads a request's body, no more of it than may be.
import { ApiError } from "../openai/api-error.ts";

/** @throws ApiError 413 if it has more than `most` bytes */
export async function readBody(request: Request, most: number): Promise<ArrayBuffer | Uint8Array> {
  const length = request.headers.get("content-length");
  if (length !== null && !request.headers.has("transfer-encoding")) {
    if (!(Number(length) <= most)) throw tooLarge(most);
    // Node reads as many bytes as it says and no more; all at once is several times as fast as by a stream.
    return request.arrayBuffer();
  }
  const reader = request.body?.getReader();
  const parts: Uint8Array[] = [];
  for (let size = 0; reader !== undefined;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) throw tooLarge(most);
    parts.push(value);
  }
  return Buffer.concat(parts);
}

function tooLarge(most: number): ApiError {
  return new ApiError(413, "invalid_request_error", `The body is larger than ${most} bytes.`, {
    code: "body_too_large",
  });
}
