// `receipts.parquet` and `sketches.parquet`: the inputs that settlements bring.
import { join } from "node:path";
import type { Manifest } from "@tributary/protocol/bundle-manifest";
import type { OpenBundle } from "./bundle-directory.ts";
import { RECEIPTS_FILE, rowsOf, SKETCHES_FILE } from "./bundle-files.ts";
import { u128Bytes, u128ColumnOfBytes } from "./wide-integers.ts";
import { fixedLengthOf, readTable, writeTable, type Table, type TableSchema } from "./parquet-table.ts";
import { sketchBytes } from "./sketch-bytes.ts";
import { sliceReceipts, type ReceiptTable } from "../attribution/receipt-table.ts";

const RECEIPTS = {
  settlementId: "int64",
  place: "int32",
  till: 20,
  modelVersion: "int64",
  channelId: 32,
  sequence: "int64",
  amount: 16,
  cumulative: 16,
  agentRegistry: 20,
  agentId: 32,
  requestHash: 32,
  responseHash: 32,
  issuedAt: "int64",
} as const;

const sketchesSchema = (width: number) => ({ settlementId: "int64", place: "int32", sketch: width }) as const;

/** A settlement whose rows a table must have, and how many. */
interface ExpectedSettlement {
  readonly settlementId: bigint;
  readonly count: number;
}

type Placed = Table<{ settlementId: "int64"; place: "int32" }>["columns"];

/** A settlement's receipts, and its sketches of `k` coordinates where there are any. */
export interface StoredSettlement {
  readonly settlementId: bigint;
  readonly receipts: ReceiptTable;
}

/** Writes the receipts of settlements in order; gives the row count. */
export function writeReceipts(folder: string, settlements: readonly StoredSettlement[]): number {
  const writer = writeTable(join(folder, RECEIPTS_FILE), RECEIPTS);
  for (const { settlementId, receipts } of settlements) {
    const bytes = (column: Uint8Array, width: number) => (i: number) => column.subarray(width * i, width * (i + 1));
    writer.append(receipts.count, {
      settlementId: () => settlementId,
      place: (i) => i,
      till: bytes(receipts.tills, 20),
      modelVersion: (i) => receipts.modelVersions[i]!,
      channelId: bytes(receipts.channelIds, 32),
      sequence: (i) => receipts.sequences[i]!,
      amount: (i) => u128Bytes(receipts.amounts, i),
      cumulative: (i) => u128Bytes(receipts.cumulatives, i),
      agentRegistry: bytes(receipts.agentRegistries, 20),
      agentId: bytes(receipts.agentIds, 32),
      requestHash: bytes(receipts.requestHashes, 32),
      responseHash: bytes(receipts.responseHashes, 32),
      issuedAt: (i) => BigInt(receipts.issuedAts[i]!),
    });
  }
  return writer.close();
}

/**
 * Reads the receipts of the settlements that are expected, in order and with their counts. Throws an Error that names the row where another
 * settlement or place stands.
 */
export async function readReceipts(
  bundle: OpenBundle<Manifest>,
  expected: readonly ExpectedSettlement[],
): Promise<StoredSettlement[]> {
  const { rows, columns } = await readPlaced(bundle, RECEIPTS_FILE, RECEIPTS, expected);
  const all: ReceiptTable = {
    count: rows,
    tills: columns.till,
    modelVersions: unsigned(columns.modelVersion),
    channelIds: columns.channelId,
    sequences: unsigned(columns.sequence),
    amounts: u128ColumnOfBytes(columns.amount),
    cumulatives: u128ColumnOfBytes(columns.cumulative),
    agentRegistries: columns.agentRegistry,
    agentIds: columns.agentId,
    requestHashes: columns.requestHash,
    responseHashes: columns.responseHash,
    issuedAts: Float64Array.from(columns.issuedAt, (value, i) => {
      if (value < 0n || value >= 2n ** 48n)
        throw new Error(`${RECEIPTS_FILE} row ${i}: issuedAt ${value} is not a u48`);
      return Number(value);
    }),
  };
  let first = 0;
  return expected.map(({ settlementId, count }) => {
    const receipts = sliceReceipts(all, first, first + count);
    first += count;
    return { settlementId, receipts };
  });
}

/** Writes sketches of settlements in order; the widest `k` gives the column's length. */
export function writeSketches(
  folder: string,
  settlements: readonly { settlementId: bigint; count: number; k: number; sketches: Int8Array }[],
): number {
  const width = Math.max(32, ...settlements.map(({ k }) => k));
  const writer = writeTable(join(folder, SKETCHES_FILE), sketchesSchema(width));
  for (const { settlementId, count, k, sketches } of settlements) {
    writer.append(count, {
      settlementId: () => settlementId,
      place: (i) => i,
      sketch: (i) => sketchBytes(sketches, i, k, width),
    });
  }
  return writer.close();
}

/** Reads the table of sketches of the settlements that are expected; each row has `width` bytes. */
export async function readSketchBytes(
  bundle: OpenBundle<Manifest>,
  expected: readonly ExpectedSettlement[],
): Promise<{ readonly width: number; readonly bytes: Uint8Array }> {
  const rows = rowsOf(bundle.manifest, SKETCHES_FILE);
  const width = await fixedLengthOf(join(bundle.folder, SKETCHES_FILE), "sketch", rows);
  const { columns } = await readPlaced(bundle, SKETCHES_FILE, sketchesSchema(width), expected);
  return { width, bytes: columns.sketch };
}

/** Reads a table with a row per receipt. Its row count is compared with that of the settlements before anything is decoded. */
async function readPlaced<S extends TableSchema & { settlementId: "int64"; place: "int32" }>(
  { folder, manifest }: OpenBundle<Manifest>,
  file: string,
  schema: S,
  expected: readonly ExpectedSettlement[],
): Promise<Table<S>> {
  const stated = rowsOf(manifest, file);
  const counted = expected.reduce((sum, { count }) => sum + count, 0);
  if (stated !== counted) throw new Error(`manifest: ${file} has ${stated} rows, the settlements have ${counted}`);
  const table = await readTable(join(folder, file), schema, stated);
  checkPlaces(file, table.columns as Placed, expected);
  return table;
}

function checkPlaces(file: string, columns: Placed, expected: readonly ExpectedSettlement[]): void {
  let row = 0;
  for (const { settlementId, count } of expected) {
    for (let place = 0; place < count; place++, row++) {
      if (columns.settlementId[row] !== settlementId || columns.place[row] !== place) {
        throw new Error(
          `${file} row ${row}: settlement ${columns.settlementId[row]} place ${columns.place[row]} instead of settlement ${settlementId} place ${place}`,
        );
      }
    }
  }
}

/** Reinterprets signed words as unsigned ones. */
function unsigned(column: BigInt64Array): BigUint64Array {
  return new BigUint64Array(column.buffer, column.byteOffset, column.length);
}
