// Reads a request's body as JSON that is safe to write again.
import { invalidRequest } from "./api-error.ts";

/** Deeper values could exhaust the stack of whoever writes them. */
const MOST_DEPTH = 64;

/**
 * @param bytes at most the limit of the server
 * @throws ApiError 400 if they are not UTF-8, not JSON, or nested more than 64 deep
 */
export function parseJsonBody(bytes: ArrayBuffer | Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalidRequest("The body is not UTF-8.", null, "invalid_json");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidRequest(
      "The body is not valid JSON. Send a JSON object with content-type application/json.",
      null,
      "invalid_json",
    );
  }
  checkDepth(value, MOST_DEPTH);
  return value;
}

function checkDepth(value: unknown, left: number): void {
  if (typeof value !== "object" || value === null) return;
  if (left === 0) throw invalidRequest(`The body is nested more than ${MOST_DEPTH} deep.`, null, "invalid_json");
  for (const item of Object.values(value)) checkDepth(item, left - 1);
}
