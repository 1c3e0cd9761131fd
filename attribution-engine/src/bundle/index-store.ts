// An index's records in a record store, made from the published bundle and checked against its root: what is searched where they are more than memory.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { manifestRoot, type IndexManifest } from "@tributary/protocol/bundle-manifest";
import { sliceIndex, type AttributionIndex, type StoredIndex } from "../index/attribution-index.ts";
import { indexRoot } from "../index/index-tree.ts";
import { createRecordStore, openRecordAppender, type RecordAppender } from "../search/store/append-store.ts";
import { openRecordStore, type RecordStore } from "../search/store/open-store.ts";
import type { OpenBundle } from "./bundle-directory.ts";
import { INDEX_FILE, rowsOf } from "./bundle-files.ts";
import { readIndexParts } from "./index-bundle.ts";

export interface IndexStoreOptions {
  /** Records that are made durable together; a killed run goes on behind the last of them. */
  readonly commitRecords?: number;
  /** Told what is stored and checked. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const COMMIT_RECORDS = 16_384;

/**
 * The index of a bundle with its records in a store, `<folder>/<root>.store`: a local copy of what is searched. Where it is missing it is made; one that
 * is not finished, since its maker was killed, is gone on with. Every record is compared with the bundle's, and the bundle's with the root, each time.
 * Holds one row group of the bundle, and some 100 bytes per record.
 * @throws Error that names the file, and the row where there is one, if the store is damaged, cut, of another index or of other dimensions
 */
export async function openIndexStore(
  bundle: OpenBundle<IndexManifest>,
  folder: string,
  { commitRecords = COMMIT_RECORDS, onProgress }: IndexStoreOptions = {},
): Promise<StoredIndex> {
  const { manifest } = bundle;
  const { k } = manifest.method;
  const count = rowsOf(manifest, INDEX_FILE);
  const path = join(folder, `${manifest.root.hash}.store`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path)) createRecordStore(path, k);
  const before = await naming(path, () => openRecordStore(path, k));
  const contributionIds = new BigUint64Array(count);
  const leaves = indexRoot(count);
  let appender: RecordAppender | undefined;
  try {
    if (before.count > count)
      throw new Error(
        `${path} row ${count}: the index has ${count} records, the store ${before.count}; ${remedy(path)}`,
      );
    await readIndexParts(bundle, async (first, part) => {
      const end = first + part.count;
      const known = Math.max(0, Math.min(end, before.count) - first);
      if (known > 0) await naming(path, () => compare(before, path, first, sliceIndex(part, 0, known)));
      for (let row = known; row < part.count; row += commitRecords) {
        appender ??= appenderBehind(before, path);
        appender.append(sliceIndex(part, row, Math.min(part.count, row + commitRecords)));
        const committed = appender.commit();
        onProgress?.(committed, count);
      }
      contributionIds.set(part.contributionIds, first);
      leaves.add(first, part);
      onProgress?.(end, count);
    });
  } finally {
    appender?.close();
    await before.close();
  }
  const root = leaves.root();
  const found = manifestRoot(root);
  if (found.hash !== manifest.root.hash || found.sum !== manifest.root.sum)
    throw new Error(
      `${INDEX_FILE}: its root is ${found.hash} over ${found.sum}, the manifest says ${manifest.root.hash} over ${manifest.root.sum}`,
    );
  return { count, k, contributionIds, root, store: path };
}

/** Opened once what is stored has been compared, so that nothing is appended to a store that is damaged. */
function appenderBehind({ count }: RecordStore, path: string): RecordAppender {
  const appender = openRecordAppender(path);
  if (appender.committed === count) return appender;
  appender.close();
  throw new Error(`${path}: another process appended to it meanwhile; run this again`);
}

/** Throws unless the store's records from `first` on are those of the index. */
async function compare(store: RecordStore, path: string, first: number, part: AttributionIndex): Promise<void> {
  const { count, k } = part;
  const found = {
    sketches: new Uint8Array(count * k),
    scales: new Uint32Array(count),
    novelties: new Uint8Array(count),
  };
  await store.read(first, found);
  const expected = part.sketches;
  for (let row = 0; row < count; row++) {
    let isSame = found.scales[row] === part.scales[row] && found.novelties[row] === part.novelties[row];
    for (let at = row * k; isSame && at < (row + 1) * k; at++) isSame = found.sketches[at] === expected[at]! + 128;
    if (!isSame) throw new Error(`${path} row ${first + row}: not the record that the index has there`);
  }
}

/** Does something whose errors are to say what helps. */
async function naming<Result>(path: string, act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    throw new Error(`${(cause as Error).message}; ${remedy(path)}`, { cause });
  }
}

function remedy(path: string): string {
  return `the store is a copy of the published index: remove ${path}, and it is made again`;
}
