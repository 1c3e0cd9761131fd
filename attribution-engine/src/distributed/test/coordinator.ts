// A process that builds an index and attributes an epoch by workers, for tests that kill it: argv is queue and store.
import { smallModel, trainedAdapter } from "../../sketch/test/small-model.ts";
import { openQueueRunner } from "../queue-runner.ts";
import { runPipeline } from "./pipeline.ts";

const [queue, store] = process.argv.slice(2) as [string, string];
const { base, tokens } = smallModel();
const adapter = await trainedAdapter(base, tokens);
const runner = await openQueueRunner({ queue, store });
await runPipeline(adapter, runner);
await runner.close();
