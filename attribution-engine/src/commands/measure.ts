// Stage `measure`: which share of the calls' money goes to the prompts' own authors, beside chance, tuned BM25 and gradient dot products.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Bm25Index, tuneBm25, type Bm25Parameters } from "../baselines/bm25.ts";
import { gradientDots, projectedGradients } from "../baselines/gradient-dot.ts";
import { explainCalls, type ExplainedCall } from "../bundle/explain-call.ts";
import { openEpochBundle } from "../bundle/epoch-bundle.ts";
import { digestOf } from "../numerics/value-digest.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import { chanceShare, moneyShare, type MoneyShareInput } from "../quality/money-share.ts";
import { SKETCH_METHOD } from "../sketch/own-model.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";
import { answerPrompts, spreadPassages } from "./answer.ts";
import { readEpochFile } from "./epoch-files.ts";
import { FILES, placedRecords, readCorpusFile, textRecords, type CorpusFile, type PlacedRecord } from "./files.ts";
import { readWorkIndex } from "./index-file.ts";
import { adapterOf, baseOf, tokensOf } from "./model-files.ts";
import { callText, readAllCalls } from "./settlement-file.ts";
import { workersOf, type Stage, type StageContext } from "./stage.ts";

/** A call that was paid for. */
interface PaidCall {
  readonly text: string;
  /** Whose speech its prompt is from, if it is from one. */
  readonly speaker: string | undefined;
  readonly explained: ExplainedCall;
}

/** How a method's scores become money: by the rule of the index, as for what was really paid. */
type Rule = Pick<MoneyShareInput, "recordContributors" | "novelty" | "listLength" | "debitFactor">;

/** Folder of gradients that are kept while there are more to come, in the work folder. */
const PARTS = "measure-parts";

export const measureStage: Stage = {
  about: "measure the share of the money that goes to the prompts' own speakers, beside the baselines",
  async run(context) {
    const corpus = readCorpusFile(context.work);
    const records = placedRecords(corpus);
    const { index, manifest } = await readWorkIndex(context.work);
    const rule: Rule = {
      recordContributors: records.map(({ contributor }) => contributor),
      novelty: index.novelties,
      listLength: manifest.method.topK,
      debitFactor: manifest.method.debitFactor,
    };
    const groups = await paidGroups(context, corpus);
    const calls = groups.flat();
    // Every method has the same calls, amounts, novelties and rule, netted over the same groups; ours is what was really paid.
    const shareOf = (scores: (call: number) => ArrayLike<number>): number => {
      let first = 0;
      return moneyShare(
        ...groups.map((group) => {
          const from = first;
          first += group.length;
          return { ...rule, ...callsOf(group), scores: (call: number) => scores(from + call) };
        }),
      );
    };
    const bm25 = await tunedBm25(context, corpus, rule, callsOf(calls).amounts);
    const dots = await gradientDotScores(context, corpus, calls);
    return {
      calls: calls.filter(({ speaker }) => speaker !== undefined).length,
      speakerShare: paidShare(records, calls),
      chanceShare: chanceShare({ ...rule, ...callsOf(calls) }),
      bm25Share: shareOf((call) => bm25(calls[call]!.text)),
      gradDotShare: shareOf(dots),
    };
  },
};

function callsOf(calls: readonly PaidCall[]): { callContributors: (string | undefined)[]; amounts: number[] } {
  return {
    callContributors: calls.map(({ speaker }) => speaker),
    amounts: calls.map(({ explained }) => Number(explained.amount)),
  };
}

/** The calls of all published epochs, by the groups in which they were netted. */
async function paidGroups({ work }: StageContext, corpus: CorpusFile): Promise<PaidCall[][]> {
  const told = new Map(readAllCalls(work).map((call) => [call.receiptHash, call]));
  // A gateway hands over the prompt of a call, not where it is from.
  const passages = new Map(corpus.heldOut.map((passage) => [passage.prompt, passage]));
  const groups: PaidCall[][] = [];
  for (const epoch of publishedEpochs(work)) {
    const bundle = await openEpochBundle(join(work, FILES.bundles), readEpochFile(work, epoch).bundleHash);
    const ofEpoch = new Map<number, PaidCall[]>();
    for (const explained of await explainCalls(bundle)) {
      const call = told.get(explained.receiptHash);
      if (call === undefined) throw new Error(`${work} has no call with the receipt ${explained.receiptHash}`);
      const passage = passages.get(call.prompt);
      const speaker = passage?.datanet === 0 ? passage.contributor : undefined;
      const group = ofEpoch.get(explained.group) ?? [];
      ofEpoch.set(explained.group, group);
      group.push({ text: callText(call), speaker, explained });
    }
    groups.push(...ofEpoch.values());
  }
  return groups;
}

