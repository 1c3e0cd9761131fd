// Runs tasks in this very process, out of objects in memory: what workers do, without queue and store.
import { taskKinds } from "../kinds.ts";
import type { ObjectStore } from "../object-store.ts";
import { digestOf, getInput, getResult, putInput, putResult } from "../objects.ts";
import type { ShardRunner } from "../shard-runner.ts";

function memoryStore(): ObjectStore {
  const objects = new Map<string, Uint8Array>();
  return {
    name: "memory",
    get: (key) => Promise.resolve(objects.get(key)),
    has: (key) => Promise.resolve(objects.has(key)),
    put(key, bytes) {
      objects.set(key, bytes.slice());
      return Promise.resolve();
    },
    close: () => undefined,
  };
}

/** @param order in which tasks are run, of their numbers. */
export function runnerHere(order = (numbers: number[]): number[] => numbers): ShardRunner {
  const store = memoryStore();
  return {
    put: (value) => putInput(store, value),
    async run(tasks, onResult) {
      for (const index of order([...Array(tasks.count).keys()])) {
        const task = await tasks.at(index);
        const id = digestOf(JSON.stringify(task));
        const object = (digest: string): Promise<unknown> => getInput(store, digest);
        await putResult(store, id, await taskKinds.get(task.kind)!(task, { object, keep: (_key, make) => make() }));
        onResult((await getResult(store, id))!.value, index);
      }
    },
  };
}
