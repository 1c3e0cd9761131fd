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

/** Position of the treasury, to which a pool falls whose nets are all zero; wallets' positions follow it. */
const TREASURY = 1n;

/**
 * Earnings by wallet of one group of calls (docs/formats.md §6.3), in base units; they add up to the amounts unless all nets are zero.
 * @param amounts base units by call.
 * @param walletOf the wallet of the record at a place, below the number of records; each record has its own by default, so that earnings are by record.
 */
export async function earningsOf(
  records: ScoredRecords,
  calls: Queries,
  amounts: readonly bigint[],
  { topK, debitFactor }: PointsRule,
  walletOf: (place: number) => number = (place) => place,
): Promise<Float64Array> {
  const receiptAmounts = u128ColumnOf(amounts);
  const pool = amounts.reduce((sum, amount) => sum + amount, 0n);
  const lists = await rank(records, calls, topK);
  const points = assignPoints(lists, splitPool(pool, receiptAmounts), debitFactor);
  const { nets } = shuffleGroup(lists, points, records.count);
  const contributionIds = BigUint64Array.from({ length: records.count }, (_, place) => BigInt(walletOf(place)));
  const { earnings } = reduceEpoch([{ pool, nets, contributionIds, touched: () => true }], {
    treasuryPosition: TREASURY,
    previousPayouts: [],
    positionOf: (contribution) => contribution + 2n,
  });
  const income = new Float64Array(records.count);
  for (let at = 0; at < earnings.count; at++) {
    const wallet = earnings.positions[at]! - 2;
    if (wallet >= 0) income[wallet]! += Number(u128At(earnings.amounts, at));
  }
  return income;
}