function publishedEpochs(work: string): bigint[] {
  return readdirSync(work)
    .map((name) => /^epoch-(\d+)\.json$/.exec(name)?.[1])
    .filter((epoch) => epoch !== undefined)
    .map(BigInt);
}

/** The share as it was really paid: from the published epochs, to the unit. */
function paidShare(records: readonly PlacedRecord[], calls: readonly PaidCall[]): number {
  let own = 0n;
  let all = 0n;
  for (const { speaker, explained } of calls) {
    if (speaker === undefined) continue;
    for (const { record, earned } of explained.entries) {
      all += earned;
      if (records[record]?.contributor === speaker) own += earned;
    }
  }
  return all === 0n ? 0 : Number((own * 1_000_000n) / all) / 1e6;
}

/**
 * BM25 with the parameters that give the largest share by the same rule on tuning passages: as many as there are calls, answered as they are, and
 * paying what they pay.
 */
async function tunedBm25(
  context: StageContext,
  corpus: CorpusFile,
  rule: Rule,
  amounts: readonly number[],
): Promise<(query: string) => ArrayLike<number>> {
  const { tuning } = corpus;
  const passages = spreadPassages(tuning.length, Math.min(tuning.length, amounts.length)).map(
    (place) => tuning[place]!,
  );
  const answered = await answerPrompts(
    context,
    passages.map(({ prompt }) => prompt),
  );
  const index = new Bm25Index(textRecords(corpus).map(({ text }) => text));
  const scoresOf = (text: string, parameters: Bm25Parameters) => scoresAtPlaces(index.scores(text, parameters), corpus);
  const group = {
    ...rule,
    callContributors: passages.map(({ datanet, contributor }) => (datanet === 0 ? contributor : undefined)),
    amounts,
  };
  const best = tuneBm25((parameters) =>
    moneyShare({ ...group, scores: (call) => scoresOf(callText(answered[call]!), parameters) }),
  );
  return (query) => scoresOf(query, best);
}

/** Scores of the records that have texts, by place: 0 for those that were withdrawn. */
function scoresAtPlaces(scores: ArrayLike<number>, corpus: CorpusFile): Float64Array {
  const placed = new Float64Array(placedRecords(corpus).length);
  textRecords(corpus).forEach(({ place }, row) => (placed[place] = scores[row]!));
  return placed;
}

async function gradientDotScores(context: StageContext, corpus: CorpusFile, calls: readonly PaidCall[]) {
  const base = baseOf(context);
  const adapter = adapterOf(context, base);
  const workers = workersOf(context);
  const { onProgress } = context;
  const recordTokens = tokensOf(
    base,
    textRecords(corpus).map(({ text }) => text),
  );
  const callTokens = calls.map(({ text }) => base.tokenizer.encode(text).slice(0, CALL_CONTEXT));
  const parts = join(context.work, PARTS);
  const gradientsOf = (texts: readonly number[][], length: number, work: PoolOptions) => {
    const made = digestOf([SKETCH_METHOD, base.shape, base.weights, adapter, texts, length]);
    return projectedGradients(base, adapter, SKETCH_METHOD, texts, length, work, join(parts, made));
  };
  const ofRecords = await gradientsOf(recordTokens, base.shape.context, { workers, onProgress });
  const ofCalls = await gradientsOf(callTokens, CALL_CONTEXT, { workers });
  rmSync(parts, { recursive: true, force: true });
  const dots = gradientDots(ofRecords, ofCalls);
  return (call: number) => scoresAtPlaces(dots(call), corpus);
}
