// All files of test vectors by their names (docs/formats.md §12).
import { demandVectors } from "./demands.ts";
import { epochVectors } from "./epoch.ts";
import { integerVectors } from "./integers.ts";
import { payloadVectors } from "./payloads.ts";
import { treeVectors } from "./trees.ts";
import { typedVectors } from "./typed.ts";
import type { VectorFile } from "./vector.ts";
import { wellFormedVectors } from "./wellformed.ts";

export const VECTORS_DIRECTORY = new URL("../../../docs/vectors/", import.meta.url);

/** The contents of every file, computed anew. */
export function allVectors(): Record<string, VectorFile> {
  return {
    payloads: payloadVectors(),
    trees: treeVectors(),
    wellformed: wellFormedVectors(),
    typed: typedVectors(),
    integers: integerVectors(),
    demands: demandVectors(),
    epoch: epochVectors(),
  };
}
