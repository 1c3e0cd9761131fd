// The work folder of a small real model: what the engine's stages would leave there.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import type { Hex } from "viem";
import { atPlaces } from "../../../attribution-engine/src/commands/at-places.ts";
import { readCorpusFile, textRecords } from "../../../attribution-engine/src/commands/files.ts";
import { methodOf, REPETITION_LIMIT } from "../../../attribution-engine/src/commands/method.ts";
import { tokensOf } from "../../../attribution-engine/src/commands/model-files.ts";
import { withoutRepetitive } from "../../../attribution-engine/src/index/repetition.ts";
import { saveAdapter } from "../../../attribution-engine/src/model/adapter.ts";
import { saveBase } from "../../../attribution-engine/src/model/checkpoint.ts";
import { fileDigest } from "../../../attribution-engine/src/numerics/file-digest.ts";
import { saveBasis } from "../../../attribution-engine/src/sketch/basis-file.ts";
import { saveSketches } from "../../../attribution-engine/src/sketch/sketch-file.ts";
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
  return { work, baseFolder, texts, sketches, method, weightsHash: weightsHashOf(work) };
}

/** Trains the model again, on the texts that a folder's corpus has, and writes what the stages would leave there. @returns the hash of its weights */
export async function makeLaterModel(work: string): Promise<Hex> {
  const { base } = smallModel();
  const corpus = readCorpusFile(work);
  const texts = textRecords(corpus).map(({ text }) => text);
  const tokens = tokensOf(base, texts);
  const { adapter, basis } = await sketchable(base, tokens, K);
  saveAdapter(join(work, "adapter.safetensors"), adapter);
  saveBasis(join(work, "basis.safetensors"), basis);
  const made = await sketchTexts(base, adapter, basis, tokens, base.shape.context, { workers: 1 });
  const sketches = atPlaces(withoutRepetitive(made, texts, REPETITION_LIMIT), corpus);
  saveSketches(join(work, "records.sketches"), sketches, fileDigest(join(work, "basis.safetensors")));
  return weightsHashOf(work);
}

function weightsHashOf(work: string): Hex {
  return bytesToHex(keccak256(readFileSync(join(work, "adapter.safetensors"))));
}
