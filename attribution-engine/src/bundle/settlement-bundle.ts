// Bundles of kind `settlement`: the receipts of a settlement, and its sketches once they are there.
import { manifestRoot, type SettlementManifest } from "@tributary/protocol/bundle-manifest";
import { bytesToHex } from "@tributary/protocol/bytes";
import type { Address, Hex } from "viem";
import { checkReceipts, type ReceiptTable } from "../attribution/receipt-table.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { openBundle, writeBundle, type BundlePlace, type OpenBundle } from "./bundle-directory.ts";
import { RECEIPTS_FILE, SKETCHES_FILE } from "./bundle-files.ts";
import { readReceipts, readSketchBytes, writeReceipts, writeSketches } from "./receipts-table.ts";
import { sketchesOfBytes } from "./sketch-bytes.ts";

/** Query sketches of a settlement: `k` coordinates per receipt. */
export interface SettlementSketches {
  readonly settlementId: bigint;
  readonly k: number;
  readonly sketches: Int8Array;
}

/** A settlement as it is published; `sketches` in the bundle of a sketch commit. */
export interface SettlementContents {
  readonly chainId: bigint;
  readonly modelVersion: bigint;
  readonly receipts: ReceiptTable;
  readonly sketches?: SettlementSketches | undefined;
}

/** Writes a settlement's receipts, all of one till, and its sketches (docs/formats.md §10). Receipts without an id yet have settlement 0. */
export function writeSettlementBundle(bundles: string, contents: SettlementContents): Promise<BundlePlace> {
  const { chainId, modelVersion, receipts, sketches } = contents;
  const settlementId = sketches?.settlementId ?? 0n;
  if (receipts.count === 0) throw new Error(`settlement ${settlementId}: no receipts`);
  checkReceipts(receipts, modelVersion, `settlement ${settlementId}`);
  return writeBundle(
    bundles,
    (files): SettlementManifest => ({
      version: 1,
      kind: "settlement",
      chainId: Number(chainId),
      till: bytesToHex(receipts.tills.subarray(0, 20)) as Address,
      modelVersion: Number(modelVersion),
      count: receipts.count,
      receiptsRoot: manifestRoot(buildReceiptsTree(receipts).root),
      ...(sketches && {
        settlementId: Number(settlementId),
        sketchesRoot: manifestRoot(buildSketchesTree(hashReceipts(receipts), sketches.sketches, sketches.k).root),
      }),
      files,
    }),
    (folder) => {
      const rows = new Map([[RECEIPTS_FILE, writeReceipts(folder, [{ settlementId, receipts }])]]);
      if (sketches) rows.set(SKETCHES_FILE, writeSketches(folder, [{ ...sketches, count: receipts.count }]));
      return Promise.resolve(rows);
    },
  );
}

/** A settlement read from its bundle. */
export interface SettlementBundle extends OpenBundle<SettlementManifest> {
  readonly contents: SettlementContents;
}

/**
 * Reads a settlement and verifies hashes, order and roots. Throws an Error that names the file and the row.
 * @param check of the receipts' order; what is committed is attributed in whatever order
 * @param count of the receipts, where the chain says it; another one is refused before anything is decoded
 */
export async function readSettlementBundle(
  bundles: string,
  hash: Hex,
  check: typeof checkReceipts | null = checkReceipts,
  count?: number,
): Promise<SettlementBundle> {
  const bundle = await openBundle(bundles, hash, "settlement");
  const { manifest } = bundle;
  const settlementId = BigInt(manifest.settlementId ?? 0);
  const modelVersion = BigInt(manifest.modelVersion);
  const expected = [{ settlementId, count: manifest.count }];
  if (count !== undefined) checkCount(manifest, count);
  const [{ receipts } = { receipts: undefined }] = await readReceipts(bundle, expected);
  if (receipts === undefined) throw new Error(`${RECEIPTS_FILE}: no receipts`);
  check?.(receipts, modelVersion, `${RECEIPTS_FILE} of settlement ${settlementId}`);
  expectRoot(RECEIPTS_FILE, manifestRoot(buildReceiptsTree(receipts).root), manifest.receiptsRoot);
  const contents = { chainId: BigInt(manifest.chainId), modelVersion, receipts };
  if (manifest.sketchesRoot === undefined) return { ...bundle, contents };
  const { width: k, bytes } = await readSketchBytes(bundle, expected);
  const sketches = sketchesOfBytes(bytes, 0, manifest.count, k, k, SKETCHES_FILE);
  expectRoot(
    SKETCHES_FILE,
    manifestRoot(buildSketchesTree(hashReceipts(receipts), sketches, k).root),
    manifest.sketchesRoot,
  );
  return { ...bundle, contents: { ...contents, sketches: { settlementId, k, sketches } } };
}

/** Throws unless the manifest states the number of receipts that the chain says, of itself and of its files. */
export function checkCount(manifest: SettlementManifest, count: number): void {
  for (const stated of [manifest.count, ...manifest.files.map(({ rows }) => rows)])
    if (stated !== count) throw new Error(`manifest: ${stated} receipts, the settlement has ${count}`);
}

function expectRoot(file: string, found: { hash: Hex; sum: string }, stated: { hash: Hex; sum: string }): void {
  if (found.hash !== stated.hash || found.sum !== stated.sum) {
    throw new Error(
      `${file}: its root is ${found.hash} over ${found.sum}, the manifest says ${stated.hash} over ${stated.sum}`,
    );
  }
}
