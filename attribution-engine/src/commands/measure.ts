// Stage `measure`: which share of the calls' money goes to the prompts' own authors, beside chance, tuned BM25 and gradient dot products.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Bm25Index, tuneBm25 } from "../baselines/bm25.ts";
import { explainCalls } from "../bundle/explain-call.ts";
import { openEpochBundle } from "../bundle/epoch-bundle.ts";
import { chanceShare, moneyShare } from "../quality/money-share.ts";
import { projectedGradients, gradientDots } from "../baselines/gradient-dot.ts";
import { SKETCH_METHOD } from "../sketch/own-model.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";
import { readEpochFile } from "./epoch-files.ts";
import { FILES, placedRecords, readCorpusFile, type PlacedRecord } from "./files.ts";
import { readWorkIndex } from "./index-file.ts";
import { adapterOf, baseOf, tokensOf } from "./model-files.ts";
import { callText, readAllCalls, type SettlementCall } from "./settlement-file.ts";
import { workersOf, type Stage, type StageContext } from "./stage.ts";

/** A call that was made from a speech, with whose speech it was. */
interface MeasuredCall extends SettlementCall {
  speaker: string;
}

export const measureStage: Stage = {
  about: "measure the share of the money that goes to the prompts' own speakers, beside the baselines",
  async run(context) {
    const corpus = readCorpusFile(context.work);
    const records = placedRecords(corpus);
    const calls = speechCalls(context);
    const recordContributors = records.map(({ contributor }) => contributor);
    const callContributors = calls.map(({ speaker }) => speaker);
    const { index } = await readWorkIndex(context.work);
    // Baselines see the same records, novelties and rule for money, netted over the calls from speeches alone, each of which pays the same;
    // ours is what was really paid, netted over all calls.
    const rule = { recordContributors, novelty: index.novelties };
    const bm25 = tunedBm25(
      records,
      corpus.tuning.filter(({ datanet }) => datanet === 0),
    );
    const dots = await gradientDotScores(context, records, calls);
    return {
      calls: calls.length,
      speakerShare: await paidShare(context, records, calls),
      chanceShare: chanceShare(recordContributors, callContributors),
      bm25Share: moneyShare({ ...rule, callContributors, scores: (call) => bm25(callText(calls[call]!)) }),
      gradDotShare: moneyShare({ ...rule, callContributors, scores: dots }),
    };
  },
};

/** The calls whose prompts are from the speeches (datanet 0), over all settlements. */
function speechCalls(context: StageContext): MeasuredCall[] {
  const { heldOut } = readCorpusFile(context.work);
  return readAllCalls(context.work)
    .filter((call) => heldOut[call.heldOut]?.datanet === 0)
    .map((call) => ({ ...call, speaker: heldOut[call.heldOut]?.contributor ?? "" }));
}

/** The share as it was really paid: from the published epochs, to the unit. */
async function paidShare(
  context: StageContext,
  records: readonly PlacedRecord[],
  calls: readonly MeasuredCall[],
): Promise<number> {
  const speakerOf = new Map(calls.map(({ receiptHash, speaker }) => [receiptHash, speaker]));
  let own = 0n;
  let all = 0n;
  for (const epoch of publishedEpochs(context.work)) {
    const bundle = await openEpochBundle(
      join(context.work, FILES.bundles),
      readEpochFile(context.work, epoch).bundleHash,
    );
    for (const { receiptHash, entries } of await explainCalls(bundle)) {
      const speaker = speakerOf.get(receiptHash);
      if (speaker === undefined) continue;
      for (const { record, earned } of entries) {
        all += earned;
        if (records[record]?.contributor === speaker) own += earned;
      }
    }
  }
  return all === 0n ? 0 : Number((own * 1_000_000n) / all) / 1e6;
}

function publishedEpochs(work: string): bigint[] {
  return readdirSync(work)
    .map((name) => /^epoch-(\d+)\.json$/.exec(name)?.[1])
    .filter((epoch) => epoch !== undefined)
    .map(BigInt);
}

/** BM25 with the parameters that give the largest share on the tuning passages. */
function tunedBm25(
  records: readonly PlacedRecord[],
  tuning: readonly { prompt: string; contributor: string }[],
): (query: string) => ArrayLike<number> {
  const index = new Bm25Index(records.map(({ text }) => text));
  const recordContributors = records.map(({ contributor }) => contributor);
  const callContributors = tuning.map(({ contributor }) => contributor);
  const best = tuneBm25((parameters) =>
    moneyShare({
      recordContributors,
      callContributors,
      scores: (call) => index.scores(tuning[call]!.prompt, parameters),
    }),
  );
  return (query) => index.scores(query, best);
}

async function gradientDotScores(
  context: StageContext,
  records: readonly PlacedRecord[],
  calls: readonly MeasuredCall[],
) {
  const base = baseOf(context);
  const adapter = adapterOf(context, base);
  const workers = workersOf(context);
  const { onProgress } = context;
  const recordTokens = tokensOf(
    base,
    records.map(({ text }) => text),
  );
  const callTokens = calls.map((call) => base.tokenizer.encode(callText(call)).slice(0, CALL_CONTEXT));
  const ofRecords = await projectedGradients(base, adapter, SKETCH_METHOD, recordTokens, base.shape.context, {
    workers,
    onProgress,
  });
  const ofCalls = await projectedGradients(base, adapter, SKETCH_METHOD, callTokens, CALL_CONTEXT, { workers });
  return gradientDots(ofRecords, ofCalls);
}
