// Stages of the engine that need no settlement: from texts to a trained model, its index, and what they are measured by.
import { readCorpus, type Corpus } from "./corpus-file.ts";
import type {
  CorpusResult,
  IndexResult,
  LeaveOutResult,
  MeasureResult,
  SpansResult,
  TrainResult,
} from "./engine-results.ts";
import type { Steps } from "./steps.ts";

/** @param records how many of them, spread evenly over the texts */
export async function cutTexts(steps: Steps, records: number): Promise<Corpus> {
  const { file } = await steps.engine<CorpusResult>(
    "corpus",
    "cut texts to records",
    ["--records", String(records)],
    (r) => `${r.records} records, ${r.heldOut} held out`,
  );
  return readCorpus(file);
}

export async function trainAndSketch(steps: Steps): Promise<TrainResult> {
  const training = await steps.engine<TrainResult>(
    "train",
    "train the adapter",
    [],
    (r) => `perplexity ${r.basePerplexity.toFixed(1)} → ${r.perplexity.toFixed(1)}`,
  );
  await steps.engine(
    "sketch-records",
    "sketch every record",
    [],
    (r: { bytesPerRecord: number }) => `${r.bytesPerRecord} bytes each`,
  );
  return training;
}

export async function indexSpans(steps: Steps): Promise<SpansResult> {
  return steps.engine<SpansResult>(
    "index-spans",
    "index the records' spans",
    [],
    (r) => `${r.tokens} tokens, ${r.bytesPerToken} bytes each`,
  );
}

/** @param args node, deployment file and model version */
export async function commitIndex(steps: Steps, args: readonly string[]): Promise<IndexResult> {
  return steps.engine<IndexResult>(
    "index",
    "attribution index, committed on chain",
    args,
    (r) => `root ${r.root.hash.slice(0, 10)}…, ${r.copies} copies`,
    "developer",
  );
}

/** @param speakers how many are left out, each by a training of its own */
export async function leaveOut(steps: Steps, speakers: number): Promise<LeaveOutResult> {
  return steps.engine<LeaveOutResult>(
    "leave-out",
    `retrain without each of ${speakers} speakers`,
    ["--contributors", String(speakers)],
    (r) => `rank correlation ${r.correlation.toFixed(2)}`,
  );
}

/** @param args node and deployment file */
export async function measure(steps: Steps, args: readonly string[]): Promise<MeasureResult> {
  return steps.engine<MeasureResult>(
    "measure",
    "compare with chance, BM25, gradient dot",
    args,
    (r) => `own speaker ${(100 * r.speakerShare).toFixed(1)} %`,
  );
}

/** Signs what `leaveOut` measured, beside the index. @param args node and deployment file */
export async function publishQuality(steps: Steps, args: readonly string[]): Promise<void> {
  await steps.engine(
    "publish-quality",
    "sign and publish the measured quality",
    args,
    () => "beside the index",
    "developer",
  );
}
