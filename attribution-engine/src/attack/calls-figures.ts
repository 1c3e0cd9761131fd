/** Figures of attacks by calls and wallets: closing, crafted calls, splitting; on the honest economy and after copies. */
import { mean, means } from "./means.ts";
import type { Extent, RunTasks } from "./search.ts";
import { CALL_FACTORS, CLOSINGS, type AttackTask, type Copying } from "./tasks.ts";
import { OUR_METHOD } from "./trial.ts";

/** What crafted calls come to by debit factor, the largest over sizes of attackers. */
export interface CraftedCalls {
  readonly debitFactor: number;
  readonly poolOverNets: number;
  readonly selfDealing: number;
  readonly rivalCalls: number;
}

/** Means over draws, the largest over sizes of attackers. */
export interface CallFigures {
  readonly crafted: readonly CraftedCalls[];
  /** By {@link CLOSINGS}. */
  readonly closings: readonly number[];
}

const largest = (rows: readonly (readonly number[])[]): number[] =>
  rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!)));

/** @param after copies that came before; without, the honest economy. */
export async function callFigures(
  { seeds, sizes }: Extent,
  after: Copying | undefined,
  run: RunTasks,
): Promise<CallFigures> {
  const attackers = after === undefined ? sizes : [after.size];
  const tasks = seeds.flatMap((seed) => attackers.map((size): AttackTask => ({ kind: "calls", seed, size, after })));
  const outcomes = await run(tasks, after === undefined ? "calls" : "calls after copies");
  const bySize = attackers.map((_, at) => means(seeds.map((_, s) => outcomes[s * attackers.length + at]!)));
  const worst = largest(bySize);
  const crafted = worst.slice(CLOSINGS.length);
  return {
    closings: worst.slice(0, CLOSINGS.length),
    crafted: CALL_FACTORS.map((debitFactor, i) => ({
      debitFactor,
      poolOverNets: crafted[3 * i]!,
      selfDealing: crafted[3 * i + 1]!,
      rivalCalls: crafted[3 * i + 2]!,
    })),
  };
}

/** Our own factor's. */
export function ofOurs({ crafted }: CallFigures): CraftedCalls {
  return crafted.find(({ debitFactor }) => debitFactor === OUR_METHOD.debitFactor)!;
}

/** Income of ten wallets relative to one: in the same order of arrival, and in the best of others; the largest over sizes. */
export async function splittingFigures(
  { seeds, sizes }: Extent,
  run: RunTasks,
): Promise<{ sameOrder: number; otherOrder: number }> {
  const tasks = seeds.flatMap((seed) => sizes.map((size): AttackTask => ({ kind: "splitting", seed, size })));
  const outcomes = await run(tasks, "splitting");
  const bySize = sizes.map((_, at) => seeds.map((_, s) => outcomes[s * sizes.length + at]!));
  return {
    sameOrder: Math.max(...bySize.map((of) => mean(of.map((one) => one[0]!)))),
    otherOrder: Math.max(...bySize.map((of) => Math.max(...means(of).slice(1)))),
  };
}

export function splittingRatios({ sameOrder, otherOrder }: Awaited<ReturnType<typeof splittingFigures>>) {
  return { "splitting over wallets": sameOrder, "arriving in another order": otherOrder };
}
