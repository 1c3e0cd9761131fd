// Stage `sketch-model`: sketches texts by a decoder that the user brings, with its LoRA adapter; and calls by the same.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { decoderGradients, tokensOfTexts, type NamedTexts } from "../decoder/decoder-gradients.ts";
import { projectionWidth, type DecoderModel } from "../decoder/decoder-text-model.ts";
import { decoderDigests, loadDecoder, readArchitecture, type DecoderPlace } from "../decoder/decoder.ts";
import { loadTokens } from "../decoder/tokens.ts";
import { loadBasis } from "../sketch/basis-file.ts";
import type { BasisMethod } from "../sketch/basis.ts";
import { keptRows } from "../sketch/kept-rows.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { checkDecoder, DECODER, decoderTexts, type DecoderOrigin } from "./decoder-sketches.ts";
import { FILES, readCorpusFile, recordNameIn, textRecords } from "./files.ts";
import type { KeptSketches } from "./kept-sketches.ts";
import { inputFile, poolOf, required, type Stage, type StageContext } from "./stage.ts";
import { recordsPlaced, sizeLimitOf, sketchSizeOf, sketchSource, vectorFolder } from "./sketch-source.ts";
import { readTexts } from "./texts-file.ts";

const METHOD: Omit<BasisMethod, "k"> = { seed: 1, curvatureSamples: 3000, damping: 1 };

export const sketchModelStage: Stage = {
  about: "sketch the records, or --texts, by the model in --model with --adapter, instead of by the engine's own",
  spreads: true,
  async run(context) {
    const place = placeOf(context);
    const k = sketchSizeOf(context);
    const named = await textsOf(context);
    const { context: positions, vocabulary } = readArchitecture(place.model);
    const tokens = tokensOfTexts(named, loadTokens(place.model, vocabulary), positions);
    // Loaded once before the workers do, so that what is wrong with it is said before anything is begun.
    const width = projectionWidth(loadDecoder(place).lora!);
    const origin: DecoderOrigin = { kind: DECODER, ...decoderDigests(place), texts: digestOf(named), width };
    const model: DecoderModel = { kind: "decoder", place, width };
    const gradients = decoderGradients(model, METHOD.seed, tokens, named.nameOf);
    const name = context.options.texts ?? join(context.work, FILES.corpus);
    const source = { ...keptRows(gradients, vectorFolder(context, origin)), name };
    return sketchSource(context, source, { k, ...METHOD, ...sizeLimitOf(context) }, origin, recordsPlaced(context));
  },
};

function placeOf({ options }: StageContext): DecoderPlace {
  return { model: required(options.model, "--model"), adapter: required(options.adapter, "--adapter") };
}

function digestOf({ texts }: NamedTexts): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
}

/** The texts of `--texts`, or the records of the corpus. */
async function textsOf({ work, options }: StageContext): Promise<NamedTexts> {
  if (options.texts !== undefined) return readTexts(inputFile(options.texts, "--texts"));
  const records = textRecords(readCorpusFile(work));
  return { texts: records.map(({ text }) => text), nameOf: recordNameIn(work, records) };
}

/** Sketches of calls by the model that the records were sketched by, each text cut to the model's context. */
export async function sketchCallsByModel(
  context: StageContext,
  origin: DecoderOrigin,
  texts: readonly string[],
  kept: KeptSketches,
): Promise<Sketches> {
  return sketchAgain(context, origin, { texts, nameOf: (row) => `call ${row}` }, true, kept);
}

/** Sketches of the corpus's records, or those of `--texts`, by the model that they were sketched by. */
export async function sketchRecordsByModel(
  context: StageContext,
  origin: DecoderOrigin,
  kept: KeptSketches,
): Promise<Sketches> {
  const named = await textsOf(context);
  if (digestOf(named) !== origin.texts)
    throw new Error(`${named.nameOf(0)} and those after it: not the texts that the records were sketched from`);
  return recordsPlaced(context)(await sketchAgain(context, origin, named, false, kept));
}

function sketchAgain(
  context: StageContext,
  origin: DecoderOrigin,
  texts: NamedTexts,
  cuts: boolean,
  kept: KeptSketches,
): Promise<Sketches> {
  const place = placeOf(context);
  checkDecoder(place, origin);
  const { basis } = loadBasis(join(context.work, FILES.basis));
  const { source, tokens } = decoderTexts(place, { basis, origin }, texts, cuts);
  return kept.make({ source, basis, madeOf: [origin, tokens], work: poolOf(context) });
}
