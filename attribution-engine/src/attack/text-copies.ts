/** Copies of one contributor's passages in the main job's datanets, and what they change of its income. */
import { join } from "node:path";
import { canonicalText } from "@tributary/protocol/canonical-text";
import { agreeingBits } from "@tributary/protocol/content-signature";
import { Bm25Index } from "../baselines/bm25.ts";
import { FILES, textRecords, readCorpusFile, SHIPPED_BASE, type TextRecord } from "../commands/files.ts";
import { NOVELTY_RULE, POINTS_RULE, REPETITION_LIMIT } from "../commands/method.ts";
import { tokensOf } from "../commands/model-files.ts";
import { loadRecordSketches } from "../commands/record-sketches.ts";
import { computeNovelty, type NoveltyRule } from "../index/novelty.ts";
import { withoutRepetitive } from "../index/repetition.ts";
import { signTexts } from "../index/sign-texts.ts";
import { loadAdapter, type Adapter } from "../model/adapter.ts";
import { loadBase, type BaseModel } from "../model/checkpoint.ts";
import { createRandom } from "../numerics/random.ts";
import type { Queries } from "../search/records.ts";
import { loadSketchBasis } from "../sketch/own-model.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { CALL_CONTEXT, sketchTexts } from "../sketch/sketch-texts.ts";
import { mean } from "./means.ts";
import { CALL_AMOUNT, earningsOf } from "./payments.ts";
import type { Size } from "./tasks.ts";
import { TEXT_DISGUISES } from "./text-disguises.ts";

const WORK = { workers: 1 };
const UNIT = 65_536;
const LEXICAL = { k1: 1.2, b: 0.75 };
/** Where contributors of each size stand among all, counted from the smallest. */
const RANKS: Readonly<Record<Size, number>> = { small: 0.1, median: 0.5, large: 0.9 };

const ruleOf = (tau: number, delta: number, signatureMatch: number): NoveltyRule => ({
  ...{ tau: Math.round(tau * UNIT), delta: Math.round(delta * UNIT) },
  signatureMatch,
});

/** Rules of novelty that are compared on text, the main job's first; the names are τ, δ and agreeing bits. */
export const TEXT_RULES: Readonly<Record<string, NoveltyRule>> = {
  "0.90/0.30/192": NOVELTY_RULE,
  "0.98/0.10/192": ruleOf(0.98, 0.1, 192),
  "0.90/0.30/176": ruleOf(0.9, 0.3, 176),
  "0.90/0.30/168": ruleOf(0.9, 0.3, 168),
};

/** How somebody copies all of their own passages. */
export interface TextPlan {
  readonly size: Size;
  /** Name of a disguise; none: exact copies. */
  readonly disguise?: string | undefined;
  readonly strength: number;
  readonly times: number;
}

/** The main job as its stages left it. */
export interface TextJob {
  readonly base: BaseModel;
  readonly adapter: Adapter;
  readonly basis: Awaited<ReturnType<typeof loadSketchBasis>>;
  readonly records: readonly TextRecord[];
  readonly texts: readonly string[];
  readonly prompts: readonly string[];
  readonly sketches: Sketches;
  readonly signed: ReturnType<typeof signTexts>;
  readonly calls: Queries;
}

/** @param folder in which the stages `corpus`, `train` and `sketch-records` were run */
export async function loadTextJob(folder: string): Promise<TextJob> {
  const corpus = readCorpusFile(folder);
  const records = textRecords(corpus);
  const texts = records.map(({ text }) => text);
  const base = loadBase(SHIPPED_BASE);
  const adapter = loadAdapter(join(folder, FILES.adapter), base);
  const basis = loadSketchBasis(join(folder, FILES.basis), base, adapter);
  const prompts = corpus.heldOut.map(({ prompt }) => prompt);
  const tokens = tokensOf(base, prompts).map((one) => one.slice(0, CALL_CONTEXT));
  return {
    ...{ base, adapter, basis, records, texts, prompts },
    sketches: loadRecordSketches(folder),
    signed: signTexts(texts),
    calls: await sketchTexts(base, adapter, basis, tokens, CALL_CONTEXT, WORK),
  };
}

/** Places of the records of the contributor of a size. */
export function textAttacker(records: readonly Pick<TextRecord, "contributor">[], size: Size): number[] {
  const byName = new Map<string, number[]>();
  for (const [place, { contributor }] of records.entries())
    byName.set(contributor, [...(byName.get(contributor) ?? []), place]);
  const sorted = [...byName.values()].sort((a, b) => a.length - b.length || a[0]! - b[0]!);
  return sorted[Math.floor(RANKS[size] * sorted.length)]!;
}

