/** The search for the copies of text that are paid most in the main job, and what tells copies there. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FILES, textRecords, readCorpusFile } from "../commands/files.ts";
import { madeFile } from "../commands/made-file.ts";
import { loadRecordSketches } from "../commands/record-sketches.ts";
import { computeNovelty } from "../index/novelty.ts";
import { signTexts } from "../index/sign-texts.ts";
import { keptTasks } from "../quality/kept-tasks.ts";
import { sourcesDigest } from "../quality/sources-digest.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { climb } from "./climb.ts";
import { mean } from "./means.ts";
import { SIZES, type Size } from "./tasks.ts";
import { TEXT_RULES, type TextPlan } from "./text-copies.ts";
import type { TextCopiesJob } from "./text-copies-worker.ts";
import { TEXT_DISGUISES } from "./text-disguises.ts";

const WORKER = new URL("./text-copies-worker.ts", import.meta.url);
const UNIT = 65_536;
const OFF = 257;
export const LEXICAL_NAME = "lexical";

/** What is read of the folder, and the stage that makes it. */
const INPUTS = [
  [FILES.corpus, "corpus"],
  [FILES.adapter, "train"],
  [FILES.basis, "sketch-records"],
  [FILES.records, "sketch-records"],
] as const;

/** How far a search of text goes. */
export interface TextExtent {
  readonly sizes: readonly Size[];
  readonly firstTimes: number;
  readonly times: readonly number[];
  /** Every n-th strength of a disguise in the first round, the strongest among them. */
  readonly every: number;
  readonly finalists: number;
  readonly steps: number;
}

export const TEXT_FULL: TextExtent = {
  ...{ sizes: SIZES, firstTimes: 5, times: [1, 5, 20, 50], every: 1, finalists: 2, steps: 5 },
};
export const TEXT_QUICK: TextExtent = {
  ...{ sizes: ["median"], firstTimes: 1, times: [1, 5], every: 4, finalists: 1, steps: 1 },
};

/** What a plan comes to. */
export interface TextOutcome extends TextPlan {
  /** Records that the attacker has, all of which were copied. */
  readonly records: number;
  /** Agreeing bits of the signatures of copy and source, and their sketches' cosine; means over copies. */
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

/** Works out plans' outcomes, in their order. */
export type RunText = (plans: readonly TextPlan[], stage: string) => Promise<Float64Array[]>;

const OUR_RULE = Object.keys(TEXT_RULES)[0]!;
const nameOf = ({ size, disguise, strength, times }: TextPlan): string => [size, disguise, strength, times].join();

/**
 * Exact copies; every disguise at all its strengths; from the best ones weaker, stronger, fewer and more; then these by attackers of other sizes, and on from there.
 * The main job's rule is searched against, and lexical search is paid along: its worst case is a lower bound.
 */
export async function searchText(extent: TextExtent, run: RunText): Promise<TextOutcome[]> {
  const { sizes, firstTimes, times, every, finalists, steps } = extent;
  const trying = (stage: string) => async (plans: readonly TextPlan[]) =>
    (await run(plans, stage)).map((outcome, at) => outcomeOf(plans[at]!, outcome));
  const size: Size = "median";
  const disguised = TEXT_DISGUISES.flatMap(({ name, strengths }) =>
    strengths
      .filter((_, i) => (strengths.length - 1 - i) % every === 0)
      .map((strength): TextPlan => ({ size, disguise: name, strength, times: firstTimes })),
  );
  const exact = times.map((count): TextPlan => ({ size, strength: 0, times: count }));
  const first = await trying("copies of text")([...exact, ...disguised]);
  const aim = ({ ratios }: TextOutcome): number => ratios[OUR_RULE]!;
  const bestFirst = (tried: readonly TextOutcome[]): TextOutcome[] => [...tried].sort((a, b) => aim(b) - aim(a));
  const beside = (now: number, by: number): number => times[times.indexOf(now) + by] ?? now;
  const around = (plan: TextPlan): TextPlan[] => [
    ...[0.8, 1.25].map((by) => ({ ...bare(plan), strength: Math.min(1, Number((plan.strength * by).toPrecision(3))) })),
    ...[-1, 1].map((by) => ({ ...bare(plan), times: beside(plan.times, by) })),
  ];
  const slope = { around, nameOf, aim, steps, tryThem: trying("copies of text, in every direction") };
  const ofEach = bestFirst(first).filter(
    ({ disguise }, at, all) => disguise !== undefined && all.findIndex((one) => one.disguise === disguise) === at,
  );
  const near = await climb(ofEach.slice(0, finalists), slope);
  const champion = bestFirst([...first, ...near])[0]!;
  const others = sizes.filter((one) => one !== size).map((one) => ({ ...bare(champion), size: one }));
  const last = await climb(await trying("copies of text, all sizes")(others), slope);
  const known = new Map([...first, ...near, ...last].map((one) => [nameOf(one), one]));
  return bestFirst([...known.values()]);
}

const bare = ({ size, disguise, strength, times }: TextPlan): TextPlan => ({ size, disguise, strength, times });

function outcomeOf(plan: TextPlan, [records, bits, likeness, ...ratios]: Float64Array): TextOutcome {
  const names = [...Object.keys(TEXT_RULES), LEXICAL_NAME];
  return {
    ...{ ...bare(plan), records: records!, bits: bits!, cosine: likeness! },
    ratios: Object.fromEntries(names.map((name, at) => [name, ratios[at]!])),
  };
}

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

/**
 * Measures copies of contributors' records on the main job's text.
 * @param folder in which the stages `corpus`, `train` and `sketch-records` were run; the adapter is not trained again on the copies.
 * @param kept where outcomes are kept, so that a run that was ended goes on.
 */
export async function textFigures(
  folder: string,
  kept: string,
  extent: TextExtent,
  workers: number,
  onProgress: (stage: string, done: number, total: number) => void,
): Promise<TextFigures> {
  const hash = createHash("sha256");
  for (const [name, stage] of INPUTS)
    hash.update(
      createHash("sha256")
        .update(readFileSync(madeFile(folder, name, stage)))
        .digest(),
    );
  const job = { worker: WORKER, folder: join(kept, "text-copies"), version: sourcesDigest(WORKER) };
  const shared: TextCopiesJob = { files: hash.digest("hex"), folder };
  const outcomes = await searchText(extent, (tasks, stage) =>
    keptTasks<TextCopiesJob, TextPlan>(
      { ...job, shared, tasks },
      { workers, onProgress: (done, total) => onProgress(stage, done, total) },
    ),
  );
  const sketches = loadRecordSketches(folder);
  const signed = signTexts(textRecords(readCorpusFile(folder)).map(({ text }) => text));
  const honestLoss: Record<string, [number, number]> = {};
  for (const [name, rule] of Object.entries(TEXT_RULES)) {
    const { novelties } = await computeNovelty({ ...sketches, ...signed }, rule);
    honestLoss[name] = [1 - mean([...novelties]) / 255, novelties.filter((one) => one === 0).length / novelties.length];
  }
  return {
    honestCosines: quantiles(await largestCosines(sketches)),
    honestBits: quantiles(mostBits(signed.contentSignatures)),
    ...{ honestLoss, outcomes },
  };
}
