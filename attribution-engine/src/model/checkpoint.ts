/** The base model on disk: a folder with `model.safetensors` and `tokenizer.json`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadTensors, saveTensors } from "../numerics/safetensors.ts";
import { loadTokenizer, saveTokenizer } from "./tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { baseWeightShapes } from "./transformer.ts";
import type { ModelShape, Weights } from "./transformer.ts";

/** A frozen base model with its tokenizer. */
export interface BaseModel {
  readonly shape: ModelShape;
  readonly tokenizer: Tokenizer;
  readonly weights: Weights;
}

const MODEL_FILE = "model.safetensors";
const TOKENIZER_FILE = "tokenizer.json";
const SHAPE_FIELDS = ["vocabulary", "context", "width", "heads", "layers"] as const;

/** Checks that `weights` are exactly the named shapes and finite. */
export function checkWeights(weights: Weights, expected: readonly [string, readonly number[]][], source: string): void {
  for (const [name, shape] of expected) {
    const tensor = weights.get(name);
    if (tensor === undefined) throw new Error(`${source}: tensor ${name} is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw new Error(`${source}: tensor ${name} is [${tensor.shape.join()}], expected [${shape.join()}]`);
    }
    const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new Error(`${source}: tensor ${name} holds ${tensor.data[bad]} at ${bad}; restore the file`);
  }
  if (weights.size !== expected.length) {
    throw new Error(`${source}: ${weights.size} tensors, expected ${expected.length}`);
  }
}

/** Writes a base model to `folder`. */
export function saveBase(folder: string, base: BaseModel): void {
  const metadata = Object.fromEntries(SHAPE_FIELDS.map((field) => [field, String(base.shape[field])]));
  saveTokenizer(join(folder, TOKENIZER_FILE), base.tokenizer);
  saveTensors(join(folder, MODEL_FILE), { tensors: base.weights, metadata });
}

/**
 * Reads a base model.
 * @throws naming the file and tensor if anything is missing, truncated or of the wrong shape.
 */
export function loadBase(folder: string): BaseModel {
  const path = join(folder, MODEL_FILE);
  if (!existsSync(path))
    throw new Error(`${path}: no base checkpoint; run \`npm run train:base -w attribution-engine\``);
  const { tensors, metadata } = loadTensors(path);
  const sizes = SHAPE_FIELDS.map((field) => {
    const value = Number(metadata[field]);
    if (!Number.isSafeInteger(value) || value <= 0) throw new Error(`${path}: metadata ${field} is ${metadata[field]}`);
    return [field, value] as const;
  });
  const shape = Object.fromEntries(sizes) as unknown as ModelShape;
  checkWeights(tensors, baseWeightShapes(shape), path);
  const tokenizer = loadTokenizer(join(folder, TOKENIZER_FILE));
  if (tokenizer.size !== shape.vocabulary) {
    throw new Error(`${join(folder, TOKENIZER_FILE)}: ${tokenizer.size} tokens, the model has ${shape.vocabulary}`);
  }
  return { shape, tokenizer, weights: tensors };
}
