/** Projected per-example gradients of many texts, spread over worker processes. */
import { gatherRows, type GatherJob } from "./gather-rows.ts";
import type { GradientJob } from "./gradient-computer.ts";
import { gradientTasks } from "./gradient-shards.ts";
import type { Rows, VectorWork } from "./vector-source.ts";

const WORKER = new URL("./gradient-worker.ts", import.meta.url);

/** A text to differentiate. */
export interface TokenText {
  readonly tokens: readonly number[];
  /** Seeds the targets that are drawn for it, where they are. */
  readonly draw: number;
}

/** Texts, with how errors name them and how many are differentiated at a time. */
export type TokenTexts = Pick<GatherJob<GradientJob, TokenText>, "items" | "nameOf" | "partRows">;

/**
 * Computes one row per text.
 * @throws if a text is empty, longer than the model's context or has a gradient that is not finite; the message names it.
 */
export async function gradientRows(job: GradientJob, texts: TokenTexts, work: VectorWork): Promise<Rows> {
  if (texts.items.length === 0) throw new Error("gradients of an empty set of texts");
  return gatherRows(
    { worker: WORKER, shared: job, ...texts, advice: "the adapter's weights", sharded: gradientTasks(job) },
    work,
  );
}
