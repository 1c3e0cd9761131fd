// The auditor: recomputes an epoch from its inputs alone and compares every number that was published.
import { manifestRoot, type ManifestRoot, type SettlementEntry } from "@tributary/protocol/bundle-manifest";
import { methodId, type Method } from "@tributary/protocol/typed-data/method-id";
import { attributeEpoch, type AttributedEpoch, type AttributeOptions } from "../attribution/epoch.ts";
import type { EpochInputs, GroupInputs, SettlementInputs } from "../attribution/epoch-inputs.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import type { SearchedIndex } from "../index/attribution-index.ts";
import { rootOfIndex } from "../index/index-tree.ts";
import { readEpochTable, type EpochBundle } from "./epoch-bundle.ts";
import { cumulativePayouts, readPayouts } from "./epoch-columns.ts";
import {
  EARNINGS_TABLE,
  ENTRIES_TABLE,
  PAYOUTS_TABLE,
  POINTS_TABLE,
  TRACE_TABLE,
  type EpochTable,
} from "./epoch-tables.ts";
import type { ColumnType, TableSchema } from "./parquet-table.ts";
import { SKETCHES_FILE } from "./bundle-files.ts";
import { readReceipts, readSketchBytes } from "./receipts-table.ts";
import { sketchesOfBytes } from "./sketch-bytes.ts";

/** What the auditor brings: none of it may come from the proposer. */
export interface AuditContext<Index extends SearchedIndex = SearchedIndex> {
  readonly treasuryPosition: bigint;
  positionOf(contributionId: bigint): bigint;
  /** The committed index of a model version with its method. */
  indexOf(modelVersion: bigint): Promise<{ index: Index; method: Method }>;
  /** The previous finalised epoch's payouts; without them the bundle's own statement of them is taken. */
  readonly previous?: { readonly payouts: EpochInputs["previousPayouts"]; readonly root: ManifestRoot } | undefined;
}

/** What the audit found; `faults` is empty exactly if all agrees. Each names a file and a row, or a root. */
export interface AuditReport {
  readonly groupsRoot: ManifestRoot;
  readonly payoutsRoot: ManifestRoot;
  readonly faults: readonly string[];
  readonly inputs: EpochInputs<SearchedIndex>;
  readonly epoch: AttributedEpoch;
}

/**
 * Recomputes both roots from receipts, sketches and indexes (docs/formats.md §6, §8, §10) and compares roots and tables, of each the first
 * row that differs. Inputs that are not well-formed throw an Error that names the settlement and the row.
 */
export async function auditEpoch(
  bundle: EpochBundle,
  context: AuditContext,
  options: AttributeOptions = {},
): Promise<AuditReport> {
  const { manifest } = bundle;
  const faults: string[] = [];
  const expectRoot = (what: string, found: ManifestRoot, stated: ManifestRoot): void => {
    if (found.hash === stated.hash && found.sum === stated.sum) return;
    faults.push(`${what}: ${found.hash} over ${found.sum} recomputed, ${stated.hash} over ${stated.sum} published`);
  };
  if (context.previous) expectRoot("previousPayouts", context.previous.root, manifest.previousPayouts);
  const inputs = await readInputs(bundle, context, expectRoot, faults);
  const epoch = await attributeEpoch(inputs, options);
  const groupsRoot = manifestRoot(epoch.groupsTree.root);
  const payoutsRoot = manifestRoot(epoch.payoutsTree.root);
  expectRoot("groupsRoot", groupsRoot, manifest.groupsRoot);
  expectRoot("payoutsRoot", payoutsRoot, manifest.payoutsRoot);
  const compare = async <S extends TableSchema>(table: EpochTable<S>): Promise<void> => {
    const fault = await firstDifference(bundle, table, epoch);
    if (fault !== undefined) faults.push(fault);
  };
  await compare(TRACE_TABLE);
  await compare(ENTRIES_TABLE);
  await compare(POINTS_TABLE);
  await compare(EARNINGS_TABLE);
  await compare(PAYOUTS_TABLE);
  return { groupsRoot, payoutsRoot, faults, inputs, epoch };
}

/**
 * The inputs as the bundle states them, with the indexes that the caller brings.
 * @param expectRoot told of every root that the manifest states what was found
 */
