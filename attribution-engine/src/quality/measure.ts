/** Command: trains, sketches and prints every quality figure of the attribution method with its baselines. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Bm25Index, tuneBm25 } from "../baselines/bm25.ts";
import { bigramPerplexity, tuneBigram } from "../baselines/bigram.ts";
import { gradientDots, projectedGradients } from "../baselines/gradient-dot.ts";
import { loadCorpora } from "../corpus/corpora.ts";
import type { CorpusRecord, HeldOutPassage } from "../corpus/corpora.ts";
import { trainAdapter } from "../model/adapter.ts";
import { loadBase } from "../model/checkpoint.ts";
import { generate } from "../model/generate.ts";
import { perplexity } from "../model/losses.ts";
import { buildSketchBasis, SKETCH_METHOD } from "../sketch/own-model.ts";
import { influences } from "../sketch/influence.ts";
import { CALL_CONTEXT, sketchTexts } from "../sketch/sketch-texts.ts";
import { chooseContributors, leaveOutAgreement, measureLeaveOut, predictLeaveOut } from "./leave-out.ts";
import { chanceShare, moneyShare } from "./money-share.ts";

const ANSWER_TOKENS = 24;

const { values: options } = parseArgs({
  options: {
    base: { type: "string", default: fileURLToPath(new URL("../../base", import.meta.url)) },
    workers: { type: "string", default: "2" },
    speakers: { type: "string", default: "8" },
    k: { type: "string", default: String(SKETCH_METHOD.k) },
    damping: { type: "string", default: String(SKETCH_METHOD.damping) },
  },
});
const workers = Number(options.workers);
const method = { ...SKETCH_METHOD, k: Number(options.k), damping: Number(options.damping) };
let since = performance.now();
const timings: Record<string, number> = {};
const lap = (name: string): void => {
  timings[name] = Math.round((performance.now() - since) / 100) / 10;
  since = performance.now();
};
const print = (name: string, value: unknown): void =>
  console.log(`${name}: ${typeof value === "number" ? value.toFixed(4) : JSON.stringify(value)}`);

const base = loadBase(options.base);
const encode = ({ text }: { readonly text: string }): number[] => base.tokenizer.encode(text);
const { datanets, heldOut, tuning } = loadCorpora(base.shape.context, (word) => base.tokenizer.encode(word).length);
const records = datanets.flatMap((datanet) => datanet.records);
const contributors = records.map((record) => record.contributor);
const texts = records.map(encode);
const heldOutTexts = heldOut.map(encode);
lap("corpora");
print(
  "records",
  datanets.map((datanet) => datanet.records.length),
);

const adapter = await trainAdapter(base, texts);
lap("train adapter");
print("perplexity of the base", await perplexity(base, undefined, heldOutTexts));
print("perplexity of base + adapter", await perplexity(base, adapter, heldOutTexts));
lap("perplexity");
const bigram = tuneBigram(texts, base.tokenizer.size);
print("perplexity of the tuned bigram", bigramPerplexity(bigram, heldOutTexts));
lap("bigram");

const basis = await buildSketchBasis(base, adapter, texts, method, { workers });
lap("basis");
const recordSketches = await sketchTexts(base, adapter, basis, texts, base.shape.context, { workers });
lap("record sketches");

const speeches = <Passage extends CorpusRecord>(passages: readonly Passage[]): Passage[] =>
  passages.filter(({ contributor }) => contributor !== "Herman Melville");
/** Prompts with the model's own answers: what a gateway would see. */
async function makeCalls(
  passages: readonly HeldOutPassage[],
): Promise<{ texts: number[][]; words: string[]; contributors: string[] }> {
  const prompts = passages.map(({ prompt }) => base.tokenizer.encode(prompt));
  const answers = await generate(base, adapter, prompts, {
    tokens: ANSWER_TOKENS,
    length: CALL_CONTEXT,
    temperature: 0.7,
    seed: 1,
  });
  const callTexts = prompts.map((prompt, i) => [...prompt, ...answers[i]!]);
  return {
    texts: callTexts,
    words: callTexts.map((tokens) => base.tokenizer.decode(tokens)),
    contributors: passages.map(({ contributor }) => contributor),
  };
}
const calls = await makeCalls(speeches(heldOut));
const tuningCalls = await makeCalls(speeches(tuning));
lap("answers");
const callSketches = await sketchTexts(base, adapter, basis, calls.texts, CALL_CONTEXT, { workers });
const tuningSketches = await sketchTexts(base, adapter, basis, tuningCalls.texts, CALL_CONTEXT, { workers });
lap("call sketches");

const share = (callContributors: readonly string[], scores: (call: number) => ArrayLike<number>): number =>
  moneyShare({ recordContributors: contributors, callContributors, scores });
const bm25 = new Bm25Index(records.map(({ text }) => text));
const parameters = tuneBm25((trial) =>
  share(tuningCalls.contributors, (call) => bm25.scores(tuningCalls.words[call]!, trial)),
);
print("BM25 parameters", parameters);
lap("bm25");
const recordGradients = await projectedGradients(base, adapter, method, texts, base.shape.context, { workers });
const queryTexts = [...calls.texts, ...tuningCalls.texts, ...heldOutTexts];
const queryGradients = await projectedGradients(base, adapter, method, queryTexts, CALL_CONTEXT, { workers });
const dots = gradientDots(recordGradients, queryGradients);
for (const [name, set, sketches, firstQuery] of [
  ["held out", calls, callSketches, 0],
  ["tuning", tuningCalls, tuningSketches, calls.texts.length],
] as const) {
  print(`${name}: calls`, set.texts.length);
  print(
    `${name}: speaker share by chance`,
    chanceShare({ recordContributors: contributors, callContributors: set.contributors }),
  );
  print(
    `${name}: speaker share of the sketches`,
    share(set.contributors, (call) => influences(recordSketches, sketches, call)),
  );
  print(
    `${name}: speaker share of gradient dot`,
    share(set.contributors, (call) => dots(firstQuery + call)),
  );
  print(
    `${name}: speaker share of BM25`,
    share(set.contributors, (call) => bm25.scores(set.words[call]!, parameters)),
  );
}
lap("gradient dot");

if (Number(options.speakers) > 0) {
  const left = chooseContributors(
    speeches(records).map(({ contributor }) => contributor),
    Number(options.speakers),
  );
  const measured = await measureLeaveOut(base, adapter, texts, contributors, left, heldOutTexts, { workers });
  lap("leave-out retraining");
  const querySketches = await sketchTexts(base, adapter, basis, heldOutTexts, CALL_CONTEXT, { workers });
  const groups = heldOut.map(({ contributor }) => contributor);
  print("left out", left);
  const predicted = predictLeaveOut(left, contributors, heldOut.length, (query) =>
    influences(recordSketches, querySketches, query),
  );
  print("leave-out agreement of the sketches", leaveOutAgreement(measured, predicted, groups));
  const byDots = predictLeaveOut(left, contributors, heldOut.length, (query) =>
    dots(calls.texts.length + tuningCalls.texts.length + query),
  );
  print("leave-out agreement of gradient dot", leaveOutAgreement(measured, byDots, groups));
  const byBm25 = predictLeaveOut(left, contributors, heldOut.length, (query) =>
    bm25.scores(heldOut[query]!.text, parameters),
  );
  print("leave-out agreement of BM25", leaveOutAgreement(measured, byBm25, groups));
  lap("leave-out agreement");
}
print("seconds", timings);
