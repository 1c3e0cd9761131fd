/** The payment rule as the engine runs it: ranking, points, nets and earnings by its own integer code. */
import { assignPoints, splitPool } from "../attribution/map.ts";
import { reduceEpoch } from "../attribution/reduce.ts";
import { shuffleGroup } from "../attribution/shuffle.ts";
import { rank } from "../search/rank.ts";
import type { Queries, ScoredRecords } from "../search/records.ts";
import { u128At, u128ColumnOf } from "../trees/u128-words.ts";

/** The numbers of a method that decide lists and points. */
export interface PointsRule {
  readonly topK: number;
  /** In 1/256. */
  readonly debitFactor: number;
}

/** Base units that a call pays to data unless an attack says otherwise. */
export const CALL_AMOUNT = 1_000_000_000n;

/** Position of the treasury, to which a pool falls whose nets are all zero; records' positions are their places from 2 on. */
const TREASURY = 1n;

/**
 * Earnings by record of one group of calls (docs/formats.md §6.3), in base units; they add up to the amounts unless all nets are zero.
 * @param amounts base units by call.
 */
export async function earningsOf(
  records: ScoredRecords,
  calls: Queries,
  amounts: readonly bigint[],
  { topK, debitFactor }: PointsRule,
): Promise<Float64Array> {
  const receiptAmounts = u128ColumnOf(amounts);
  const pool = amounts.reduce((sum, amount) => sum + amount, 0n);
  const lists = await rank(records, calls, topK);
  const points = assignPoints(lists, splitPool(pool, receiptAmounts), debitFactor);
  const { nets } = shuffleGroup(lists, points, records.count);
  const contributionIds = BigUint64Array.from({ length: records.count }, (_, place) => BigInt(place));
  const { earnings } = reduceEpoch([{ pool, nets, contributionIds, touched: () => true }], {
    treasuryPosition: TREASURY,
    previousPayouts: [],
    positionOf: (contribution) => contribution + 2n,
  });
  const income = new Float64Array(records.count);
  for (let at = 0; at < earnings.count; at++) {
    const place = earnings.positions[at]! - 2;
    if (place >= 0) income[place] = Number(u128At(earnings.amounts, at));
  }
  return income;
}
