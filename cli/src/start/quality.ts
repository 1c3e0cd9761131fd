// Checks that the model is a model and that attribution is not noise.
import type { Checks } from "./checks.ts";
import { recordCount, type Corpus } from "./corpus-file.ts";
import type { LeaveOutResult, MeasureResult, TrainResult } from "./engine-results.ts";

const LEAST_RECORDS = 5_000;
const LEAST_CALLS = 300;
const LEAST_SPEAKERS_LEFT_OUT = 8;
const LEAST_RATIO_TO_CHANCE = 2;

export function checkQuality(
  checks: Checks,
  corpus: Corpus,
  calls: number,
  training: TrainResult,
  measure: MeasureResult,
  leaveOut: LeaveOutResult,
): void {
  const records = recordCount(corpus);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  checks.add(`at least ${LEAST_RECORDS} training records`, records >= LEAST_RECORDS, String(records));
  checks.add(`at least ${LEAST_CALLS} paid calls`, calls >= LEAST_CALLS, String(calls));
  checks.add(
    "the model beats a tuned bigram model on held-out text",
    training.perplexity < training.bigramPerplexity,
    `perplexity ${training.perplexity.toFixed(1)} < ${training.bigramPerplexity.toFixed(1)}`,
  );
  checks.add(
    "training on the datanets improves the model",
    training.perplexity < training.basePerplexity,
    `perplexity ${training.perplexity.toFixed(1)} < ${training.basePerplexity.toFixed(1)}`,
  );
  checks.add(
    `money to a paragraph's own speaker is at least ${LEAST_RATIO_TO_CHANCE}× chance`,
    measure.speakerShare >= LEAST_RATIO_TO_CHANCE * measure.chanceShare,
    `${percent(measure.speakerShare)} against ${percent(measure.chanceShare)}`,
  );
  checks.add(
    "and above gradient dot products",
    measure.speakerShare > measure.gradDotShare,
    `${percent(measure.speakerShare)} against ${percent(measure.gradDotShare)} (BM25: ${percent(measure.bm25Share)})`,
  );
  checks.add(
    "predicted influence agrees in rank with retraining without a speaker",
    leaveOut.contributors.length >= LEAST_SPEAKERS_LEFT_OUT && leaveOut.low > 0 && leaveOut.perPassage.low > 0,
    `${interval(leaveOut.correlation, leaveOut)} by speaker, ${interval(leaveOut.perPassage.value, leaveOut.perPassage)} by passage, ${leaveOut.contributors.length} speakers left out`,
  );
}

function interval(value: number, { low, high }: { low: number; high: number }): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
