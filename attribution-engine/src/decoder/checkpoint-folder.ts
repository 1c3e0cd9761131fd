/** The weights of a model folder: one safetensors file, or several with an index. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { firstNotFinite } from "../numerics/element-formats.ts";
import { fileBytes } from "../numerics/file-bytes.ts";
import { openTensors, readTensor, type Array32, type TensorStore } from "../numerics/safetensors.ts";
import { readSettings } from "./settings.ts";

const SINGLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";

/** Weights that are read when they are asked for. */
export interface WeightStore {
  /** Files that the weights are in. */
  readonly files: readonly string[];
  readonly names: ReadonlySet<string>;
  /** Which file a weight is in. */
  fileOf(name: string): string;
  /** @throws naming the file and the weight that is missing, of another shape or not finite. */
  read(name: string, shape: readonly number[]): Array32;
}

/** The weights in one file. */
export function openWeightFile(file: string): WeightStore {
  const store = openStore(file);
  return weightStore([file], new Map([...store.entries.keys()].map((name) => [name, store])), file);
}

/** The weights of a model folder. @throws naming the file that is missing or damaged. */
export function openWeightFolder(folder: string): WeightStore {
  const index = join(folder, INDEX);
  if (!existsSync(index)) return openWeightFile(join(folder, SINGLE));
  const map = readSettings(folder, INDEX).part("weight_map");
  if (map === undefined) throw new Error(`${index}: weight_map is missing`);
  const stores = new Map<string, TensorStore>();
  const where = new Map<string, TensorStore>();
  for (const [name, file] of Object.entries(map.values)) {
    if (typeof file !== "string" || /[/\\]/.test(file)) throw map.refusal(name, "must be the name of a file");
    const path = join(folder, file);
    const store = stores.get(path) ?? openStore(path);
    stores.set(path, store);
    where.set(name, store);
  }
  return weightStore([index, ...stores.keys()], where, index);
}

function openStore(file: string): TensorStore {
  if (!existsSync(file)) throw new Error(`${file} is missing; weights are read from safetensors files`);
  return openTensors(fileBytes(file));
}

function weightStore(files: string[], where: ReadonlyMap<string, TensorStore>, list: string): WeightStore {
  const storeOf = (name: string): TensorStore => {
    const store = where.get(name);
    if (store === undefined) throw new Error(`${list}: tensor ${name} is missing`);
    return store;
  };
  return {
    files,
    names: new Set(where.keys()),
    fileOf: (name) => storeOf(name).source.name,
    read(name, shape) {
      const store = storeOf(name);
      const what = `${store.source.name}: tensor ${name}`;
      const stored = store.entries.get(name)?.shape;
      if (stored !== undefined && stored.join() !== shape.join())
        throw new Error(`${what} is [${stored.join()}], expected [${shape.join()}]`);
      const tensor = readTensor(store, name);
      const bad = firstNotFinite(tensor.data);
      if (bad >= 0) throw new Error(`${what} holds ${tensor.data[bad]} at ${bad}; restore the file`);
      return tensor;
    },
  };
}
