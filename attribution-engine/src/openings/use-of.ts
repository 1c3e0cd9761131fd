// How often the records of a contribution helped or hurt a group's calls, and what they were paid for it.
import type { AttributedEpoch } from "../attribution/epoch.ts";
import { u128At } from "../trees/u128-words.ts";

export interface Use {
  /** Records of the contribution in the index. */
  readonly records: number;
  /** Calls of the group. */
  readonly calls: number;
  /** Calls that gave one of the records credits, and those that gave one debits; a call may be among both. */
  readonly helped: number;
  readonly hurt: number;
  /** Calls among either. */
  readonly used: number;
  /** Points. */
  readonly credits: bigint;
  readonly debits: bigint;
  /** Base units, of the group's pool. */
  readonly paid: bigint;
}

/** @param contributionIds of the index of the group, by place */
export function useOf(
  { groups, earnings }: Pick<AttributedEpoch, "groups" | "earnings">,
  group: number,
  contributionIds: BigUint64Array,
  contribution: bigint,
): Use {
  const { mapped, shuffled } = groups[group]!;
  const { topK } = mapped.lists;
  const helped = new Set<number>();
  const hurt = new Set<number>();
  let [records, credits, debits, paid] = [0, 0n, 0n, 0n];
  for (let place = contributionIds.indexOf(contribution); place >= 0;) {
    records++;
    credits += u128At(shuffled.credits.sums, place);
    debits += u128At(shuffled.debits.sums, place);
    for (const [{ offsets, entries }, calls] of [
      [shuffled.credits, helped],
      [shuffled.debits, hurt],
    ] as const)
      for (let at = offsets[place]!; at < offsets[place + 1]!; at++) calls.add(Math.floor(entries[at]! / (2 * topK)));
    place = contributionIds.indexOf(contribution, place + 1);
  }
  for (let at = 0; at < earnings.count; at++)
    if (earnings.groups[at] === group && contributionIds[earnings.records[at]!] === contribution)
      paid += u128At(earnings.amounts, at);
  const used = helped.union(hurt).size;
  return { records, calls: mapped.calls, helped: helped.size, hurt: hurt.size, used, credits, debits, paid };
}
