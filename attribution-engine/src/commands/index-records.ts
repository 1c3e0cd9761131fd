// Stage `index`: builds the attribution index over the sketched records, publishes it and commits its root.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { hexToBytes } from "@tributary/protocol/bytes";
import { methodId } from "@tributary/protocol/typed-data/method-id";
import { writeIndexBundle } from "../bundle/index-bundle.ts";
import { commitIndex } from "../chain/commit-index.ts";
import { withdrawnFrom } from "../chain/withdrawals.ts";
import { buildIndex } from "../index/build-index.ts";
import { signTexts, type SignedTexts } from "../index/sign-texts.ts";
import { blankedSketches, placesOf } from "../index/withdrawn-form.ts";
import { openSketches, type StoredSketches } from "../sketch/sketch-file.ts";
import { connectReader, connectSender } from "./connection.ts";
import { FILES, placedRecords, readCorpusFile, textRecords, writeJson, type CorpusFile } from "./files.ts";
import { openStore, type IndexFile } from "./index-file.ts";
import { readLayout } from "./layout-file.ts";
import { methodOf } from "./method.ts";
import { openRecordSketches } from "./record-sketches.ts";
import { integerOf, workersOf, type Stage } from "./stage.ts";

const FULL_NOVELTY = 255;
/** Folder of blocks of novelty that are kept while there are more to come, in the work folder. */
const PARTS = "index-parts";
/** There: the sketches with zeros where the records are withdrawn. */
const BLANKED = "blanked.sketches";

export const indexStage: Stage = {
  about: "build, publish and commit the attribution index of --version; with --build-only commit nothing",
  spreads: true,
  async run(context) {
    const { work } = context;
    // Who commits nothing needs no key.
    const sending = context.options["build-only"] === true ? undefined : await connectSender(context);
    const { chainId, contracts, reader } = sending ?? (await connectReader(context));
    const modelVersion = BigInt(integerOf(context.options.version, "--version"));
    const corpus = readCorpusFile(work);
    const path = join(work, FILES.records);
    const sketches = openRecordSketches(work);
    const layout = readLayout(work, placedRecords(corpus).length);
    const { contributionIds } = layout;
    const withdrawn = await withdrawnFrom(reader, contracts, modelVersion, contributionIds);
    const signed = signRecords(work, corpus, (place) => {
      const contribution = contributionIds[place]!;
      if (!withdrawn.has(contribution)) throw new Error(missingText(contribution, modelVersion));
    });
    const method = methodOf(join(work, FILES.basis));
    const parts = join(work, PARTS);
    const blanks = placesOf(contributionIds, withdrawn);
    const blanked = { ...sketches, sketches: blankedSketches(sketches, blanks, join(parts, BLANKED)) };
    const index = await buildIndex({ ...signed, ...layout, withdrawn }, blanked, method, {
      threads: workersOf(context),
      shards: context.shards,
      keptIn: parts,
      onProgress: context.onProgress,
    });
    const identity = { chainId: BigInt(chainId), modelRegistry: contracts.modelRegistry, modelVersion, method };
    const { hash: bundleHash } = await writeIndexBundle(join(work, FILES.bundles), identity, index);
    expectSame(sketches, path);
    // What attribution searches where the index is more than memory; read back and checked against the root before that is committed.
    const { manifest } = await openStore(work, bundleHash, { onProgress: context.onProgress });
    const { root } = manifest;
    if (sending !== undefined) await commitIndex(sending.access, contracts, { modelVersion, method, root, bundleHash });
    const file: IndexFile = { bundleHash };
    writeJson(work, FILES.index, file);
    // Of what is yet to be committed they spare the novelty.
    if (sending !== undefined) rmSync(parts, { recursive: true, force: true });
    return {
      root,
      methodId: methodId(method),
      bundleHash,
      partlyNovel: index.novelties.filter((novelty) => novelty > 0 && novelty < FULL_NOVELTY).length,
      copies: index.novelties.filter((novelty) => novelty === 0).length - blanks.length,
      withdrawn: blanks.length,
    };
  },
};

/** The file is read all along: another one in its place would have been indexed with the novelties of this one. */
function expectSame({ sketches }: StoredSketches, path: string): void {
  if (openSketches(path).sketches.digest !== sketches.digest)
    throw new Error(`${path}: written again while it was indexed, so nothing is committed; run this again`);
}

/**
 * Hashes and signatures of the corpus's records, by place.
 * @param expectWithdrawn told each place whose text is not there; throws where the text is needed
 */
function signRecords(work: string, corpus: CorpusFile, expectWithdrawn: (place: number) => void): SignedTexts {
  const records = placedRecords(corpus);
  const texts = textRecords(corpus);
  const signed = signTexts(texts.map(({ text }) => text));
  const recordHashes = new Uint8Array(32 * records.length);
  const contentSignatures = new Uint8Array(32 * records.length);
  for (const [row, { place }] of texts.entries()) {
    recordHashes.set(signed.recordHashes.subarray(32 * row, 32 * (row + 1)), 32 * place);
    contentSignatures.set(signed.contentSignatures.subarray(32 * row, 32 * (row + 1)), 32 * place);
  }
  for (const [place, record] of records.entries()) {
    if ("text" in record) continue;
    try {
      expectWithdrawn(place);
    } catch (cause) {
      throw new Error(`${join(work, FILES.corpus)} row ${place} has no text: ${(cause as Error).message}`, { cause });
    }
    recordHashes.set(hexToBytes(record.recordHash), 32 * place);
  }
  return { recordHashes, contentSignatures };
}

function missingText(contribution: bigint, version: bigint): string {
  return `contribution ${contribution} was not withdrawn before version ${version} was registered, so its index needs the text`;
}
