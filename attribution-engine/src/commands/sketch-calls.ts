// Stages `sketch-calls`, `attest` and `commit-sketches`: attributors sketch the calls of a settlement, sign the same bytes, and commit them.
import { join } from "node:path";
import type { Hex } from "viem";
import { readSettlementBundle, writeSettlementBundle } from "../bundle/settlement-bundle.ts";
import { attestSketches, type Attestation } from "../chain/attest-sketches.ts";
import { commitSketches } from "../chain/commit-sketches.ts";
import { loadBasis } from "../sketch/basis-file.ts";
import { ownGradients } from "../sketch/own-model.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";
import { connectReader, connectSender, signer, type Connection } from "./connection.ts";
import { DECODER, type DecoderOrigin } from "./decoder-sketches.ts";
import { FILES, readJson, writeJson } from "./files.ts";
import { FEATURES, sketchCallFeatures, type FeaturesOrigin } from "./import-features.ts";
import { readWorkIndex } from "./index-file.ts";
import { keptSketches, type KeptSketches } from "./kept-sketches.ts";
import { adapterOf, baseOf, basisOf } from "./model-files.ts";
import { sketchCallsByModel } from "./sketch-model.ts";
import { callNameIn, callText, readSettlementFile, type SettlementCall } from "./settlement-file.ts";
import { integerOf, poolOf, required, type Stage, type StageContext } from "./stage.ts";

/** What the first attributor published; the others sign the same. */
export interface SketchesFile {
  bundleHash: Hex;
}

interface AttestationsFile {
  attestations: Attestation[];
}

export function sketchesFile(settlementId: string): string {
  return `sketches-${settlementId}.json`;
}

function attestationsFile(settlementId: string): string {
  return `attestations-${settlementId}.json`;
}

/** Sketches of a settlement's calls, made as the records' were. */
export async function sketchSettlement(context: StageContext, id: string, kept: KeptSketches): Promise<Int8Array> {
  const { calls } = readSettlementFile(context.work, id);
  const { origin } = loadBasis(join(context.work, FILES.basis));
  switch (origin?.kind) {
    case undefined:
      return sketchByOwnModel(context, id, calls, kept);
    case FEATURES:
      return (await sketchCallFeatures(context, origin as FeaturesOrigin, calls.length, kept)).sketches;
    case DECODER:
      return (await sketchCallsByModel(context, origin as DecoderOrigin, calls.map(callText), kept)).sketches;
    default:
      throw new Error(`${FILES.basis}: made of ${origin?.kind}, which this version does not know`);
  }
}

async function sketchByOwnModel(
  context: StageContext,
  id: string,
  calls: readonly SettlementCall[],
  kept: KeptSketches,
): Promise<Int8Array> {
  const base = baseOf(context);
  const adapter = adapterOf(context, base);
  const basis = basisOf(context, base, adapter);
  const texts = calls.map((call) => base.tokenizer.encode(callText(call)).slice(0, CALL_CONTEXT));
  const nameOf = callNameIn(context.work, id);
  const source = ownGradients(base, adapter, basis.method, texts, CALL_CONTEXT, { nameOf });
  const madeOf = [base.shape, base.weights, adapter, texts, CALL_CONTEXT];
  return (await kept.make({ source, basis, madeOf, work: poolOf(context) })).sketches;
}

/** What a stage keeps of a settlement's sketches for the account in the environment. */
function keptFor(stage: string, { work }: StageContext, id: string): KeptSketches {
  return keptSketches(work, stage, `${id}-${signer().address}`);
}

export const sketchCallsStage: Stage = {
  about: "sketch the calls of --settlement, publish the sketches and sign them",
  spreads: true,
  async run(context) {
    const id = required(context.options.settlement, "--settlement");
    const connection = await connectReader(context);
    const { receipts } = readSettlementFile(context.work, id);
    const kept = keptFor("sketch-calls", context, id);
    const sketches = await sketchSettlement(context, id, kept);
    const bundles = join(context.work, FILES.bundles);
    const { hash: bundleHash } = await writeSettlementBundle(bundles, {
      chainId: BigInt(connection.chainId),
      modelVersion: BigInt(integerOf(context.options.version, "--version")),
      receipts,
      sketches: { settlementId: BigInt(id), k: sketches.length / receipts.count, sketches },
    });
    const file: SketchesFile = { bundleHash };
    writeJson(context.work, sketchesFile(id), file);
    writeJson(context.work, attestationsFile(id), { attestations: [] });
    await attest(context, connection, id, () => Promise.resolve(sketches));
    kept.drop();
    const { manifest } = await readSettlementBundle(bundles, bundleHash);
    return { bundleHash, root: manifest.sketchesRoot };
  },
};

export const attestStage: Stage = {
  about: "as another attributor, sketch the calls of --settlement again and sign if every byte is the same",
  spreads: true,
  async run(context) {
    const id = required(context.options.settlement, "--settlement");
    const kept = keptFor("attest", context, id);
    await attest(context, await connectReader(context), id, () => sketchSettlement(context, id, kept));
    kept.drop();
    return { attributor: signer().address, settlement: id };
  },
};

/** Adds the signature of the account in the environment, after `recompute` gave the published bytes. Index, receipts and sketches are read from the folder that is served. */
async function attest(
  context: StageContext,
  { reader, contracts }: Connection,
  id: string,
  recompute: () => Promise<Int8Array>,
): Promise<void> {
  const { bundleHash } = readJson<SketchesFile>(context.work, sketchesFile(id), "sketch-calls");
  const { contents } = await readSettlementBundle(join(context.work, FILES.bundles), bundleHash);
  if (contents.sketches === undefined) throw new Error(`bundle ${bundleHash} has no sketches`);
  const { k, sketches } = contents.sketches;
  const indexOf = async () => (await readWorkIndex(context.work)).index;
  const request = { settlementId: BigInt(id), receipts: contents.receipts, k, sketches, recompute, indexOf };
  const attestation = await attestSketches(reader, contracts, signer(), request);
  const { attestations } = readJson<AttestationsFile>(context.work, attestationsFile(id), "sketch-calls");
  const others = attestations.filter((other) => other.signer !== attestation.signer);
  writeJson(context.work, attestationsFile(id), { attestations: [...others, attestation] });
}

export const commitSketchesStage: Stage = {
  about: "commit the sketches of --settlement with all signatures that were given",
  async run(context) {
    const id = required(context.options.settlement, "--settlement");
    const { access, contracts } = await connectSender(context);
    const { attestations } = readJson<AttestationsFile>(context.work, attestationsFile(id), "sketch-calls");
    const { bundleHash } = readJson<SketchesFile>(context.work, sketchesFile(id), "sketch-calls");
    await commitSketches(access, contracts.ledger, { settlementId: BigInt(id), bundleHash, attestations });
    return { bundleHash, attestations: attestations.length };
  },
};
