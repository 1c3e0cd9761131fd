// Which calls paid a position in an epoch.
import { bytesToHex } from "@tributary/protocol/bytes";
import type { Hex } from "viem";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import { u128At } from "../trees/u128-words.ts";

const NONE = 0xffffffff;

/** A call, and its part of what it was paid to records of the position, base units. */
export interface Payer {
  readonly receipt: Hex;
  readonly paid: bigint;
}

/**
 * The calls whose attribution paid a position, by the part of each record's pay that a call's points are of its credits (rounded down for each record). Looks at the
 * tallies of the position's records only.
 * @param most calls to give, those that paid most
 */
export function payersOf(epoch: AttributedEpoch, position: number, most: number): { total: number; calls: Payer[] } {
  const { earnings, payouts, groups } = epoch;
  const row = payouts.positions.indexOf(position);
  if (row < 0) return { total: 0, calls: [] };
  const paid = new Map<string, bigint>();
  for (let at = payouts.earningOffsets[row]!; at < payouts.earningOffsets[row + 1]!; at++) {
    const record = earnings.records[at]!;
    if (record === NONE) continue;
    const g = earnings.groups[at]!;
    const { mapped, shuffled } = groups[g]!;
    const { offsets, entries, sums } = shuffled.credits;
    const credits = u128At(sums, record);
    const pay = u128At(earnings.amounts, at);
    for (let tally = offsets[record]!; tally < offsets[record + 1]!; tally++) {
      const entry = entries[tally]!;
      const part = (pay * u128At(mapped.points, entry)) / credits;
      const call = `${g} ${Math.floor(entry / (2 * mapped.lists.topK))}`;
      if (part > 0n) paid.set(call, (paid.get(call) ?? 0n) + part);
    }
  }
  const best = [...paid].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0)).slice(0, most);
  return {
    total: paid.size,
    calls: best.map(([name, part]) => {
      const [g, call] = name.split(" ").map(Number) as [number, number];
      const hashes = groups[g]!.mapped.receiptHashes;
      return { receipt: bytesToHex(hashes.subarray(32 * call, 32 * call + 32)), paid: part };
    }),
  };
}