/** Every one of the passages at `own`, copied `times` over. @returns the copies and the place that each is of */
export function copyTexts(
  texts: readonly string[],
  own: readonly number[],
  { disguise, strength, times }: TextPlan,
): { copies: string[]; places: number[] } {
  const places = Array.from({ length: times }, () => own).flat();
  if (disguise === undefined) return { copies: places.map((place) => texts[place]!), places };
  const found = TEXT_DISGUISES.find(({ name }) => name === disguise);
  if (found === undefined)
    throw new Error(`no disguise ${disguise}; there are ${TEXT_DISGUISES.map(({ name }) => name).join(", ")}`);
  const random = createRandom(1, `${disguise} ${strength}`);
  const copies = places.map((place) => {
    const next = (texts[place + 1] ?? "").split(" ");
    return canonicalText(found.apply(texts[place]!.split(" "), strength, random, next).join(" ") || texts[place]!);
  });
  return { copies, places };
}

function joinSketches(a: Sketches, b: Sketches): Sketches {
  const sketches = new Int8Array(a.sketches.length + b.sketches.length);
  sketches.set(a.sketches);
  sketches.set(b.sketches, a.sketches.length);
  const scales = new Uint32Array(a.count + b.count);
  scales.set(a.scales);
  scales.set(b.scales, a.count);
  return { count: a.count + b.count, k: a.k, sketches, scales };
}

function cosine(a: Sketches, i: number, b: Sketches, j: number): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let c = 0; c < a.k; c++) {
    const [x, y] = [a.sketches[i * a.k + c]!, b.sketches[j * a.k + c]!];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb || 1);
}

type IsOwn = (place: number) => boolean;

/** Lexical search pays each call's best records by BM25, as many as a list has, and nets nothing. */
function lexicalShare(texts: readonly string[], prompts: readonly string[], isOwn: IsOwn): number {
  const index = new Bm25Index(texts);
  return mean(
    prompts.map((prompt) => {
      const scores = index.scores(prompt, LEXICAL);
      const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, POINTS_RULE.topK);
      const total = best.reduce((sum, place) => sum + scores[place]!, 0);
      return total === 0 ? 0 : best.reduce((sum, place) => sum + (isOwn(place) ? scores[place]! : 0), 0) / total;
    }),
  );
}

/** Shares of all royalties under each of {@link TEXT_RULES}, and under lexical search. */
async function shares(
  { prompts, calls }: TextJob,
  texts: readonly string[],
  sketches: Sketches,
  signed: TextJob["signed"],
  isOwn: IsOwn,
): Promise<number[]> {
  const amounts = prompts.map(() => CALL_AMOUNT);
  const own: number[] = [];
  for (const rule of Object.values(TEXT_RULES)) {
    const { novelties } = await computeNovelty({ ...sketches, ...signed }, rule);
    const earned = await earningsOf({ ...sketches, novelties }, calls, amounts, POINTS_RULE);
    const total = earned.reduce((sum, one) => sum + one, 0);
    own.push(earned.reduce((sum, one, place) => sum + (isOwn(place) ? one : 0), 0) / total);
  }
  return [...own, lexicalShare(texts, prompts, isOwn)];
}

/** @returns the records of the attacker; agreeing bits of copy and source, and their sketches' cosine, means; income with the copies ÷ without, by {@link TEXT_RULES} and under lexical search. */
export async function textOutcome(job: TextJob, plan: TextPlan): Promise<number[]> {
  const { base, adapter, basis, texts, sketches, signed } = job;
  const own = textAttacker(job.records, plan.size);
  const mine = new Set(own);
  const { copies, places } = copyTexts(texts, own, plan);
  const tokens = tokensOf(base, copies).map((one) => one.slice(0, base.shape.context));
  const sketched = await sketchTexts(base, adapter, basis, tokens, base.shape.context, WORK);
  const made = withoutRepetitive(sketched, copies, REPETITION_LIMIT);
  const signedCopies = signTexts(copies);
  const joined = {
    recordHashes: Buffer.concat([signed.recordHashes, signedCopies.recordHashes]),
    contentSignatures: Buffer.concat([signed.contentSignatures, signedCopies.contentSignatures]),
  };
  const isOwn: IsOwn = (place) => place >= texts.length || mine.has(place);
  const before = await shares(job, texts, sketches, signed, isOwn);
  const after = await shares(job, [...texts, ...copies], joinSketches(sketches, made), joined, isOwn);
  const part = (bytes: Uint8Array, place: number): Uint8Array => bytes.subarray(32 * place, 32 * place + 32);
  const bits = places.map((place, i) =>
    agreeingBits(part(signed.contentSignatures, place), part(signedCopies.contentSignatures, i)),
  );
  return [
    own.length,
    mean(bits),
    mean(places.map((place, i) => cosine(sketches, place, made, i))),
    ...after.map((share, rule) => share / before[rule]!),
  ];
}
