/** Worker: works out the outcome of one task of the attack trials. */
import { serveTasks } from "../numerics/worker-pool.ts";
import { baselineOf, type Baseline } from "./baseline.ts";
import { callsOutcome } from "./calls-task.ts";
import { copyingOutcome } from "./copying-task.ts";
import { fairnessOutcome } from "./fairness-task.ts";
import { junkOutcome } from "./junk-task.ts";
import { splittingOutcome } from "./splitting-task.ts";
import type { AttackTask } from "./tasks.ts";

/** What was prepared for each seed of each set of images. */
const baselines = new Map<string, Promise<Baseline>>();

function baseline({ seed, images }: AttackTask): Promise<Baseline> {
  const key = `${images} ${seed}`;
  let of = baselines.get(key);
  if (of === undefined) baselines.set(key, (of = baselineOf(seed, images)));
  return of;
}

serveTasks<null, AttackTask, Float64Array>(() =>
  Promise.resolve(async (task) => {
    const of = await baseline(task);
    switch (task.kind) {
      case "copying":
        return Float64Array.from(await copyingOutcome(task, of));
      case "junk":
        return Float64Array.from(await junkOutcome(task, of));
      case "fairness":
        return Float64Array.from(await fairnessOutcome(of));
      case "splitting":
        return Float64Array.from(await splittingOutcome(task, of));
      case "calls":
        return Float64Array.from(await callsOutcome(task, of));
    }
  }),
);
