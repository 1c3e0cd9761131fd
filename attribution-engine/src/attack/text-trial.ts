/** Copies of text: what tells them on the main job's own records, and what they earn under its method. */
import { join } from "node:path";
import { canonicalText } from "@tributary/protocol/canonical-text";
import { agreeingBits } from "@tributary/protocol/content-signature";
import { Bm25Index } from "../baselines/bm25.ts";
import { FILES, placedRecords, readCorpusFile, SHIPPED_BASE, type PlacedRecord } from "../commands/files.ts";
import { tokensOf } from "../commands/model-files.ts";
import { computeNovelty, type NoveltyRule } from "../index/novelty.ts";
import { signTexts } from "../index/sign-texts.ts";
import { loadAdapter } from "../model/adapter.ts";
import { loadBase } from "../model/checkpoint.ts";
import { createRandom } from "../numerics/random.ts";
import { loadSketchBasis } from "../sketch/own-model.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { loadSketches } from "../sketch/sketch-file.ts";
import { CALL_CONTEXT, sketchTexts } from "../sketch/sketch-texts.ts";
import { CALL_AMOUNT, earningsOf } from "./payments.ts";
import { TEXT_DISGUISES } from "./text-disguises.ts";

const UNIT = 65_536;
const OFF = 257;
const SOURCES = 24;
const COPIES = 10;
const RULE = { topK: 32, debitFactor: 192 };
const LEXICAL = { k1: 1.2, b: 0.75 };

/** Rules of novelty that are compared on text; the names are τ, δ and agreeing bits. */
const RULES: Readonly<Record<string, NoveltyRule>> = {
  "0.98/0.10/192": { tau: Math.round(0.98 * UNIT), delta: Math.round(0.1 * UNIT), signatureMatch: 192 },
  "0.90/0.30/192": { tau: Math.round(0.9 * UNIT), delta: Math.round(0.3 * UNIT), signatureMatch: 192 },
  "0.90/0.30/176": { tau: Math.round(0.9 * UNIT), delta: Math.round(0.3 * UNIT), signatureMatch: 176 },
  "0.90/0.30/168": { tau: Math.round(0.9 * UNIT), delta: Math.round(0.3 * UNIT), signatureMatch: 168 },
};

/** What a disguise comes to, means over copies. */
export interface TextOutcome {
  readonly disguise: string;
  readonly strength: number;
  /** Agreeing bits of the signatures of copy and source, and their sketches' cosine. */
  readonly bits: number;
  readonly cosine: number;
  /** Income with the copies ÷ without, by rule of novelty, and by lexical search. */
  readonly ratios: Readonly<Record<string, number>>;
}

