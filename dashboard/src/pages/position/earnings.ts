// What a position came to over time: direct income when it came, attributed income when it was claimed.
import type { Step } from "../../parts/charts/StepChart.tsx";

export interface Earning {
  /** Unix seconds. */
  at: string;
  amount: string;
}

/** Running totals in the order of time; what comes at one time is one step. */
export function stepsOf(earnings: readonly Earning[]): Step[] {
  const steps: Step[] = [];
  let total = 0n;
  for (const { at, amount } of earnings.toSorted((a, b) => Number(a.at) - Number(b.at))) {
    const earned = BigInt(amount);
    if (earned === 0n) continue;
    total += earned;
    const last = steps.at(-1);
    if (last?.at === Number(at)) last.total = total;
    else steps.push({ at: Number(at), total });
  }
  return steps;
}
