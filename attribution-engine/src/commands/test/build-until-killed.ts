// Computes what the stages `index` and `attribute` are long at, novelty and lists, of made records, and keeps them in a folder; prints their digest.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { computeNovelty } from "../../index/novelty.ts";
import { standStill } from "../../numerics/test/stand-still.ts";
import { digestOf } from "../../numerics/value-digest.ts";
import { rank } from "../../search/rank.ts";
import { madeRecords } from "../../search/store/test/made-records.ts";
import { openSketches, saveSketches } from "../../sketch/sketch-file.ts";

const [folder = "", threads = "1", pause = "0"] = process.argv.slice(2);
const onProgress = (): void => standStill(Number(pause));
const K = 32;
const COUNT = 2_000;
const records = madeRecords(0, COUNT, K);
mkdirSync(folder, { recursive: true });
const path = join(folder, "records.sketches");
saveSketches(path, records);
const content = {
  recordHashes: Uint8Array.from({ length: 32 * COUNT }, (_, i) => (i * 7) % 253),
  contentSignatures: new Uint8Array(32 * COUNT),
};
const { novelties, witnesses } = await computeNovelty(
  { ...openSketches(path), ...content },
  { tau: 40_000, delta: 30_000, signatureMatch: 257 },
  { blockRecords: 16, threads: Number(threads), onProgress, keptIn: join(folder, "novelty") },
);
const queries = { ...madeRecords(COUNT, 480, K) };
const lists = await rank({ ...records, novelties }, queries, 8, {
  kept: { folder: join(folder, "lists"), recordsDigest: "made", runQueries: 4 },
  threads: Number(threads),
  onProgress,
});
process.stdout.write(digestOf([novelties, witnesses, lists]));
