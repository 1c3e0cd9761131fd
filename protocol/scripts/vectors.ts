// Writes the test vectors of docs/vectors, which both languages' tests read (docs/formats.md §12).
import { mkdirSync, writeFileSync } from "node:fs";
import { allVectors, VECTORS_DIRECTORY } from "./vectors/all.ts";

mkdirSync(VECTORS_DIRECTORY, { recursive: true });
for (const [name, file] of Object.entries(allVectors())) {
  const text = `${JSON.stringify(file, null, 1)}\n`;
  writeFileSync(new URL(`${name}.json`, VECTORS_DIRECTORY), text);
  console.log(`docs/vectors/${name}.json: ${file.cases.length} cases, ${text.length} bytes`);
}
