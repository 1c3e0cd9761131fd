// The work folder of a small real model: what the engine's stages would leave there.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { methodOf, REPETITION_LIMIT } from "../../../attribution-engine/src/commands/method.ts";
import { withoutRepetitive } from "../../../attribution-engine/src/index/repetition.ts";
import { saveAdapter } from "../../../attribution-engine/src/model/adapter.ts";
import { saveBase } from "../../../attribution-engine/src/model/checkpoint.ts";
import { saveBasis } from "../../../attribution-engine/src/sketch/basis-file.ts";
import { sketchTexts } from "../../../attribution-engine/src/sketch/sketch-texts.ts";
import { sketchable, smallModel } from "../../../attribution-engine/src/sketch/test/small-model.ts";

/** Bytes of a sketch. */
export const K = 32;

/** Trains the model, and writes what the stages would leave in a work folder. */
export async function makeModel(folder: string) {
  const { base, texts, tokens } = smallModel();
  const { adapter, basis } = await sketchable(base, tokens, K);
  const [work, baseFolder] = [join(folder, "work"), join(folder, "base")];
  for (const path of [work, baseFolder]) mkdirSync(path);
  saveBase(baseFolder, base);
  saveAdapter(join(work, "adapter.safetensors"), adapter);
  saveBasis(join(work, "basis.safetensors"), basis);
  const records = texts.map((text) => ({ text, source: "test" }));
  writeFileSync(
    join(work, "corpus.json"),
    JSON.stringify({ datanets: [{ contributors: [{ name: "somebody", records }] }], heldOut: [], tuning: [] }),
  );
  const made = await sketchTexts(base, adapter, basis, tokens, base.shape.context, { workers: 1 });
  const sketches = withoutRepetitive(made, texts, REPETITION_LIMIT);
  const method = methodOf(join(work, "basis.safetensors"));
  const weightsHash = bytesToHex(keccak256(readFileSync(join(work, "adapter.safetensors"))));
  return { work, baseFolder, texts, sketches, method, weightsHash };
}