export async function readInputs<Index extends SearchedIndex>(
  bundle: EpochBundle,
  context: AuditContext<Index>,
  expectRoot: (what: string, found: ManifestRoot, stated: ManifestRoot) => void,
  faults: string[],
): Promise<EpochInputs<Index>> {
  const { manifest } = bundle;
  const expected = manifest.groups
    .flatMap(({ settlements }) => settlements)
    .map(({ settlementId, count }) => ({ settlementId: BigInt(settlementId), count }));
  const stored = await readReceipts(bundle, expected);
  const { width, bytes: sketchTable } = await readSketchBytes(bundle, expected);
  let row = 0;
  let next = 0;
  const groups: GroupInputs<Index>[] = [];
  for (const group of manifest.groups) {
    const modelVersion = BigInt(group.modelVersion);
    const { index, method } = await context.indexOf(modelVersion);
    const what = `group ${group.group}`;
    expectRoot(`${what}, indexRoot`, manifestRoot(rootOfIndex(index)), group.indexRoot);
    if (methodId(method) !== group.methodId)
      faults.push(`${what}: method ${methodId(method)}, published ${group.methodId}`);
    const read = (entry: SettlementEntry): SettlementInputs => {
      const { receipts, settlementId } = stored[next++]!;
      const sketches = sketchesOfBytes(sketchTable, row, entry.count, method.k, width, SKETCHES_FILE);
      row += entry.count;
      const sketchesTree = buildSketchesTree(hashReceipts(receipts), sketches, method.k);
      expectRoot(
        `settlement ${settlementId}, receiptsRoot`,
        manifestRoot(buildReceiptsTree(receipts).root),
        entry.receiptsRoot,
      );
      expectRoot(`settlement ${settlementId}, sketchesRoot`, manifestRoot(sketchesTree.root), entry.sketchesRoot);
      return { settlementId, pool: BigInt(entry.pool), receipts, sketches };
    };
    const settlements = group.settlements.map(read);
    const plainPool = settlements.reduce((rest, { pool }) => rest - pool, BigInt(group.pool));
    groups.push({ modelVersion, method, index, plainPool, settlements });
  }
  return {
    chainId: BigInt(manifest.chainId),
    ledger: manifest.ledger,
    epoch: BigInt(manifest.epoch),
    treasuryPosition: context.treasuryPosition,
    previousPayouts: context.previous?.payouts ?? (await statedPrevious(bundle)),
    groups,
    positionOf: (contributionId) => context.positionOf(contributionId),
  };
}

/** The previous payouts as the bundle states them; their sum must be that of the previous root. */
async function statedPrevious(bundle: EpochBundle): Promise<EpochInputs["previousPayouts"]> {
  const { payouts } = await readPayouts(bundle);
  const stated = cumulativePayouts({ ...payouts, cumulative: payouts.previous }).filter(([, amount]) => amount > 0n);
  const sum = stated.reduce((total, [, amount]) => total + amount, 0n);
  if (sum !== BigInt(bundle.manifest.previousPayouts.sum)) {
    throw new Error(
      `${PAYOUTS_TABLE.file}: previous payouts add up to ${sum}, the manifest says ${bundle.manifest.previousPayouts.sum}`,
    );
  }
  return stated;
}

async function firstDifference<S extends TableSchema>(
  bundle: EpochBundle,
  table: EpochTable<S>,
  epoch: AttributedEpoch,
): Promise<string | undefined> {
  const { file, schema } = table;
  const { rows, columns } = await readEpochTable(bundle, table);
  const names = Object.keys(schema);
  let row = 0;
  for (const part of table.parts(epoch)) {
    for (let i = 0; i < part.rows; i++, row++) {
      if (row >= rows) return `${file} row ${row}: missing`;
      for (const name of names) {
        const expected = part.values[name]!(i);
        const found = cellAt(columns[name]!, schema[name]!, row);
        if (!sameValue(found, expected)) {
          return `${file} row ${row}: ${name} is ${show(found)}, recomputed ${show(expected)}`;
        }
      }
    }
  }
  return row === rows ? undefined : `${file} row ${row}: not in the recomputed table`;
}

function cellAt(
  column: Int32Array | BigInt64Array | Uint8Array,
  type: ColumnType,
  row: number,
): number | bigint | Uint8Array {
  return typeof type === "number" ? (column as Uint8Array).subarray(row * type, (row + 1) * type) : column[row]!;
}

function sameValue(a: number | bigint | Uint8Array, b: number | bigint | Uint8Array): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
}

/** A value as errors show it: amounts and numbers in decimal, longer bytes in hex. */
function show(value: number | bigint | Uint8Array): string {
  if (!(value instanceof Uint8Array)) return value.toString();
  const hex = `0x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}`;
  return value.length === 16 ? BigInt(hex).toString() : hex;
}
