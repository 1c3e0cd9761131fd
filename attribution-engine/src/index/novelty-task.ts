/** Runs tasks of novelty: the worker's side of `novelty-shards.ts`. */
import type { TaskKind } from "../distributed/shard-runner.ts";
import { loadDotModule } from "../search/dot-module.ts";
import { createNoveltyComputer } from "./novelty-block.ts";
import type { NoveltyRun } from "./novelty-shards.ts";
import { squaresOf, type NoveltyRule } from "./novelty.ts";

export const runNovelty: TaskKind = async ({ inputs, settings }, { object }) => {
  const earlier = (await object(inputs["earlier"]!)) as NoveltyRun;
  const rows = inputs["rows"] === undefined ? undefined : ((await object(inputs["rows"])) as NoveltyRun);
  const { tau, delta, signatureMatch, first, blockRecords } = settings as Record<string, number>;
  const rule: NoveltyRule = { tau: tau!, delta: delta!, signatureMatch: signatureMatch! };
  const all = rows === undefined ? earlier : joined(earlier, rows);
  const compute = createNoveltyComputer(await loadDotModule(), { ...all, squares: squaresOf(all) }, rule);
  if (rows === undefined) return compute(first!, Math.min(blockRecords!, earlier.count - first!));
  return compute(earlier.count, rows.count);
};

/** Rows behind the earlier records, so that each is compared with these, and with the rows before it too. */
function joined(earlier: NoveltyRun, rows: NoveltyRun): NoveltyRun {
  const sketches = new Int8Array(earlier.sketches.length + rows.sketches.length);
  sketches.set(earlier.sketches);
  sketches.set(rows.sketches, earlier.sketches.length);
  const contentSignatures = new Uint8Array(earlier.contentSignatures.length + rows.contentSignatures.length);
  contentSignatures.set(earlier.contentSignatures);
  contentSignatures.set(rows.contentSignatures, earlier.contentSignatures.length);
  return { count: earlier.count + rows.count, k: earlier.k, sketches, contentSignatures };
}
