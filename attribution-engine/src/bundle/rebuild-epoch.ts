// Rebuilds an epoch from the tables of its bundle, as they are and not as they ought to be.
import { NONE } from "@tributary/protocol/bytes";
import type { AttributedEpoch, AttributedGroup } from "../attribution/epoch.ts";
import { callCount, type EpochInputs } from "../attribution/epoch-inputs.ts";
import { buildGroupsTree, buildPayoutsTree } from "../attribution/epoch-trees.ts";
import { buildPointsTree, buildTraceTree } from "../attribution/group-trees.ts";
import type { MappedGroup } from "../attribution/map.ts";
import type { Earnings, ReducedGroup } from "../attribution/reduce.ts";
import { shuffleGroup, type ShuffledGroup } from "../attribution/shuffle.ts";
import { emptyLists } from "../search/ranked-lists.ts";
import { u128Column } from "../trees/u128-words.ts";
import { readEpochTable, type EpochBundle } from "./epoch-bundle.ts";
import { readPayouts } from "./epoch-columns.ts";
import type { ENTRIES_SCHEMA, POINTS_SCHEMA, TRACE_SCHEMA } from "./epoch-tables.ts";
import { ENTRIES_TABLE, POINTS_TABLE, TRACE_TABLE } from "./epoch-tables.ts";
import type { Table } from "./parquet-table.ts";
import { checkRowCounts, mostRows } from "./row-limits.ts";
import { u128ColumnOfBytes } from "./wide-integers.ts";

/** The tables that groups are rebuilt from. */
interface GroupTables {
  readonly trace: Table<typeof TRACE_SCHEMA>;
  readonly entries: Table<typeof ENTRIES_SCHEMA>;
  readonly points: Table<typeof POINTS_SCHEMA>;
}

/**
 * The epoch that a bundle's tables describe, right or wrong; whether it has the proposed roots is for the caller to compare.
 * @param inputs the true inputs, which bound what the tables may name: groups, calls, records and list lengths
 * @throws Error that names the table that has far too many rows, or the file and the row of what cannot stand in any tree of an epoch with these inputs
 */
export async function rebuildEpoch(bundle: EpochBundle, inputs: EpochInputs): Promise<AttributedEpoch> {
  const stated = bundle.manifest.groups;
  if (stated.length !== inputs.groups.length)
    throw new Error(`manifest: ${stated.length} groups, the epoch has ${inputs.groups.length}`);
  checkRowCounts(bundle.manifest, inputs);
  const tables: GroupTables = {
    trace: await readEpochTable(bundle, TRACE_TABLE),
    entries: await readEpochTable(bundle, ENTRIES_TABLE),
    points: await readEpochTable(bundle, POINTS_TABLE),
  };
  const { earnings, payouts } = await readPayouts(bundle);
  const groups = inputs.groups.map((group, g): AttributedGroup => {
    const { index, method } = group;
    const calls = rowsOf(tables.trace, g);
    if (calls.end - calls.first > mostRows(callCount(group)))
      throw new Error(`${TRACE_TABLE.file} row ${calls.first}: group ${g} goes on to row ${calls.end - 1}`);
    const mapped = readMapped(tables, g, method.topK, index.count);
    const followed = shuffleGroup(mapped.lists, mapped.points, index.count);
    const shuffled = { ...followed, ...readStated(tables, g, mapped, index.count) };
    const reduced = readReduced(tables, g, index.count, earnings);
    return {
      modelVersion: BigInt(stated[g]!.modelVersion),
      pool: BigInt(stated[g]!.pool),
      mapped,
      shuffled,
      reduced,
      trace: buildTraceTree(mapped, shuffled.tallyIndices),
      points: buildPointsTree(mapped, shuffled, reduced),
    };
  });
  const groupsTree = buildGroupsTree(
    groups.map(({ modelVersion, pool, trace, points, reduced }) => ({
      modelVersion,
      pool,
      trace: trace.root,
      points: points.root,
      fallbackEarningIndex: reduced.fallbackEarningIndex,
    })),
  );
  return { groups, earnings, payouts, groupsTree, payoutsTree: buildPayoutsTree(earnings, payouts) };
}

