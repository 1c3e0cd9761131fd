// What a position came to over time: direct income when it came, attributed income when it was claimed.
import type { Step } from "../../parts/charts/StepChart.tsx";

export interface Earning {
  /** Unix seconds. */
  at: string;
  amount: string;
}

interface Events {
  accruals: { totalCount: number; items: readonly Earning[] };
  claims: { totalCount: number; items: readonly { at: string; attributed: string }[] };
  /** Newest first. */
  positionDays: { totalCount: number; items: readonly { start: string; accrued: string; claimedAttributed: string }[] };
}

/** Single events; days where there are too many, and of these the newest: `since` is the first of them if there are earlier ones. */
export function earningsOf({ accruals, claims, positionDays }: Events): { earnings: Earning[]; since?: string } {
  if (accruals.totalCount === accruals.items.length && claims.totalCount === claims.items.length)
    return { earnings: [...accruals.items, ...claims.items.map(({ at, attributed }) => ({ at, amount: attributed }))] };
  const earnings = positionDays.items.map(({ start, accrued, claimedAttributed }) => ({
    at: start,
    amount: String(BigInt(accrued) + BigInt(claimedAttributed)),
  }));
  const oldest = earnings.at(-1);
  return positionDays.totalCount > earnings.length && oldest !== undefined
    ? { earnings, since: oldest.at }
    : { earnings };
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
