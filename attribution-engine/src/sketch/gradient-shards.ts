/** Gradients of texts as tasks for workers on any machine. */
import { storeDecoder, type StoredDecoder } from "../decoder/decoder-shards.ts";
import type { Weights } from "../model/transformer.ts";
import type { Array32 } from "../numerics/safetensors.ts";
import type { ShardedGather } from "./gather-rows.ts";
import type { GradientJob } from "./gradient-computer.ts";
import type { TokenText } from "./gradients.ts";
import type { OwnModel } from "./text-model.ts";

export const GRADIENTS = "gradients";

/** The engine's own model as it is stored: weights as a list, in their order. */
export interface StoredOwnModel extends Omit<OwnModel, "model" | "adapter"> {
  readonly model: Omit<OwnModel["model"], "weights"> & { readonly weights: [string, Array32][] };
  readonly adapter: Omit<OwnModel["adapter"], "weights"> & { readonly weights: [string, Array32][] };
}

export type StoredModel = StoredOwnModel | StoredDecoder;

/** Stores model and map once, and each task's texts as its turn comes. */
export function gradientTasks({ of, seed, targets, map, device = "cpu" }: GradientJob): ShardedGather<TokenText> {
  return async (shards) => {
    if (device !== "cpu")
      throw new Error(`gradients of workers are those of the pinned cpu; leave out --device ${device}`);
    const stored: StoredModel =
      of.kind === "own"
        ? { ...of, model: withList(of.model), adapter: withList(of.adapter) }
        : await storeDecoder(shards, of);
    const shared = {
      model: await shards.put(stored),
      ...(map === undefined ? {} : { map: await shards.put({ matrix: map.matrix, columns: map.columns }) }),
    };
    return async ({ items, firstRow }) => ({
      kind: GRADIENTS,
      inputs: { ...shared, texts: await shards.put(items) },
      settings: { seed, targets, firstRow },
    });
  };
}

function withList<Part extends { readonly weights: Weights }>(part: Part) {
  const weights = [...part.weights].map(([name, { shape, data }]): [string, Array32] => [name, { shape, data }]);
  return { ...part, weights };
}