function readMapped({ trace, entries }: GroupTables, g: number, topK: number, records: number): MappedGroup {
  const rows = rowsOf(trace, g);
  const calls = rows.end - rows.first;
  const lists = emptyLists(calls, topK);
  const points = u128Column(lists.recordIndex.length);
  const amounts = u128ColumnOfBytes(entries.columns.points);
  for (const row of eachRow(entries, g)) {
    const { call, harmful, entry, recordIndex, s, w } = entries.columns;
    const list = 2 * call[row]! + harmful[row]!;
    const place = entry[row]!;
    const isInPlace = list >= 0 && list < lists.counts.length && place < topK && place === lists.counts[list];
    if (
      !isInPlace ||
      (harmful[row] !== 0 && harmful[row] !== 1) ||
      recordIndex[row]! >= BigInt(records) ||
      recordIndex[row]! < 0n
    )
      throw new Error(`${ENTRIES_TABLE.file} row ${row}: no list of the group has such an entry`);
    const at = list * topK + place;
    lists.counts[list]!++;
    lists.recordIndex[at] = Number(recordIndex[row]);
    lists.s[at] = s[row]!;
    lists.w[at] = w[row]!;
    points.set(amounts.subarray(2 * row, 2 * row + 2), 2 * at);
  }
  const hashesOf = (column: Uint8Array): Uint8Array => column.slice(32 * rows.first, 32 * rows.end);
  return {
    calls,
    receiptHashes: hashesOf(trace.columns.receiptHash),
    sketchHashes: hashesOf(trace.columns.sketchHash),
    amounts: u128ColumnOfBytes(trace.columns.amount).slice(2 * rows.first, 2 * rows.end),
    lists,
    points,
  };
}

/** What the tables state beside what follows from the lists: the pointers of the entries, and the nets. */
function readStated(
  { entries, points }: GroupTables,
  g: number,
  { lists }: MappedGroup,
  records: number,
): Pick<ShuffledGroup, "tallyIndices" | "nets"> {
  const tallyIndices = new Uint32Array(lists.recordIndex.length).fill(NONE);
  const { call, harmful, entry, tallyIndex } = entries.columns;
  for (const row of eachRow(entries, g)) {
    tallyIndices[(2 * call[row]! + harmful[row]!) * lists.topK + entry[row]!] = Number(tallyIndex[row]);
  }
  const nets = u128Column(records);
  const stated = u128ColumnOfBytes(points.columns.net);
  for (const row of eachRow(points, g)) {
    nets.set(stated.subarray(2 * row, 2 * row + 2), 2 * recordOf(points, row, records));
  }
  return { tallyIndices, nets };
}

function readReduced({ points }: GroupTables, g: number, records: number, earnings: Earnings): ReducedGroup {
  const positions = new Uint32Array(records);
  const earningIndices = new Uint32Array(records).fill(NONE);
  for (const row of eachRow(points, g)) {
    const record = recordOf(points, row, records);
    positions[record] = Number(points.columns.positionId[row]);
    earningIndices[record] = Number(points.columns.earningIndex[row]);
  }
  return { positions, earningIndices, fallbackEarningIndex: fallbackOf(g, earnings) };
}

/** The place of a group's fallback among its position's earnings, which the tables do not state otherwise. */
function fallbackOf(g: number, { count, positions, groups, records }: Earnings): number {
  for (let at = 0, place = 0; at < count; at++, place++) {
    if (at > 0 && positions[at] !== positions[at - 1]) place = 0;
    if (groups[at] === g && records[at] === NONE) return place;
  }
  return NONE;
}

function recordOf({ columns }: Table<typeof POINTS_SCHEMA>, row: number, records: number): number {
  const record = columns.record[row]!;
  if (record < 0n || record >= BigInt(records))
    throw new Error(`${POINTS_TABLE.file} row ${row}: record ${record} of ${records}`);
  return Number(record);
}

/** The rows of a group, which stand together. */
function rowsOf({ rows, columns }: { rows: number; columns: { group: Int32Array } }, g: number) {
  const first = columns.group.indexOf(g);
  return first < 0 ? { first: rows, end: rows } : { first, end: columns.group.lastIndexOf(g) + 1 };
}

function* eachRow(table: { rows: number; columns: { group: Int32Array } }, g: number): Generator<number> {
  const { first, end } = rowsOf(table, g);
  for (let row = first; row < end; row++) if (table.columns.group[row] === g) yield row;
}
