// Writes the test vectors of docs/vectors, which both languages' tests read (docs/formats.md §12).
import { mkdirSync, writeFileSync } from "node:fs";
import { demandVectors } from "./vectors/demands.ts";
import { epochVectors } from "./vectors/epoch.ts";
import { integerVectors } from "./vectors/integers.ts";
import { payloadVectors } from "./vectors/payloads.ts";
import { treeVectors } from "./vectors/trees.ts";
import { typedVectors } from "./vectors/typed.ts";
import type { VectorFile } from "./vectors/vector.ts";
import { wellFormedVectors } from "./vectors/wellformed.ts";

const directory = new URL("../../docs/vectors/", import.meta.url);

const files: Record<string, VectorFile> = {
  payloads: payloadVectors(),
  trees: treeVectors(),
  wellformed: wellFormedVectors(),
  typed: typedVectors(),
  integers: integerVectors(),
  demands: demandVectors(),
  epoch: epochVectors(),
};

mkdirSync(directory, { recursive: true });
for (const [name, file] of Object.entries(files)) {
  const text = `${JSON.stringify(file, null, 1)}\n`;
  writeFileSync(new URL(`${name}.json`, directory), text);
  console.log(`docs/vectors/${name}.json: ${file.cases.length} cases, ${text.length} bytes`);
}
