// Makes the store of a published index, a few records at a time; says how many there were when it began, after each commit, and at its end.
import type { Hex } from "viem";
import { standStill } from "../../numerics/test/stand-still.ts";
import { openRecordStore } from "../../search/store/open-store.ts";
import { openBundle } from "../bundle-directory.ts";
import { openIndexStore } from "../index-store.ts";

const [bundles = "", hash = "", folder = ""] = process.argv.slice(2);
const bundle = await openBundle(bundles, hash as Hex, "index");
const path = `${folder}/${bundle.manifest.root.hash}.store`;
const before = await openRecordStore(path).catch(() => undefined);
process.stdout.write(`began ${before?.count ?? 0}\n`);
await before?.close();
await openIndexStore(bundle, folder, {
  commitRecords: 7,
  onProgress: (done) => {
    process.stdout.write(`${done}\n`);
    standStill(5);
  },
});
process.stdout.write("ended\n");
