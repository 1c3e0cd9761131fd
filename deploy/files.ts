// Writes files that a kill cannot leave half-written.
import { rename, writeFile } from "node:fs/promises";

/** A reader sees the old file or the new one, never a part. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.tmp`, text);
  await rename(`${file}.tmp`, file);
}
