// Canonical JSON, RFC 8785 (docs/formats.md §10.1).

export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/**
 * The canonical text of a value: no white space, members ordered by the UTF-16 code units of their names.
 * @throws Error naming the place of a number that is not finite or is an integer beyond 2^53 − 1, of a lone surrogate, or of something that is not JSON
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, "$");
}

/** The UTF-8 bytes of `canonicalJson`. */
export function canonicalJsonBytes(value: JsonValue): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/**
 * Reads JSON that must be canonical to the byte.
 * @throws Error if the bytes are not UTF-8, not JSON, or not canonical
 */
export function parseCanonicalJson(bytes: Uint8Array): JsonValue {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const value = JSON.parse(text) as JsonValue;
  if (canonicalJson(value) !== text) throw new Error("JSON is not canonical (RFC 8785)");
  return value;
}

function write(value: unknown, at: string): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return writeNumber(value, at);
  if (typeof value === "string") return writeString(value, at);
  if (Array.isArray(value)) return `[${value.map((item, i) => write(item, `${at}[${i}]`)).join(",")}]`;
  if (typeof value !== "object") throw new Error(`${at}: a ${typeof value} is not JSON`);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${writeString(name, at)}:${write(item, `${at}.${name}`)}`).join(",")}}`;
}

function writeNumber(value: number, at: string): string {
  if (!Number.isFinite(value)) throw new Error(`${at}: ${value} is not JSON`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new Error(`${at}: ${value} is beyond 2^53 - 1; write it as a decimal string`);
  }
  return JSON.stringify(value);
}

function writeString(value: string, at: string): string {
  if (!value.isWellFormed()) throw new Error(`${at}: string with a lone surrogate`);
  return JSON.stringify(value);
}
