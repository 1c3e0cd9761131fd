// The index of a work folder, as its folder of published bundles has it.
import { join } from "node:path";
import type { IndexManifest } from "@tributary/protocol/bundle-manifest";
import type { Hex } from "viem";
import { openBundle } from "../bundle/bundle-directory.ts";
import { INDEX_FILE, rowsOf } from "../bundle/bundle-files.ts";
import { type IndexBundle, readIndexBundle } from "../bundle/index-bundle.ts";
import type { StoredIndex, SearchedIndex } from "../index/attribution-index.ts";
import { openIndexStore, type IndexStoreOptions } from "../bundle/index-store.ts";
import { FILES, readJson } from "./files.ts";

export interface IndexFile {
  bundleHash: Hex;
}

/** What a stage searches, with the manifest of the bundle that it is from. */
export interface WorkIndex<Index extends SearchedIndex> {
  readonly index: Index;
  readonly manifest: IndexManifest;
}

/** Reads the whole index and verifies it. Throws an Error that names the file which is missing or damaged. */
export async function readWorkIndex(work: string): Promise<IndexBundle> {
  return readIndexBundle(join(work, FILES.bundles), hashOfIndex(work));
}

/** A published index with its records in the work folder's store, which is made, gone on with or checked first (`openIndexStore`). */
export async function openStore(
  work: string,
  bundleHash: Hex,
  options: IndexStoreOptions = {},
): Promise<WorkIndex<StoredIndex>> {
  const bundle = await openBundle(join(work, FILES.bundles), bundleHash, "index");
  return { index: await openIndexStore(bundle, join(work, FILES.recordStores), options), manifest: bundle.manifest };
}

/** The folder's index in its store. */
export function openWorkStore(work: string, options?: IndexStoreOptions): Promise<WorkIndex<StoredIndex>> {
  return openStore(work, hashOfIndex(work), options);
}

/** The folder's index: in memory if its sketches are `memoryBytes` or less, otherwise in its store. */
export async function openWorkIndex(
  work: string,
  memoryBytes: number,
  options?: IndexStoreOptions,
): Promise<WorkIndex<SearchedIndex>> {
  const { manifest } = await openBundle(join(work, FILES.bundles), hashOfIndex(work), "index");
  const fits = rowsOf(manifest, INDEX_FILE) * manifest.method.k <= memoryBytes;
  return fits ? readWorkIndex(work) : openWorkStore(work, options);
}

function hashOfIndex(work: string): Hex {
  return readJson<IndexFile>(work, FILES.index, "index").bundleHash;
}