export interface TextFigures {
  /** Quantiles over honest records of the largest likeness to any earlier record: 50 %, 90 %, 99 %, 99.9 %, all. */
  readonly honestCosines: readonly number[];
  readonly honestBits: readonly number[];
  /** Share of novelty that honest records lose, and share of them of novelty 0, by rule. */
  readonly honestLoss: Readonly<Record<string, readonly [lost: number, zero: number]>>;
  readonly outcomes: readonly TextOutcome[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function quantiles(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.5, 0.9, 0.99, 0.999, 1].map((q) => sorted[Math.ceil(q * sorted.length) - 1]!);
}

/** Largest cosine of each record with an earlier one, to 1/255: what a ramp over all cosines leaves of its novelty. */
async function largestCosines(sketches: Sketches): Promise<number[]> {
  const contentSignatures = new Uint8Array(32 * sketches.count);
  const recordHashes = new Uint8Array(32 * sketches.count);
  const view = new DataView(recordHashes.buffer);
  for (let place = 0; place < sketches.count; place++) view.setUint32(32 * place, place + 1);
  const input = { ...sketches, recordHashes, contentSignatures };
  const { novelties } = await computeNovelty(input, { tau: UNIT, delta: UNIT, signatureMatch: OFF });
  return [...novelties].map((novelty) => 1 - novelty / 255);
}

/** Most agreeing bits of each record's signature with an earlier one's. */
function mostBits(signatures: Uint8Array): number[] {
  const count = signatures.length / 32;
  const words = new Uint32Array(signatures.slice().buffer);
  return Array.from({ length: count }, (_, i) => {
    let fewest = 256;
    for (let j = 0; j < i; j++) {
      let different = 0;
      for (let word = 0; word < 8; word++) {
        let bits = words[8 * i + word]! ^ words[8 * j + word]!;
        bits -= (bits >>> 1) & 0x55555555;
        bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
        different += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      }
      if (different < fewest) fewest = different;
    }
    return 256 - fewest;
  });
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

/** Places of the contributor whose records are copied: the one of middling size. */
function attackerPlaces(records: readonly PlacedRecord[]): number[] {
  const byName = new Map<string, number[]>();
  for (const [place, { contributor }] of records.entries())
    byName.set(contributor, [...(byName.get(contributor) ?? []), place]);
  const sorted = [...byName.values()].sort((a, b) => a.length - b.length);
  return sorted[Math.floor(sorted.length / 2)]!;
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

/** Lexical search pays each call's best 32 records by BM25, and nets nothing. */
function lexicalShare(texts: readonly string[], prompts: readonly string[], isOwn: (place: number) => boolean): number {
  const index = new Bm25Index(texts);
  return mean(
    prompts.map((prompt) => {
      const scores = index.scores(prompt, LEXICAL);
      const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, RULE.topK);
      const total = best.reduce((sum, place) => sum + scores[place]!, 0);
      return total === 0 ? 0 : best.reduce((sum, place) => sum + (isOwn(place) ? scores[place]! : 0), 0) / total;
    }),
  );
}

/**
 * Measures copies of one contributor's records on the main job's text.
 * @param work a folder in which the stages `corpus`, `train` and `sketch-records` were run; the adapter is not trained again on the copies.
 */
export async function textFigures(
  work: string,
  workers: number,
  onProgress: (done: number, total: number) => void,
): Promise<TextFigures> {
  const corpus = readCorpusFile(work);
  const records = placedRecords(corpus);
  const texts = records.map(({ text }) => text);
  const base = loadBase(SHIPPED_BASE);
  const adapter = loadAdapter(join(work, FILES.adapter), base);
  const basis = loadSketchBasis(join(work, FILES.basis), base, adapter);
  const sketches = loadSketches(join(work, FILES.records));
  const prompts = corpus.heldOut.map(({ prompt }) => prompt);
  const promptTokens = tokensOf(base, prompts).map((tokens) => tokens.slice(0, CALL_CONTEXT));
  const calls = await sketchTexts(base, adapter, basis, promptTokens, CALL_CONTEXT, { workers });
  const amounts = prompts.map(() => CALL_AMOUNT);
  const signed = signTexts(texts);
  const own = attackerPlaces(records);
  const isOwn = (place: number): boolean => place >= texts.length || own.includes(place);
  const share = async (
    index: Sketches,
    hashes: ReturnType<typeof signTexts>,
    rule: NoveltyRule,
  ): Promise<[number, Uint8Array]> => {
    const { novelties } = await computeNovelty({ ...index, ...hashes }, rule);
    const earned = await earningsOf({ ...index, novelties }, calls, amounts, RULE);
    const total = earned.reduce((sum, one) => sum + one, 0);
    return [earned.reduce((sum, one, place) => sum + (isOwn(place) ? one : 0), 0) / total, novelties];
  };
  const honest = new Map<string, number>();
  const honestLoss: Record<string, [number, number]> = {};
  for (const [name, rule] of Object.entries(RULES)) {
    const [income, novelties] = await share(sketches, signed, rule);
    honest.set(name, income);
    honestLoss[name] = [1 - mean([...novelties]) / 255, novelties.filter((one) => one === 0).length / novelties.length];
  }
  const lexical = lexicalShare(texts, prompts, isOwn);
  const plans = [
    { name: "exact", strength: 0, apply: (words: readonly string[]) => [...words] },
    ...TEXT_DISGUISES.flatMap(({ name, strengths, apply }) => strengths.map((strength) => ({ name, strength, apply }))),
  ];
  const sources = own.slice(0, SOURCES);
  const outcomes: TextOutcome[] = [];
  for (const [at, { name, strength, apply }] of plans.entries()) {
    const random = createRandom(1, `${name} ${strength}`);
    const places = Array.from({ length: COPIES }, () => sources).flat();
    const copies = places.map((place) => {
      const next = (texts[place + 1] ?? "").split(" ");
      return canonicalText(apply(texts[place]!.split(" "), strength, random, next).join(" ") || texts[place]!);
    });
    const tokens = tokensOf(base, copies).map((one) => one.slice(0, base.shape.context));
    const made = await sketchTexts(base, adapter, basis, tokens, base.shape.context, { workers });
    const all = joinSketches(sketches, made);
    const signedCopies = signTexts(copies);
    const hashes = {
      recordHashes: Buffer.concat([signed.recordHashes, signedCopies.recordHashes]),
      contentSignatures: Buffer.concat([signed.contentSignatures, signedCopies.contentSignatures]),
    };
    const ratios: Record<string, number> = {};
    for (const [rule, of] of Object.entries(RULES))
      ratios[rule] = (await share(all, hashes, of))[0] / honest.get(rule)!;
    ratios["lexical n-gram"] = lexicalShare([...texts, ...copies], prompts, isOwn) / lexical;
    const part = (bytes: Uint8Array, place: number): Uint8Array => bytes.subarray(32 * place, 32 * place + 32);
    outcomes.push({
      disguise: name,
      strength,
      bits: mean(
        places.map((place, i) =>
          agreeingBits(part(signed.contentSignatures, place), part(signedCopies.contentSignatures, i)),
        ),
      ),
      cosine: mean(places.map((place, i) => cosine(sketches, place, made, i))),
      ratios,
    });
    onProgress(at + 1, plans.length);
  }
  return {
    honestCosines: quantiles(await largestCosines(sketches)),
    honestBits: quantiles(mostBits(signed.contentSignatures)),
    honestLoss,
    outcomes,
  };
}
