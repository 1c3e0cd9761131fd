// The tables of an epoch that follow from its inputs: what a writer writes and an auditor compares.
import type { AttributedEpoch, AttributedGroup } from "../attribution/epoch.ts";
import { touchedRecords } from "../attribution/group-trees.ts";
import { EARNINGS_FILE, ENTRIES_FILE, PAYOUTS_FILE, POINTS_FILE, TRACE_FILE } from "./bundle-files.ts";
import type { RowValues, TableSchema } from "./parquet-table.ts";
import { u128Bytes } from "./wide-integers.ts";

export const TRACE_SCHEMA = { group: "int32", call: "int32", receiptHash: 32, sketchHash: 32, amount: 16 } as const;

export const ENTRIES_SCHEMA = {
  group: "int32",
  call: "int32",
  harmful: "int32",
  entry: "int32",
  recordIndex: "int64",
  s: "int64",
  w: "int64",
  points: 16,
  tallyIndex: "int64",
} as const;

export const POINTS_SCHEMA = {
  group: "int32",
  record: "int64",
  credits: 16,
  debits: 16,
  net: 16,
  positionId: "int64",
  earningIndex: "int64",
} as const;

export const EARNINGS_SCHEMA = {
  positionId: "int64",
  earning: "int64",
  group: "int32",
  record: "int64",
  amount: 16,
} as const;

export const PAYOUTS_SCHEMA = { positionId: "int64", previous: 16, earned: 16, cumulative: 16 } as const;

/** A file of an epoch: its columns, and its rows in tree order (docs/formats.md §10.3), part by part. */
export interface EpochTable<S extends TableSchema = TableSchema> {
  readonly file: string;
  readonly schema: S;
  parts(epoch: AttributedEpoch): Iterable<{ rows: number; values: RowValues<S> }>;
}

const bytes32 = (column: Uint8Array) => (i: number) => column.subarray(32 * i, 32 * i + 32);

export const TRACE_TABLE: EpochTable<typeof TRACE_SCHEMA> = {
  file: TRACE_FILE,
  schema: TRACE_SCHEMA,
  *parts({ groups }) {
    for (const [group, { mapped }] of groups.entries()) {
      yield {
        rows: mapped.calls,
        values: {
          group: () => group,
          call: (i) => i,
          receiptHash: bytes32(mapped.receiptHashes),
          sketchHash: bytes32(mapped.sketchHashes),
          amount: (i) => u128Bytes(mapped.amounts, i),
        },
      };
    }
  },
};

export const ENTRIES_TABLE: EpochTable<typeof ENTRIES_SCHEMA> = {
  file: ENTRIES_FILE,
  schema: ENTRIES_SCHEMA,
  *parts({ groups }) {
    for (const [group, { mapped, shuffled }] of groups.entries()) {
      const { lists, points } = mapped;
      const { topK } = lists;
      const places = entryPlaces(lists.counts, topK);
      yield {
        rows: places.length,
        values: {
          group: () => group,
          call: (i) => Math.floor(places[i]! / (2 * topK)),
          harmful: (i) => Math.floor(places[i]! / topK) % 2,
          entry: (i) => places[i]! % topK,
          recordIndex: (i) => BigInt(lists.recordIndex[places[i]!]!),
          s: (i) => lists.s[places[i]!]!,
          w: (i) => lists.w[places[i]!]!,
          points: (i) => u128Bytes(points, places[i]!),
          tallyIndex: (i) => BigInt(shuffled.tallyIndices[places[i]!]!),
        },
      };
    }
  },
};

export const POINTS_TABLE: EpochTable<typeof POINTS_SCHEMA> = {
  file: POINTS_FILE,
  schema: POINTS_SCHEMA,
  *parts({ groups }) {
    for (const [group, attributed] of groups.entries()) {
      yield pointsPart(group, attributed);
    }
  },
};

export const EARNINGS_TABLE: EpochTable<typeof EARNINGS_SCHEMA> = {
  file: EARNINGS_FILE,
  schema: EARNINGS_SCHEMA,
  *parts({ earnings, payouts }) {
    const places = new Float64Array(earnings.count);
    for (let p = 0; p < payouts.count; p++) {
      const start = payouts.earningOffsets[p]!;
      for (let at = start; at < payouts.earningOffsets[p + 1]!; at++) places[at] = at - start;
    }
    yield {
      rows: earnings.count,
      values: {
        positionId: (i) => BigInt(earnings.positions[i]!),
        earning: (i) => BigInt(places[i]!),
        group: (i) => earnings.groups[i]!,
        record: (i) => BigInt(earnings.records[i]!),
        amount: (i) => u128Bytes(earnings.amounts, i),
      },
    };
  },
};

export const PAYOUTS_TABLE: EpochTable<typeof PAYOUTS_SCHEMA> = {
  file: PAYOUTS_FILE,
  schema: PAYOUTS_SCHEMA,
  *parts({ payouts }) {
    yield {
      rows: payouts.count,
      values: {
        positionId: (i) => BigInt(payouts.positions[i]!),
        previous: (i) => u128Bytes(payouts.previous, i),
        earned: (i) => u128Bytes(payouts.earned, i),
        cumulative: (i) => u128Bytes(payouts.cumulative, i),
      },
    };
  },
};

function pointsPart(group: number, { shuffled, reduced }: AttributedGroup) {
  const records = touchedRecords(shuffled);
  return {
    rows: records.length,
    values: {
      group: () => group,
      record: (i: number) => BigInt(records[i]!),
      credits: (i: number) => u128Bytes(shuffled.credits.sums, records[i]!),
      debits: (i: number) => u128Bytes(shuffled.debits.sums, records[i]!),
      net: (i: number) => u128Bytes(shuffled.nets, records[i]!),
      positionId: (i: number) => BigInt(reduced.positions[records[i]!]!),
      earningIndex: (i: number) => BigInt(reduced.earningIndices[records[i]!]!),
    },
  };
}

/** The places of all entries of lists that have room for `topK` each. */
function entryPlaces(counts: Uint16Array, topK: number): Float64Array {
  const places = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let n = 0;
  for (const [list, count] of counts.entries()) for (let e = 0; e < count; e++) places[n++] = list * topK + e;
  return places;
}
