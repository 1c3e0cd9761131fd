// Keeps a training that is under way in a file, so that one that was interrupted goes on.
import type { Adam } from "../numerics/adam.ts";
import { decodeTensors, encodeTensors, type Array32 } from "../numerics/safetensors.ts";
import { readSealed, writeSealed } from "../numerics/sealed-file.ts";
import type { TrainingKeeper } from "./adapter.ts";
import type { Weights } from "./transformer.ts";

/** Steps between two states that are kept: some seconds of work. */
const EVERY_STEPS = 50;

/**
 * A keeper that writes weights, moments and step to `path`, each time whole or not at all.
 * @param key of all that the training depends on; a state that has another one, or is damaged, is left aside.
 */
export function keepTrainingIn(path: string, key: string, everySteps = EVERY_STEPS): TrainingKeeper {
  return {
    restore(weights, adam) {
      const kept = readState(path);
      if (kept?.metadata["key"] !== key) return;
      const state = stateOf(weights, adam);
      const fits = [...state].every(([name, { data }]) => kept.tensors.get(name)?.data.length === data.length);
      if (!fits) return;
      for (const [name, { data }] of state) data.set(kept.tensors.get(name)!.data);
      adam.resumeAt(Number(kept.metadata["step"]));
    },
    keep(weights, adam) {
      if (adam.step % everySteps !== 0) return;
      const metadata = { key, step: String(adam.step) };
      writeSealed(path, encodeTensors({ tensors: stateOf(weights, adam), metadata }));
    },
  };
}

function readState(path: string) {
  const bytes = readSealed(path);
  return bytes === undefined ? undefined : decodeTensors(bytes, path);
}

/** Weights and moments by name, as they are: what is written into them is what the training goes on with. */
function stateOf(weights: Weights, adam: Adam): Map<string, Array32> {
  const state = new Map<string, Array32>();
  for (const [name, { shape, data }] of weights) {
    const [first, second] = adam.moments.get(name)!;
    state.set(name, { shape, data });
    state.set(`first ${name}`, { shape, data: first });
    state.set(`second ${name}`, { shape, data: second });
  }
  return state;
}
