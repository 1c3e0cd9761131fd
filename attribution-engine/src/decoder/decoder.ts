/** A decoder from a folder as Hugging Face's libraries write it: config.json, tokenizer.json and safetensors, with a LoRA adapter. */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { fileDigest } from "../numerics/file-digest.ts";
import type { Array32 } from "../numerics/safetensors.ts";
import type { Architecture } from "./architecture.ts";
import { openWeightFolder, type WeightStore } from "./checkpoint-folder.ts";
import { gpt2 } from "./gpt2.ts";
import { llama } from "./llama.ts";
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS, loadLora, type Lora } from "./lora.ts";
import { readSettings } from "./settings.ts";

const CONFIG = "config.json";
export const TOKENIZER = "tokenizer.json";

/** Folders of a model and of its adapter. */
export interface DecoderPlace {
  readonly model: string;
  /** The model alone when absent. */
  readonly adapter?: string | undefined;
}

/** A decoder in memory. */
export interface Decoder {
  readonly architecture: Architecture;
  /** By the names of {@link Architecture}. */
  readonly weights: ReadonlyMap<string, Array32>;
  readonly lora: Lora | undefined;
}

/** Reads what kind of decoder a folder holds. @throws naming config.json and the setting that is not supported. */
export function readArchitecture(folder: string): Architecture {
  const config = readSettings(folder, CONFIG);
  config.refuse("quantization_config");
  switch (config.choice("model_type", ["gpt2", "llama", "qwen2", "qwen3"])) {
    case "gpt2":
      return gpt2(config);
    case "llama":
      return llama(config, { biases: false, headNorms: false });
    case "qwen2":
      return llama(config, { biases: true, headNorms: false });
    case "qwen3":
      return llama(config, { biases: false, headNorms: true });
  }
}

/** Reads a decoder. @throws naming the file, and the setting or tensor that is missing, damaged or not supported. */
export function loadDecoder({ model, adapter }: DecoderPlace): Decoder {
  const architecture = readArchitecture(model);
  const store = openWeightFolder(model);
  const weights = new Map<string, Array32>();
  const unread = new Set(store.names);
  for (const [name, shape] of weightShapes(architecture)) {
    const stored = storedName(store, architecture, name);
    unread.delete(stored);
    weights.set(name, store.read(stored, shape));
  }
  for (const name of unread) {
    // A head that is the embedding may be stored again.
    if (!architecture.ignored.test(name) && name !== "lm_head.weight")
      throw new Error(`${store.fileOf(name)}: tensor ${name} is no weight of such a model`);
  }
  const lora = adapter === undefined ? undefined : loadLora(adapter, architecture, (name) => weights.get(name)!);
  return { architecture, weights, lora };
}

/** Names and shapes of all weights. */
function weightShapes({ linears, others }: Architecture): (readonly [string, readonly number[]])[] {
  return [
    ...others,
    ...linears.flatMap(({ name, inputs, outputs, hasBias, isTransposed }): [string, number[]][] => [
      [`${name}.weight`, isTransposed ? [inputs, outputs] : [outputs, inputs]],
      ...(hasBias ? [[`${name}.bias`, [outputs]] satisfies [string, number[]]] : []),
    ]),
  ];
}

/** A model that was saved without its head lacks the prefix. */
function storedName({ names }: WeightStore, { prefix }: Architecture, name: string): string {
  const short = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return !names.has(name) && names.has(short) ? short : name;
}

/** The files that a decoder and its adapter are read from. */
export function decoderFiles({ model, adapter }: DecoderPlace): { model: string[]; adapter: string[] } {
  return {
    model: [join(model, CONFIG), join(model, TOKENIZER), ...openWeightFolder(model).files],
    adapter: adapter === undefined ? [] : [join(adapter, ADAPTER_CONFIG), join(adapter, ADAPTER_WEIGHTS)],
  };
}

/** Digests of all that a sketch depends on: SHA-256 over the names and digests of the files, in hex. */
export function decoderDigests(place: DecoderPlace): { model: string; adapter: string } {
  const { model, adapter } = decoderFiles(place);
  return { model: digestOf(model), adapter: digestOf(adapter) };
}

function digestOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${basename(file)} ${fileDigest(file)}\n`);
  return hash.digest("hex");
}
