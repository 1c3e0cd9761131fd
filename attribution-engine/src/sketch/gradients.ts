/** Projected per-example gradients of many texts, spread over worker processes. */
import { gatherRows } from "./gather-rows.ts";
import type { GradientJob } from "./gradient-worker.ts";
import type { Rows, VectorWork } from "./vector-source.ts";

export const TEXTS_PER_PART = 64;
const WORKER = new URL("./gradient-worker.ts", import.meta.url);

/**
 * Computes one row per text.
 * @throws if a text is empty, longer than the job's context or has a gradient that is not finite; the message names the row.
 */
export async function gradientRows(
  job: GradientJob,
  texts: readonly (readonly number[])[],
  work: VectorWork,
): Promise<Rows> {
  if (texts.length === 0) throw new Error("gradients of an empty set of texts");
  return gatherRows(
    {
      worker: WORKER,
      shared: job,
      items: texts,
      partRows: TEXTS_PER_PART,
      nameOf: (place) => `row ${place}`,
      advice: "the adapter's weights",
    },
    work,
  );
}
