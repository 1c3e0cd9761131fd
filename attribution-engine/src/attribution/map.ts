// Stage 1, map: what each call pays, to which records, and in how many points.
import { isStored, type SearchedIndex } from "../index/attribution-index.ts";
import { rankSource, type RankOptions } from "../search/rank.ts";
import type { RankedLists } from "../search/ranked-lists.ts";
import type { SourceDescription } from "../search/record-source.ts";
import { callCount, type CommittedCalls, type GroupInputs, type SettlementInputs } from "./epoch-inputs.ts";
import { hashReceipts, hashSketches } from "./settlement-trees.ts";
import { setU128, sumOfU128, u128At, u128Column } from "../trees/u128-words.ts";

/**
 * The calls of a group in trace order. `amounts` and `points` are u128 columns (two words a value); `points` stands at the places of
 * the lists' entries. Hashes have 32 bytes per call.
 */
export interface MappedGroup {
  readonly calls: number;
  readonly receiptHashes: Uint8Array;
  readonly sketchHashes: Uint8Array;
  readonly amounts: BigUint64Array;
  readonly lists: RankedLists;
  readonly points: BigUint64Array;
}

/** Maps every call of a group (docs/formats.md §6.3); the inputs must be checked (`checkEpochInputs`). Options change no byte. */
export async function mapGroup(group: GroupInputs<SearchedIndex>, options: RankOptions = {}): Promise<MappedGroup> {
  const calls = callCount(group);
  const { k, topK, debitFactor } = group.method;
  const receiptHashes = new Uint8Array(32 * calls);
  const sketchHashes = new Uint8Array(32 * calls);
  const sketches = new Int8Array(new SharedArrayBuffer(calls * k));
  const amounts = u128Column(calls);
  let call = 0;
  for (const settlement of group.settlements) {
    const committed = settlement.calls ?? callsOf(settlement, k);
    receiptHashes.set(committed.receiptHashes, 32 * call);
    sketchHashes.set(committed.sketchHashes, 32 * call);
    amounts.set(committed.amounts, 2 * call);
    sketches.set(settlement.sketches, call * k);
    call += settlement.receipts.count;
  }
  const lists = await rankSource(sourceOf(group.index), { count: calls, k, sketches }, topK, options);
  return {
    calls,
    receiptHashes,
    sketchHashes,
    amounts,
    lists,
    points: assignPoints(lists, amounts, debitFactor),
  };
}

function sourceOf(index: SearchedIndex): SourceDescription {
  return isStored(index) ? { kind: "store", path: index.store } : { kind: "memory", records: index };
}

/** What the calls of a settlement are if both of its trees are those of the tables. */
function callsOf({ receipts, sketches, pool }: SettlementInputs, k: number): CommittedCalls {
  const receiptHashes = hashReceipts(receipts);
  const sketchHashes = hashSketches(receiptHashes, sketches, k);
  return { receiptHashes, sketchHashes, amounts: splitPool(pool, receipts.amounts) };
}

/** The pool's parts by the prefix sums of the receipts' amounts (§6.1); all 0 if no receipt has an amount. */
export function splitPool(pool: bigint, receiptAmounts: BigUint64Array): BigUint64Array {
  const parts = u128Column(receiptAmounts.length / 2);
  const total = sumOfU128(receiptAmounts);
  if (total === 0n) return parts;
  let prefix = 0n;
  let given = 0n;
  for (let i = 0; 2 * i < receiptAmounts.length; i++) {
    prefix += u128At(receiptAmounts, i);
    const upTo = (pool * prefix) / total;
    setU128(parts, i, upTo - given);
    given = upTo;
  }
  return parts;
}

/** The points of every entry: credits split the call's amount over the helpful list, debits `debitFactor`/256 of it at most. */
export function assignPoints(lists: RankedLists, amounts: BigUint64Array, debitFactor: number): BigUint64Array {
  const { topK, counts, w } = lists;
  const points = u128Column(w.length);
  const factor = BigInt(debitFactor);
  const split = (list: number, amount: bigint, total: bigint): void => {
    let prefix = 0n;
    let given = 0n;
    for (let at = list * topK, end = at + counts[list]!; at < end; at++) {
      prefix += w[at]!;
      const upTo = (amount * prefix) / total;
      setU128(points, at, upTo - given);
      given = upTo;
    }
  };
  for (let call = 0; call < lists.queries; call++) {
    const amount = u128At(amounts, call);
    const helpful = totalWeight(lists, 2 * call);
    if (amount === 0n || helpful === 0n) continue;
    const harmful = totalWeight(lists, 2 * call + 1);
    split(2 * call, amount, helpful);
    split(2 * call + 1, (amount * factor) / 256n, helpful > harmful ? helpful : harmful);
  }
  return points;
}

function totalWeight(lists: RankedLists, list: number): bigint {
  let total = 0n;
  for (let at = list * lists.topK, end = at + lists.counts[list]!; at < end; at++) total += lists.w[at]!;
  return total;
}
