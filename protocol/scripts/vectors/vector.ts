// What a file of test vectors consists of (docs/formats.md §12).
import { bytesToHex } from "../../src/bytes.ts";
import type { JsonValue } from "../../src/canonical-json.ts";
import type { Node } from "../../src/node.ts";

export type VectorCase = { name: string; input: JsonValue; output: JsonValue };
export type VectorFile = { about: string; cases: VectorCase[] };

/** A root or node as vectors write it. */
export function nodeJson({ hash, sum }: Node): { hash: string; sum: string } {
  return { hash: bytesToHex(hash), sum: sum.toString() };
}

/** Values as vectors write them: bytes in hex, big integers as decimal strings. */
export function vectorJson(value: unknown): JsonValue {
  if (value instanceof Uint8Array) return bytesToHex(value);
  if (value instanceof Int8Array) return bytesToHex(Uint8Array.from(value, (x) => x + 128));
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(vectorJson);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, vectorJson(item)]));
  }
  return value as JsonValue;
}
