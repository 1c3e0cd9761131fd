// Explains paid calls: which records each paid, and how much of what was finally paid comes from it.
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import type { Hex } from "viem";
import { u128At } from "../trees/u128-words.ts";
import { readEpochTable, type EpochBundle } from "./epoch-bundle.ts";
import { readPayouts } from "./epoch-columns.ts";
import { ENTRIES_TABLE, POINTS_TABLE, TRACE_TABLE } from "./epoch-tables.ts";
import { u128ColumnOfBytes } from "./wide-integers.ts";

const NONE = 0xffffffffn;

/** A record on one of the call's lists; amounts in base units. */
export interface ExplainedEntry {
  readonly harmful: boolean;
  readonly rank: number;
  /** Place in the index of the group's model version. */
  readonly record: number;
  readonly s: bigint;
  readonly w: bigint;
  readonly points: bigint;
  readonly position: bigint | undefined;
  /**
   * The call's part of what the record was paid for the epoch: `⌊pay · points / credits⌋`; 0 for harmful entries. Payment itself is per
   * record and epoch, after debits (docs/formats.md §6.3): this is its attribution to calls.
   */
  readonly earned: bigint;
}

/** A call with its two lists, helpful first, best first. */
export interface ExplainedCall {
  readonly group: number;
  readonly modelVersion: number;
  readonly call: number;
  readonly receiptHash: Hex;
  readonly sketchHash: Hex;
  /** What the call paid to data, base units. */
  readonly amount: bigint;
  readonly entries: readonly ExplainedEntry[];
}

/** The call of a receipt (docs/formats.md §7.1). Throws if the epoch has no such call. */
export async function explainCall(bundle: EpochBundle, receiptHash: Hex): Promise<ExplainedCall> {
  const [explained] = await explain(bundle, (hash) => Buffer.compare(hash, hexToBytes(receiptHash)) === 0);
  if (explained === undefined) {
    throw new Error(`epoch ${bundle.manifest.epoch} has no call with the receipt ${receiptHash}`);
  }
  return explained;
}

/** All calls of the epoch, in trace order, group by group. */
export function explainCalls(bundle: EpochBundle): Promise<ExplainedCall[]> {
  return explain(bundle, () => true);
}

/** The calls whose receipt hash is wanted; every table is read once. */
async function explain(bundle: EpochBundle, isWanted: (receiptHash: Uint8Array) => boolean): Promise<ExplainedCall[]> {
  const trace = await readEpochTable(bundle, TRACE_TABLE);
  const amounts = u128ColumnOfBytes(trace.columns.amount);
  const calls = new Map<string, ExplainedCall & { readonly entries: ExplainedEntry[] }>();
  for (let row = 0; row < trace.rows; row++) {
    const receiptHash = trace.columns.receiptHash.subarray(32 * row, 32 * row + 32);
    if (!isWanted(receiptHash)) continue;
    const group = trace.columns.group[row]!;
    const call = trace.columns.call[row]!;
    calls.set(`${group} ${call}`, {
      group,
      modelVersion: bundle.manifest.groups[group]!.modelVersion,
      call,
      receiptHash: bytesToHex(receiptHash),
      sketchHash: bytesToHex(trace.columns.sketchHash.subarray(32 * row, 32 * row + 32)),
      amount: u128At(amounts, row),
      entries: [],
    });
  }
  if (calls.size > 0) await addEntries(bundle, calls);
  return [...calls.values()];
}

async function addEntries(
  bundle: EpochBundle,
  calls: ReadonlyMap<string, { readonly entries: ExplainedEntry[] }>,
): Promise<void> {
  const paid = await Promise.all(bundle.manifest.groups.map(({ group }) => paidRecords(bundle, group)));
  const { rows, columns } = await readEpochTable(bundle, ENTRIES_TABLE);
  const points = u128ColumnOfBytes(columns.points);
  for (let at = 0; at < rows; at++) {
    const group = columns.group[at]!;
    const explained = calls.get(`${group} ${columns.call[at]!}`);
    if (explained === undefined) continue;
    const record = Number(columns.recordIndex[at]!);
    const harmful = columns.harmful[at] === 1;
    const own = u128At(points, at);
    const pay = paid[group]!.get(record);
    explained.entries.push({
      harmful,
      rank: columns.entry[at]!,
      record,
      s: columns.s[at]!,
      w: columns.w[at]!,
      points: own,
      position: pay?.position,
      earned: harmful || pay === undefined || pay.credits === 0n ? 0n : (pay.amount * own) / pay.credits,
    });
  }
}

interface PaidRecord {
  readonly position: bigint;
  readonly credits: bigint;
  readonly amount: bigint;
}

/** What each record with points of a group was paid. */
async function paidRecords(bundle: EpochBundle, group: number): Promise<ReadonlyMap<number, PaidRecord>> {
  const { rows, columns } = await readEpochTable(bundle, POINTS_TABLE);
  const { earnings, payouts } = await readPayouts(bundle);
  const credits = u128ColumnOfBytes(columns.credits);
  const rowOf = new Map(Array.from(payouts.positions, (position, i) => [BigInt(position), i]));
  const paid = new Map<number, PaidRecord>();
  for (let at = 0; at < rows; at++) {
    if (columns.group[at] !== group) continue;
    const position = columns.positionId[at]!;
    const index = columns.earningIndex[at]!;
    const payout = rowOf.get(position);
    const earning =
      index === NONE || payout === undefined ? undefined : payouts.earningOffsets[payout]! + Number(index);
    paid.set(Number(columns.record[at]!), {
      position,
      credits: u128At(credits, at),
      amount: earning === undefined ? 0n : u128At(earnings.amounts, earning),
    });
  }
  return paid;
}
