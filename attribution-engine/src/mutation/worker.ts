// A worker process: one simulated chain, on which it tries the mutants it is told.
import { setStage } from "./chain/stage.ts";
import type { Task } from "./share-work.ts";
import { tryMutants } from "./trials.ts";

const stage = await setStage();

process.on("message", (task: Task) => {
  if (task === "done") process.exit(0);
  tryMutants(stage, task.seed, task.first, task.end).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.("ready");
