/** Junk among the main job's records: what it is paid by K and debit factor, and how fair the same rules are without it. */
import { join } from "node:path";
import { FILES, textRecords, readCorpusFile, SHIPPED_BASE } from "../commands/files.ts";
import { ADAPTER_RECIPE, loadAdapter } from "../model/adapter.ts";
import { loadBase } from "../model/checkpoint.ts";
import { keptTasks } from "../quality/kept-tasks.ts";
import { sourcesDigest } from "../quality/sources-digest.ts";
import { retrainOnSubsets } from "../quality/language-model/retrainings.ts";
import { spearman } from "../quality/statistics.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";
import { gini } from "./fairness-task.ts";
import { mean } from "./means.ts";
import { callTokens } from "./text-economy.ts";
import { JUNK_WAYS, type JunkWay } from "./text-junk.ts";
import type { TextJunkJob, TextJunkTask, TextRule } from "./text-junk-worker.ts";

const WORKER = new URL("./text-junk-worker.ts", import.meta.url);
const JUNK_SHARE = 0.05;
const SEEDS = [1, 2];
const RETRAINING_SEEDS = [1];

/** Versions of the rule that are measured. */
export const TEXT_SWEEP: readonly TextRule[] = [
  ...[8, 32, 64, 128, 256].flatMap((topK) =>
    [0, 64, 128, 192, 256].map((debitFactor) => ({ topK, debitFactor, sizeLimit: 1 })),
  ),
  ...[0.9, 0.75, 0.5].flatMap((sizeLimit) =>
    [32, 64, 128].flatMap((topK) => [128, 192, 256].map((debitFactor) => ({ topK, debitFactor, sizeLimit }))),
  ),
];

/** Figures of one version of the rule, means over seeds. */
export interface TextRuleFigures extends TextRule {
  /** Share of all royalties that junk is paid, by its kind. */
  readonly junk: Readonly<Record<JunkWay, number>>;
  /** Rank correlation of contributors' payouts without junk with the rise of the calls' loss when each is left out. */
  readonly leaveOut: number;
  readonly recordsUnpaid: number;
  readonly contributorsUnpaid: number;
  readonly gini: number;
}

/**
 * Trains the main job's adapter again with junk and without each contributor.
 * @param work a folder in which the stages `corpus` and `train` were run.
 * @param kept where outcomes are kept, so that a run that was ended goes on.
 */
export async function textJunkFigures(
  work: string,
  kept: string,
  workers: number,
  onProgress: (stage: string, done: number, total: number) => void,
): Promise<TextRuleFigures[]> {
  const corpus = readCorpusFile(work);
  const records = textRecords(corpus);
  const names = [...new Set(records.map(({ contributor }) => contributor))];
  const job: TextJunkJob = {
    texts: records.map(({ text }) => text),
    spare: corpus.tuning.map(({ text, contributor }) => ({ text, contributor })),
    contributors: Int32Array.from(records, ({ contributor }) => names.indexOf(contributor)),
    prompts: corpus.heldOut.map(({ prompt }) => prompt),
    rules: TEXT_SWEEP,
    junkShare: JUNK_SHARE,
  };
  const ways = ["none", ...JUNK_WAYS] as const;
  const stage = (name: string) => ({
    workers,
    onProgress: (done: number, total: number): void => onProgress(name, done, total),
  });
  const outcomes = await keptTasks<TextJunkJob, TextJunkTask>(
    {
      ...{ worker: WORKER, shared: job, folder: join(kept, "text-junk"), version: sourcesDigest(WORKER) },
      tasks: SEEDS.flatMap((seed) => ways.map((way) => ({ way, seed }))),
    },
    stage("junk in text"),
  );
  const values = await leaveOutValues(work, join(kept, "text-leave-out"), job, stage("leave out contributors"));
  const size = 2 + names.length;
  return TEXT_SWEEP.map((rule, at) => {
    /** Outcomes of one kind of junk, by seed. */
    const of = (way: JunkWay | "none"): Float64Array[] =>
      SEEDS.map((_, s) => outcomes[s * ways.length + ways.indexOf(way)]!.subarray(at * size, (at + 1) * size));
    const honest = of("none").map(([, recordsUnpaid, ...incomes]) => ({ recordsUnpaid: recordsUnpaid!, incomes }));
    return {
      ...rule,
      junk: Object.fromEntries(JUNK_WAYS.map((way) => [way, mean(of(way).map(([share]) => share!))])) as Record<
        JunkWay,
        number
      >,
      leaveOut: mean(honest.map(({ incomes }) => spearman(incomes, values))),
      recordsUnpaid: mean(honest.map(({ recordsUnpaid }) => recordsUnpaid)),
      contributorsUnpaid: mean(honest.map(({ incomes }) => incomes.filter((one) => one === 0).length / incomes.length)),
      gini: mean(honest.map(({ incomes }) => gini(incomes))),
    };
  });
}

/** By contributor: rise of the calls' summed loss when none of their records is trained on, mean over seeds. */
async function leaveOutValues(
  work: string,
  folder: string,
  { texts, contributors, prompts }: TextJunkJob,
  options: Parameters<typeof retrainOnSubsets>[2],
): Promise<number[]> {
  const base = loadBase(SHIPPED_BASE);
  const adapter = loadAdapter(join(work, FILES.adapter), base);
  const places = [...contributors.keys()];
  const left = [...new Set(contributors)];
  const without = left.map((one) => Uint32Array.from(places.filter((place) => contributors[place] !== one)));
  const { bySeed } = await retrainOnSubsets(
    {
      ...{ model: base, recipe: ADAPTER_RECIPE, records: texts.map((text) => base.tokenizer.encode(text)) },
      queries: await callTokens(base, adapter, prompts),
      queryLength: CALL_CONTEXT,
      subsets: [Uint32Array.from(places), ...without],
      seeds: RETRAINING_SEEDS,
    },
    folder,
    options,
  );
  // Outcomes are losses with their sign reversed.
  const gains = bySeed.map((rows) => rows.map((row) => row.reduce((sum, one) => sum + one, 0)));
  return left.map((_, at) => mean(gains.map((of) => of[0]! - of[1 + at]!)));
}
