// Writes files that a kill cannot leave half-written, and tells those that one did.
import { rename, writeFile } from "node:fs/promises";

/** A reader sees the old file or the new one, never a part. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.tmp`, text);
  await rename(`${file}.tmp`, file);
}

/** The value of a JSON text, or nothing where the text was cut off. */
export function parseWhole<Value>(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
