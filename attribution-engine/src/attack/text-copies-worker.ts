/** Worker: what copies of text are paid in the main job. */
import { serveTasks } from "../numerics/worker-pool.ts";
import { loadTextJob, textOutcome, type TextPlan } from "./text-copies.ts";

/** Where the main job is, and the digest of its files: other files have other outcomes. */
export interface TextCopiesJob {
  readonly files: string;
  readonly folder: string;
}

serveTasks<TextCopiesJob, TextPlan, Float64Array>(async ({ folder }) => {
  const job = await loadTextJob(folder);
  return async (plan) => Float64Array.from(await textOutcome(job, plan));
});
