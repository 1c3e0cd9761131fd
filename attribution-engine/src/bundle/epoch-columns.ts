// Reads the payouts of an epoch's bundle back into the engine's columns.
import type { Earnings, Payouts } from "../attribution/reduce.ts";
import { u128At } from "../trees/u128-words.ts";
import { readEpochTable, type EpochBundle } from "./epoch-bundle.ts";
import { EARNINGS_TABLE, PAYOUTS_TABLE } from "./epoch-tables.ts";
import { u128ColumnOfBytes } from "./wide-integers.ts";

/** Earnings and payouts as published. Throws an Error that names the file and the row of what is out of order or out of range. */
export async function readPayouts(bundle: EpochBundle): Promise<{ earnings: Earnings; payouts: Payouts }> {
  const rows = await readEpochTable(bundle, EARNINGS_TABLE);
  const table = await readEpochTable(bundle, PAYOUTS_TABLE);
  const positions = Uint32Array.from(table.columns.positionId, (position, row) => {
    const before = row === 0 ? 0n : table.columns.positionId[row - 1]!;
    if (position <= before || position >= 2n ** 28n) {
      throw new Error(`${PAYOUTS_TABLE.file} row ${row}: position ${position} follows ${before}`);
    }
    return Number(position);
  });
  const earningOffsets = new Uint32Array(table.rows + 1);
  let at = 0;
  for (const [p, position] of positions.entries()) {
    earningOffsets[p] = at;
    for (let place = 0n; rows.columns.positionId[at] === BigInt(position); place++, at++) {
      if (rows.columns.earning[at] !== place) {
        throw new Error(`${EARNINGS_TABLE.file} row ${at}: earning ${rows.columns.earning[at]} instead of ${place}`);
      }
    }
  }
  earningOffsets[table.rows] = at;
  if (at !== rows.rows) {
    throw new Error(
      `${EARNINGS_TABLE.file} row ${at}: position ${rows.columns.positionId[at]} is out of order or has no payout`,
    );
  }
  return {
    earnings: {
      count: rows.rows,
      positions: Uint32Array.from(rows.columns.positionId, Number),
      groups: Uint32Array.from(rows.columns.group),
      records: Uint32Array.from(rows.columns.record, Number),
      amounts: u128ColumnOfBytes(rows.columns.amount),
    },
    payouts: {
      count: table.rows,
      positions,
      earningOffsets,
      previous: u128ColumnOfBytes(table.columns.previous),
      earned: u128ColumnOfBytes(table.columns.earned),
      cumulative: u128ColumnOfBytes(table.columns.cumulative),
    },
  };
}

/** Cumulative payouts by position, as the next epoch takes them. */
export function cumulativePayouts({ positions, cumulative }: Payouts): [position: bigint, cumulative: bigint][] {
  return Array.from(positions, (position, i) => [BigInt(position), u128At(cumulative, i)]);
}
