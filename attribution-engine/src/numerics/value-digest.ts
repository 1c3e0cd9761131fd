/** Digests of values, by which kept work is found again. */
import { createHash, type Hash } from "node:crypto";

/** SHA-256, in hex, of a value made of plain objects, arrays, maps, numbers, strings and typed arrays. */
export function digestOf(value: unknown): string {
  const hash = createHash("sha256");
  add(hash, value);
  return hash.digest("hex");
}

/** Every value is told with its kind and length, so that no two values are told alike. */
function add(hash: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${value.byteLength}:`);
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (value instanceof Map) add(hash, ["map", ...value]);
  else if (Array.isArray(value)) {
    hash.update(`array ${value.length}:`);
    for (const item of value) add(hash, item);
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, of]) => of !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(`object ${entries.length}:`);
    for (const entry of entries) add(hash, entry);
  } else {
    const text = `${typeof value} ${String(value)}`;
    hash.update(`${text.length} ${text};`);
  }
}
