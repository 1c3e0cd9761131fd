// Stage `check-sketches`: computes the sketches of a settlement's calls, or of a version's records, again and says which of those committed are outside the tolerance.
import { join } from "node:path";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { isWithdrawnForm } from "@tributary/protocol/payloads/index";
import { buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { readSettlementBundle } from "../bundle/settlement-bundle.ts";
import { expectRoot, readSettlement } from "../chain/settlement-view.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import { withoutRepetitive } from "../index/repetition.ts";
import { checkSketches } from "../sketch/check-sketches.ts";
import { loadBasis } from "../sketch/basis-file.ts";
import { ownGradients } from "../sketch/own-model.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { atPlaces } from "./at-places.ts";
import { connectReader } from "./connection.ts";
import { DECODER, type DecoderOrigin } from "./decoder-sketches.ts";
import { FILES, textRecords, readCorpusFile, readJson, recordNameIn } from "./files.ts";
import { FEATURES, sketchRecordFeatures, type FeaturesOrigin } from "./import-features.ts";
import { readWorkIndex } from "./index-file.ts";
import { keptSketches, type KeptSketches } from "./kept-sketches.ts";
import { REPETITION_LIMIT } from "./method.ts";
import { adapterOf, baseOf, basisOf, recordTokensOf } from "./model-files.ts";
import { sketchRecordsByModel } from "./sketch-model.ts";
import { type SketchesFile, sketchesFile, sketchSettlement } from "./sketch-calls.ts";
import { integerOf, poolOf, required, type Stage, type StageContext } from "./stage.ts";

const STAGE = "check-sketches";

export const checkSketchesStage: Stage = {
  about:
    "sketch the calls of --settlement, or the records of --version, again and say which committed sketches can be disputed",
  spreads: true,
  run(context) {
    return context.options.settlement === undefined && context.options.version !== undefined
      ? checkRecords(context)
      : checkCalls(context);
  },
};

async function checkCalls(context: StageContext): Promise<object> {
  const id = required(context.options.settlement, "--settlement or --version");
  const { reader, contracts } = await connectReader(context);
  const { bundleHash } = readJson<SketchesFile>(context.work, sketchesFile(id), "sketch-calls");
  const { contents } = await readSettlementBundle(join(context.work, FILES.bundles), bundleHash);
  if (contents.sketches === undefined) throw new Error(`bundle ${bundleHash} has no sketches`);
  const { k, sketches } = contents.sketches;
  const root = manifestRoot(buildSketchesTree(hashReceipts(contents.receipts), sketches, k).root);
  const settlement = await readSettlement(reader, contracts.ledger, BigInt(id));
  expectRoot(`settlement ${id}, sketches of bundle ${bundleHash}`, root, settlement.sketches);
  const kept = keptSketches(context.work, STAGE, id);
  const own = await sketchSettlement(context, id, kept);
  const outside = checkSketches({ k, sketches }, { k: own.length / contents.receipts.count, sketches: own });
  kept.drop();
  return { settlement: id, calls: contents.receipts.count, outside };
}

async function checkRecords(context: StageContext): Promise<object> {
  const version = integerOf(context.options.version, "--version");
  const { reader, contracts } = await connectReader(context);
  const { hash: bundleHash, index } = await readWorkIndex(context.work);
  const committed = await reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "indexOf",
    args: [BigInt(version)],
  });
  expectRoot(`version ${version}, index of bundle ${bundleHash}`, manifestRoot(buildIndexTree(index).root), committed);
  const kept = keptSketches(context.work, STAGE, `version-${version}`);
  const isWithdrawn = (place: number): boolean =>
    isWithdrawnForm({ novelty: index.novelties[place]!, witness: index.witnesses[place]! });
  const outside = checkSketches(index, await sketchRecordsAgain(context, kept), isWithdrawn);
  kept.drop();
  return { version, records: index.count, outside };
}

/** Sketches of all records, made as those of the index were. */
async function sketchRecordsAgain(context: StageContext, kept: KeptSketches): Promise<Sketches> {
  const { origin } = loadBasis(join(context.work, FILES.basis));
  if (origin?.kind === DECODER) return sketchRecordsByModel(context, origin as DecoderOrigin, kept);
  if (origin?.kind === FEATURES) return sketchRecordFeatures(context, origin as FeaturesOrigin, kept);
  const base = baseOf(context);
  const adapter = adapterOf(context, base);
  const basis = basisOf(context, base, adapter);
  const corpus = readCorpusFile(context.work);
  const tokens = recordTokensOf(context, base, corpus);
  const records = textRecords(corpus);
  const texts = records.map(({ text }) => text);
  const { shape, weights } = base;
  const nameOf = recordNameIn(context.work, records);
  const source = ownGradients(base, adapter, basis.method, tokens, shape.context, { nameOf });
  const madeOf = [shape, weights, adapter, tokens];
  const sketches = await kept.make({ source, basis, madeOf, work: poolOf(context) });
  return atPlaces(withoutRepetitive(sketches, texts, REPETITION_LIMIT), corpus);
}
