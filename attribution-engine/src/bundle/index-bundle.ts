// Bundles of kind `index`: the attribution index of a model version.
import { join } from "node:path";
import { manifestRoot, type IndexManifest, type ManifestRoot } from "@tributary/protocol/bundle-manifest";
import type { Method } from "@tributary/protocol/typed-data/method-id";
import type { Address, Hex } from "viem";
import { sliceIndex, type AttributionIndex, type BuiltIndex } from "../index/attribution-index.ts";
import { buildIndexTree, indexRoot } from "../index/index-tree.ts";
import { ROWS_AT_A_TIME } from "../sketch/sketch-column.ts";
import { openBundle, writeBundle, type BundlePlace, type OpenBundle } from "./bundle-directory.ts";
import { INDEX_FILE as FILE, rowsOf } from "./bundle-files.ts";
import { readTable, readTableParts, type RowValues, type Table, writeTable } from "./parquet-table.ts";
import { sketchBytes, sketchesOfBytes } from "./sketch-bytes.ts";

const schemaOf = (k: number) =>
  ({
    place: "int64",
    recordHash: 32,
    contentSignature: 32,
    contributionId: "int64",
    recordIndex: "int32",
    scale: "int32",
    novelty: "int32",
    witness: "int64",
    sketch: k,
  }) as const;

/** Whose index it is and how it was made. */
export interface IndexIdentity {
  readonly chainId: bigint;
  readonly modelRegistry: Address;
  readonly modelVersion: bigint;
  readonly method: Method;
}

/** Writes an index with its root to `<bundles>/<hash>` (docs/formats.md §10), some records at a time. */
export function writeIndexBundle(bundles: string, identity: IndexIdentity, index: BuiltIndex): Promise<BundlePlace> {
  const leaves = indexRoot(index.count);
  return writeBundle(
    bundles,
    (files): IndexManifest => ({
      version: 1,
      kind: "index",
      chainId: Number(identity.chainId),
      modelRegistry: identity.modelRegistry.toLowerCase() as Address,
      modelVersion: Number(identity.modelVersion),
      method: identity.method,
      root: manifestRoot(leaves.root()),
      files,
    }),
    (folder) => {
      const writer = writeTable(join(folder, FILE), schemaOf(index.k));
      for (let first = 0; first < index.count; first += ROWS_AT_A_TIME) {
        const part = sliceIndex(index, first, Math.min(index.count, first + ROWS_AT_A_TIME));
        leaves.add(first, part);
        writer.append(part.count, rowsOfPart(part, first));
      }
      return Promise.resolve(new Map([[FILE, writer.close()]]));
    },
  );
}

/** The rows of the records from place `first` on. */
function rowsOfPart(part: AttributionIndex, first: number): RowValues<ReturnType<typeof schemaOf>> {
  return {
    place: (i) => BigInt(first + i),
    recordHash: (i) => part.recordHashes.subarray(32 * i, 32 * i + 32),
    contentSignature: (i) => part.contentSignatures.subarray(32 * i, 32 * i + 32),
    contributionId: (i) => part.contributionIds[i]!,
    recordIndex: (i) => part.recordIndexes[i]!,
    scale: (i) => part.scales[i]!,
    novelty: (i) => part.novelties[i]!,
    witness: (i) => BigInt(part.witnesses[i]!),
    sketch: (i) => sketchBytes(part.sketches, i, part.k, part.k),
  };
}

/** An index read from its bundle. */
export interface IndexBundle extends OpenBundle<IndexManifest> {
  readonly index: AttributionIndex;
}

/**
 * Reads an index and verifies hashes, rows and root. Throws an Error that names the file and the row.
 * @param committed root, where the chain says it; a bundle that states another one is refused before anything is decoded
 */
export async function readIndexBundle(bundles: string, hash: Hex, committed?: ManifestRoot): Promise<IndexBundle> {
  const bundle = await openBundle(bundles, hash, "index");
  const { manifest, folder } = bundle;
  const { k } = manifest.method;
  checkIndexRoot(manifest, committed);
  const index = indexOfTable(await readTable(join(folder, FILE), schemaOf(k), rowsOf(manifest, FILE)), k);
  const root = manifestRoot(buildIndexTree(index).root);
  if (root.hash !== manifest.root.hash || root.sum !== manifest.root.sum) {
    throw new Error(
      `${FILE}: its root is ${root.hash} over ${root.sum}, the manifest says ${manifest.root.hash} over ${manifest.root.sum}`,
    );
  }
  return { ...bundle, index };
}

/**
 * Reads an index part by part, for one that is more than memory. Rows are checked as `readIndexBundle` does; the root is the caller's to check, which gets every row.
 * @param take told the place of a part's first record and the part, in order
 */
export async function readIndexParts(
  { folder, manifest }: OpenBundle<IndexManifest>,
  take: (first: number, part: AttributionIndex) => Promise<void>,
): Promise<void> {
  checkIndexRoot(manifest);
  const { k } = manifest.method;
  await readTableParts(join(folder, FILE), schemaOf(k), rowsOf(manifest, FILE), (first, part) =>
    take(first, indexOfTable(part, k, first)),
  );
}

/** The records of a table, or of the part of one that begins at the row `first`. @throws Error that names file and row of what is out of range */
function indexOfTable({ rows, columns }: Table<ReturnType<typeof schemaOf>>, k: number, first = 0): AttributionIndex {
  const ranged = (values: ArrayLike<number | bigint>, below: number, name: string): number[] =>
    Array.from(values, (value, row) => {
      if (value < 0 || value >= below)
        throw new Error(`${FILE} row ${first + row}: ${name} is ${value}; must be below ${below}`);
      return Number(value);
    });
  for (const [row, place] of columns.place.entries()) {
    if (place !== BigInt(first + row))
      throw new Error(`${FILE} row ${first + row}: place ${place} instead of ${first + row}`);
  }
  return {
    count: rows,
    k,
    recordHashes: columns.recordHash,
    contentSignatures: columns.contentSignature,
    contributionIds: BigUint64Array.from(columns.contributionId),
    recordIndexes: Uint32Array.from(ranged(columns.recordIndex, 2 ** 31, "recordIndex")),
    scales: Uint32Array.from(ranged(columns.scale, 2 ** 24, "scale")),
    novelties: Uint8Array.from(ranged(columns.novelty, 256, "novelty")),
    witnesses: Uint32Array.from(ranged(columns.witness, 2 ** 32, "witness")),
    sketches: sketchesOfBytes(columns.sketch, 0, rows, k, k, FILE, first),
  };
}

/**
 * Throws unless the manifest states as many rows as its root counts records, and the root that was committed.
 * @param committed root, where the chain says it
 */
export function checkIndexRoot(manifest: IndexManifest, committed?: ManifestRoot): void {
  const { root } = manifest;
  const rows = rowsOf(manifest, FILE);
  if (String(rows) !== root.sum) throw new Error(`manifest: ${FILE} has ${rows} rows, its root counts ${root.sum}`);
  if (committed !== undefined && (root.hash !== committed.hash || root.sum !== committed.sum)) {
    throw new Error(
      `manifest: its root is ${root.hash} over ${root.sum}, committed is ${committed.hash} over ${committed.sum}`,
    );
  }
}
