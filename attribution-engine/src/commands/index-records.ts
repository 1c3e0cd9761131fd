// Stage `index`: builds the attribution index over the sketched records, publishes it and commits its root.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { methodId } from "@tributary/protocol/typed-data/method-id";
import { writeIndexBundle } from "../bundle/index-bundle.ts";
import { commitIndex } from "../chain/commit-index.ts";
import { buildIndex } from "../index/build-index.ts";
import { signTexts, type SignedTexts } from "../index/sign-texts.ts";
import { openSketches, type StoredSketches } from "../sketch/sketch-file.ts";
import { connectSender } from "./connection.ts";
import { FILES, placedRecords, readCorpusFile, readJson, writeJson } from "./files.ts";
import { openStore, type IndexFile } from "./index-file.ts";
import { methodOf } from "./method.ts";
import { integerOf, workersOf, type Stage } from "./stage.ts";

const FULL_NOVELTY = 255;
/** Folder of blocks of novelty that are kept while there are more to come, in the work folder. */
const PARTS = "index-parts";

/** Which contribution stands at which places. */
interface LayoutFile {
  contributions: { id: string; firstPlace: number; records: number }[];
}

export const indexStage: Stage = {
  about: "build, publish and commit the attribution index of --version",
  spreads: true,
  async run(context) {
    const { work } = context;
    const { access, chainId, contracts } = await connectSender(context);
    const modelVersion = BigInt(integerOf(context.options.version, "--version"));
    const signed = signRecords(work);
    const path = join(work, FILES.records);
    const sketches = openSketches(path);
    const layout = layoutColumns(
      readJson<LayoutFile>(work, FILES.layout, "of the contributions"),
      signed.recordHashes.length / 32,
    );
    const method = methodOf(join(work, FILES.basis));
    const parts = join(work, PARTS);
    const index = await buildIndex({ ...signed, ...layout }, sketches, method, {
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
    await commitIndex(access, contracts, { modelVersion, method, root, bundleHash });
    const file: IndexFile = { bundleHash };
    writeJson(work, FILES.index, file);
    rmSync(parts, { recursive: true, force: true });
    return {
      root,
      methodId: methodId(method),
      bundleHash,
      partlyNovel: index.novelties.filter((novelty) => novelty > 0 && novelty < FULL_NOVELTY).length,
      copies: index.novelties.filter((novelty) => novelty === 0).length,
    };
  },
};

/** The file is read all along: another one in its place would have been indexed with the novelties of this one. */
function expectSame({ sketches }: StoredSketches, path: string): void {
  if (openSketches(path).sketches.digest !== sketches.digest)
    throw new Error(`${path}: written again while it was indexed, so nothing is committed; run this again`);
}

/** Hashes and signatures of the corpus's records, which are not needed any more then. */
function signRecords(work: string): SignedTexts {
  return signTexts(placedRecords(readCorpusFile(work)).map(({ text }) => text));
}

function layoutColumns({ contributions }: LayoutFile, count: number) {
  const contributionIds = new BigUint64Array(count);
  const recordIndexes = new Uint32Array(count);
  let place = 0;
  for (const { id, firstPlace, records } of contributions) {
    if (firstPlace !== place || place + records > count) {
      throw new Error(
        `${FILES.layout}: contribution ${id} has ${records} records from place ${firstPlace}; expected place ${place} of ${count}`,
      );
    }
    for (let record = 0; record < records; record++) {
      contributionIds[place] = BigInt(id);
      recordIndexes[place++] = record;
    }
  }
  if (place !== count) throw new Error(`${FILES.layout}: ${place} records, the corpus has ${count}`);
  return { contributionIds, recordIndexes };
}
