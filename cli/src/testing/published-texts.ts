// Looks for texts in everything that a run has published.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Shorter ones are in some file by chance. */
const LEAST_BYTES = 12;
/** Of a text's beginning, which also finds it where it is cut off. */
const MOST_BYTES = 32;

/**
 * Looks for the beginnings of texts, and for keys, in all files under a folder: as bytes, as JSON writes them, and in hex. Published tables are not compressed (docs/formats.md §10.4).
 * @param secrets texts, of which those below 12 bytes are not looked for, and keys in hex
 * @returns what was found and where, and how many secrets were looked for
 */
export function findPublished(folder: string, secrets: readonly string[]): { found: string[]; lookedFor: number } {
  const asked = [...new Set(secrets)].filter((secret) => Buffer.byteLength(secret) >= LEAST_BYTES);
  const needles = new Map<number, { secret: string; bytes: Buffer }[]>();
  for (const secret of asked)
    for (const form of formsOf(secret)) {
      const bytes = form.subarray(0, MOST_BYTES);
      const first = bytes.readUInt32LE(0);
      needles.set(first, [...(needles.get(first) ?? []), { secret, bytes }]);
    }
  const found: string[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    for (let place = 0; place + LEAST_BYTES <= content.length; place++)
      for (const { secret, bytes } of needles.get(content.readUInt32LE(place)) ?? [])
        if (content.subarray(place, place + bytes.length).equals(bytes)) found.push(`${file}: ${secret}`);
  }
  return { found, lookedFor: asked.length };
}

function formsOf(secret: string): Buffer[] {
  if (/^0x(?:[0-9a-f]{2})+$/u.test(secret)) return [Buffer.from(secret.slice(2)), Buffer.from(secret.slice(2), "hex")];
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1)])].map((form) => Buffer.from(form));
}
