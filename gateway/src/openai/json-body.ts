// Reads a request's body as JSON that is safe to write again.
import { invalidRequest } from "./api-error.ts";

/** Deeper values could exhaust the stack of whoever writes them. */
const MOST_DEPTH = 64;
/** Members and items in all. Each is looked at in turn, so this bounds how long one body can keep all other calls waiting, which its bytes don't. */
const MOST_VALUES = 20_000;

/**
 * @param bytes at most the limit of the server
 * @throws ApiError 400 if they are not UTF-8, not JSON, nested more than 64 deep, or more than 20,000 values
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
  countValues(value, MOST_DEPTH, MOST_VALUES);
  return value;
}

/** @returns how many values may still come after those in `value` */
function countValues(value: unknown, depth: number, most: number): number {
  if (typeof value !== "object" || value === null) return most;
  if (depth === 0) throw invalidRequest(`The body is nested more than ${MOST_DEPTH} deep.`, null, "invalid_json");
  const items = Object.values(value);
  let left = most - items.length;
  if (left < 0) {
    throw invalidRequest(
      `The body has more than ${MOST_VALUES.toLocaleString("en")} values. Join texts, or send fewer of them.`,
      null,
      "too_many_values",
    );
  }
  for (const item of items) left = countValues(item, depth - 1, left);
  return left;
}

/** Whether all texts and names in a JSON value are Unicode: at half a surrogate pair upstreams fail, and their model would be blamed. */
export function isUnicode(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => name.isWellFormed() && isUnicode(inner));
}
