// What an epoch's payouts are a function of.
import { checkColumn } from "@tributary/protocol/columns";
import { checkMethod, type Method } from "@tributary/protocol/typed-data/method-id";
import type { Address } from "viem";
import { isStored, type AttributionIndex, type SearchedIndex } from "../index/attribution-index.ts";
import { checkQueries, checkRecords } from "../search/records.ts";
import type { ReceiptTable } from "./receipt-table.ts";

/** What trace leaves say of the calls of a settlement: 32 bytes of each hash and a u128 amount per call. */
export interface CommittedCalls {
  readonly receiptHashes: Uint8Array;
  readonly sketchHashes: Uint8Array;
  readonly amounts: BigUint64Array;
}

/**
 * One ready settlement: its data pool in base units, its receipts, and one sketch of `k` coordinates per receipt. A receipt or sketch that counts as absent
 * (docs/formats.md §6.3) is a row of zeros, and what follows for the calls is in `calls`, which is left out where the tables are what was committed.
 */
export interface SettlementInputs {
  readonly settlementId: bigint;
  readonly pool: bigint;
  readonly receipts: ReceiptTable;
  readonly sketches: Int8Array;
  readonly calls?: CommittedCalls | undefined;
}

/**
 * The settlements of one model version in the ledger's order, and income without receipts that joins their pool. A record of the index that counts as absent
 * has scale and novelty 0, so that it is on no list.
 */
export interface GroupInputs<Index extends SearchedIndex = AttributionIndex> {
  readonly modelVersion: bigint;
  readonly method: Method;
  readonly index: Index;
  readonly plainPool: bigint;
  readonly settlements: readonly SettlementInputs[];
}

/** An epoch: groups in the ledger's order, cumulative payouts of the previous finalised epoch, and who holds each contribution. */
export interface EpochInputs<Index extends SearchedIndex = AttributionIndex> {
  readonly chainId: bigint;
  readonly ledger: Address;
  readonly epoch: bigint;
  readonly treasuryPosition: bigint;
  readonly previousPayouts: readonly (readonly [position: bigint, cumulative: bigint])[];
  readonly groups: readonly GroupInputs<Index>[];
  /** The position that earns for a contribution's records. */
  positionOf(contributionId: bigint): bigint;
}

/** Positions are places of a tree of depth 28, and place 0 is never used (docs/formats.md §5). */
export const MAX_POSITION = 2 ** 28 - 1;

/** The group's pool: what its leaf's sum is. */
export function poolOf(group: Pick<GroupInputs, "plainPool" | "settlements">): bigint {
  return group.settlements.reduce((sum, { pool }) => sum + pool, group.plainPool);
}

/** Calls of the group: the receipts of all its settlements. */
export function callCount(group: Pick<GroupInputs, "settlements">): number {
  return group.settlements.reduce((sum, { receipts }) => sum + receipts.count, 0);
}

/** A position id as a place, or an Error that says `what` it was given for. */
export function positionPlace(position: bigint, what: string): number {
  if (position < 1n || position > MAX_POSITION) {
    throw new Error(`${what}: position ${position}; must be 1 to ${MAX_POSITION}`);
  }
  return Number(position);
}

/**
 * Checks shapes and ranges of all inputs but not that they are the committed ones, which only roots can tell. The order of receipts (§8.2) is not among them:
 * what became ready is attributed, whatever could have been objected to before. Throws an Error that names the group, settlement and row.
 */
export function checkEpochInputs(inputs: EpochInputs<SearchedIndex>): void {
  if (inputs.groups.length > 2 ** 16)
    throw new Error(`epoch ${inputs.epoch}: ${inputs.groups.length} groups; at most 65536`);
  positionPlace(inputs.treasuryPosition, "treasury");
  let before = 0n;
  for (const [position, cumulative] of inputs.previousPayouts) {
    positionPlace(position, "previous payouts");
    if (position <= before)
      throw new Error(`previous payouts: position ${position} follows ${before}; sort by position`);
    if (cumulative <= 0n) throw new Error(`previous payouts: position ${position} has ${cumulative}; leave it out`);
    before = position;
  }
  const settlements = new Set<bigint>();
  for (const [g, group] of inputs.groups.entries()) {
    checkGroup(group, `group ${g}`);
    for (const { settlementId } of group.settlements) {
      if (settlements.has(settlementId)) throw new Error(`group ${g}: settlement ${settlementId} appears twice`);
      settlements.add(settlementId);
    }
  }
}

function checkGroup(group: GroupInputs<SearchedIndex>, what: string): void {
  const { index, method } = group;
  checkMethod(method);
  if (index.k !== method.k) throw new Error(`${what}: the index has ${index.k} dimensions, the method ${method.k}`);
  if (isStored(index)) {
    if (index.contributionIds.length !== index.count)
      throw new Error(`${what}: ${index.contributionIds.length} contribution ids for ${index.count} records`);
  } else checkRecords(index, `${what}, index of model version ${group.modelVersion}`);
  if (group.plainPool < 0n || poolOf(group) >> 128n !== 0n) throw new Error(`${what}: its pool is not a u128`);
  for (const { settlementId, pool, receipts, sketches, calls } of group.settlements) {
    const settlement = `settlement ${settlementId}`;
    if (pool < 0n) throw new Error(`${settlement}: pool ${pool} is negative`);
    checkQueries({ count: receipts.count, k: method.k, sketches }, `${settlement}, sketches`);
    if (calls !== undefined) checkCalls(calls, receipts.count, settlement);
  }
  if (callCount(group) > 2 ** 28) throw new Error(`${what}: ${callCount(group)} calls; at most 2^28`);
}

function checkCalls({ receiptHashes, sketchHashes, amounts }: CommittedCalls, count: number, what: string): void {
  checkColumn(`${what}, receiptHashes`, receiptHashes, count, 32);
  checkColumn(`${what}, sketchHashes`, sketchHashes, count, 32);
  checkColumn(`${what}, amounts`, amounts, count, 2);
}
