// Bundles of kind `epoch`: the inputs of a proposal and everything that follows from them.
import { join } from "node:path";
import {
  manifestRoot,
  type EpochManifest,
  type GroupEntry,
  type ManifestRoot,
} from "@tributary/protocol/bundle-manifest";
import { methodId } from "@tributary/protocol/typed-data/method-id";
import type { Address, Hex } from "viem";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import { poolOf, type EpochInputs, type GroupInputs } from "../attribution/epoch-inputs.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import type { SearchedIndex } from "../index/attribution-index.ts";
import { rootOfIndex } from "../index/index-tree.ts";
import { openBundle, writeBundle, type BundlePlace, type OpenBundle } from "./bundle-directory.ts";
import { RECEIPTS_FILE, rowsOf, SKETCHES_FILE } from "./bundle-files.ts";
import {
  EARNINGS_TABLE,
  ENTRIES_TABLE,
  PAYOUTS_TABLE,
  POINTS_TABLE,
  TRACE_TABLE,
  type EpochTable,
} from "./epoch-tables.ts";
import { readTable, writeTable, type Table, type TableSchema } from "./parquet-table.ts";
import { writeReceipts, writeSketches } from "./receipts-table.ts";

/** An epoch's bundle, verified as far as hashes go. */
export type EpochBundle = OpenBundle<EpochManifest>;

/**
 * Writes an attributed epoch to `<bundles>/<hash>` (docs/formats.md §10).
 * @param previousPayouts root of the previous finalised payouts, whose values `inputs.previousPayouts` gives
 */
export function writeEpochBundle(
  bundles: string,
  inputs: EpochInputs<SearchedIndex>,
  epoch: AttributedEpoch,
  previousPayouts: ManifestRoot,
): Promise<BundlePlace> {
  const before = inputs.previousPayouts.reduce((sum, [, cumulative]) => sum + cumulative, 0n);
  if (BigInt(previousPayouts.sum) !== before) {
    throw new Error(`previous payouts add up to ${before}, their root says ${previousPayouts.sum}`);
  }
  return writeBundle(
    bundles,
    (files): EpochManifest => ({
      version: 1,
      kind: "epoch",
      chainId: Number(inputs.chainId),
      ledger: inputs.ledger.toLowerCase() as Address,
      epoch: Number(inputs.epoch),
      previousPayouts,
      groups: inputs.groups.map(groupEntry),
      groupsRoot: manifestRoot(epoch.groupsTree.root),
      payoutsRoot: manifestRoot(epoch.payoutsTree.root),
      files,
    }),
    (folder) => {
      const settlements = inputs.groups.flatMap(({ settlements, method: { k } }) =>
        settlements.map((settlement) => ({ ...settlement, count: settlement.receipts.count, k })),
      );
      const write = <S extends TableSchema>({ file, schema, parts }: EpochTable<S>): [string, number] => {
        const writer = writeTable(join(folder, file), schema);
        for (const { rows, values } of parts(epoch)) writer.append(rows, values);
        return [file, writer.close()];
      };
      return Promise.resolve(
        new Map([
          [RECEIPTS_FILE, writeReceipts(folder, settlements)],
          [SKETCHES_FILE, writeSketches(folder, settlements)],
          write(TRACE_TABLE),
          write(ENTRIES_TABLE),
          write(POINTS_TABLE),
          write(EARNINGS_TABLE),
          write(PAYOUTS_TABLE),
        ]),
      );
    },
  );
}

/** Opens an epoch's bundle and verifies its hashes, as `openBundle` does, of all its files or of those that are `needed`. Throws an Error that names the file. */
export function openEpochBundle(
  bundles: string,
  hash: Hex,
  onDamage?: (problem: string) => void,
  needed?: readonly string[],
): Promise<EpochBundle> {
  return openBundle(bundles, hash, "epoch", onDamage, needed);
}

/** Reads one of the tables of a bundle. Throws an Error that names the file and the row. */
export function readEpochTable<S extends TableSchema>(
  { folder, manifest }: EpochBundle,
  { file, schema }: EpochTable<S>,
): Promise<Table<S>> {
  return readTable(join(folder, file), schema, rowsOf(manifest, file));
}

function groupEntry(group: GroupInputs<SearchedIndex>, g: number): GroupEntry {
  let offset = 0;
  return {
    group: g,
    modelVersion: Number(group.modelVersion),
    methodId: methodId(group.method),
    indexRoot: manifestRoot(rootOfIndex(group.index)),
    pool: poolOf(group).toString(),
    settlements: group.settlements.map(({ settlementId, pool, receipts, sketches }) => {
      const start = offset;
      offset += receipts.count;
      return {
        settlementId: Number(settlementId),
        offset: start,
        count: receipts.count,
        pool: pool.toString(),
        receiptsRoot: manifestRoot(buildReceiptsTree(receipts).root),
        sketchesRoot: manifestRoot(buildSketchesTree(hashReceipts(receipts), sketches, group.method.k).root),
      };
    }),
  };
}
