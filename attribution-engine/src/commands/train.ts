// Stage `train`: trains the adapter on the datanets' records and measures it on held-out text beside a tuned bigram model.
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { bigramPerplexity, tuneBigram } from "../baselines/bigram.ts";
import { nearCopies } from "../index/near-copies.ts";
import { repeatsItself } from "../index/repetition.ts";
import { ADAPTER_RECIPE, saveAdapter, trainAdapter } from "../model/adapter.ts";
import type { BaseModel } from "../model/checkpoint.ts";
import { perplexity } from "../model/losses.ts";
import { keepTrainingIn } from "../model/training-file.ts";
import { FILES, placedRecords, readCorpusFile, textRecords, type CorpusFile, type TextRecord } from "./files.ts";
import { REPETITION_LIMIT, SIGNATURE_MATCH } from "./method.ts";
import { baseOf, recordTokensOf, tokensOf } from "./model-files.ts";
import type { Stage } from "./stage.ts";

/** The training that is under way. */
const UNFINISHED = "adapter.training";

export const trainStage: Stage = {
  about: "train the adapter on the records and measure its perplexity",
  async run(context) {
    const base = baseOf(context);
    const corpus = readCorpusFile(context.work);
    const records = recordTokensOf(context, base, corpus);
    const { rows, nearCopies: nearCopiesLeftOut, repetitive: repetitiveLeftOut } = await trainingChoice(corpus);
    const trained = rows.map((row) => records[row]!);
    const heldOut = tokensOf(
      base,
      corpus.heldOut.map(({ text }) => text),
    );
    const unfinished = join(context.work, UNFINISHED);
    // One thread, as where it is trained again without a speaker: the same batches then give the same bits.
    const adapter = await trainAdapter(base, trained, {
      threads: 1,
      keeper: keepTrainingIn(unfinished, trainingKey(base, trained)),
      onProgress: context.onProgress,
    });
    const path = join(context.work, FILES.adapter);
    saveAdapter(path, adapter);
    rmSync(unfinished, { force: true });
    return {
      weightsHash: bytesToHex(keccak256(readFileSync(path))),
      trainedRecords: trained.length,
      withdrawnLeftOut: placedRecords(corpus).length - records.length,
      nearCopiesLeftOut,
      repetitiveLeftOut,
      basePerplexity: await perplexity(base, undefined, heldOut),
      perplexity: await perplexity(base, adapter, heldOut),
      bigramPerplexity: bigramPerplexity(tuneBigram(trained, base.shape.vocabulary), heldOut),
    };
  },
};

/** Digest of all that the adapter depends on. */
function trainingKey({ shape, weights }: BaseModel, texts: readonly (readonly number[])[]): string {
  const digest = createHash("sha256").update(JSON.stringify([ADAPTER_RECIPE, shape, texts]));
  for (const [name, { data }] of weights)
    digest.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return digest.digest("hex");
}

/** Which of the texts are trained on, and how many are left out as copies or near copies of earlier ones, and for repeating themselves. */
interface TrainingChoice {
  readonly rows: readonly number[];
  readonly nearCopies: number;
  readonly repetitive: number;
}

/** The choice among the records that have texts: withdrawn ones are never trained on. */
export async function trainingChoice(corpus: CorpusFile): Promise<TrainingChoice & { records: TextRecord[] }> {
  const records = textRecords(corpus);
  return { records, ...(await chooseForTraining(records.map(({ text }) => text))) };
}

export async function chooseForTraining(texts: readonly string[]): Promise<TrainingChoice> {
  const copies = new Set((await nearCopies(texts, SIGNATURE_MATCH)).map(({ text }) => text));
  const novel = [...texts.keys()].filter((row) => !copies.has(row));
  const rows = novel.filter((row) => !repeatsItself(texts[row]!, REPETITION_LIMIT));
  return { rows, nearCopies: copies.size, repetitive: novel.length - rows.length };
}
