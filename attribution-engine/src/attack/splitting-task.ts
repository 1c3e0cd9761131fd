/** Outcomes of splitting: what a contributor has from many wallets, whose records come in another order, relative to one. */
import type { Baseline } from "./baseline.ts";
import { attackerOf } from "./copying-task.ts";
import { buildEconomy, sketchCalls, type Economy } from "./economy.ts";
import { CALL_AMOUNT, earningsOf } from "./payments.ts";
import { chooseRecords, placesOf, type TrialRecords } from "./records.ts";
import type { AttackTask } from "./tasks.ts";
import { OUR_METHOD, screenBy, type Trial } from "./trial.ts";

const WALLETS = 10;

/** The attacker's records in other orders of arrival: wallet by wallet, the best paid first, the last first. The others come when they came. */
export function arrivals(records: TrialRecords, own: readonly number[], earned: Float64Array): number[][] {
  const inTurn = [...own.keys()].sort((a, b) => (a % WALLETS) - (b % WALLETS) || a - b).map((at) => own[at]!);
  const byPay = [...own].sort((a, b) => earned[b]! - earned[a]! || a - b);
  const placed = (order: readonly number[]): number[] => {
    const places = [...records.labels.keys()];
    for (const [i, place] of own.entries()) places[place] = order[i]!;
    return places;
  };
  return [placed(inTurn), placed(byPay), placed([...own].reverse())];
}

/** Income of the wallets at `own`, as the engine pays wallets; each record there is in one of so many. */
async function income(
  economy: Economy,
  prompts: Trial["prompts"],
  own: readonly number[],
  wallets: number,
): Promise<number> {
  const calls = await sketchCalls(economy, prompts);
  const amounts = Array.from({ length: calls.count }, () => CALL_AMOUNT);
  const walletAt = new Map(own.map((place, i) => [place, own[Math.floor((i * wallets) / own.length)]!]));
  const paid = await earningsOf(economy.index, calls, amounts, OUR_METHOD, (place) => walletAt.get(place) ?? place);
  return [...new Set(walletAt.values())].reduce((sum, wallet) => sum + paid[wallet]!, 0);
}

/**
 * @returns income of ten wallets relative to one whose records came in the same order; then, for each of {@link arrivals}, the income of ten wallets
 * relative to one wallet in the order as it was: that is what choosing an order pays, which one wallet could do as well.
 */
export async function splittingOutcome(
  { size }: AttackTask & { readonly kind: "splitting" },
  { trial, detector, economy, ours }: Baseline,
): Promise<number[]> {
  const { records, prompts, seed } = trial;
  const own = placesOf(records, attackerOf(records, size));
  const before = await income(economy, prompts, own, 1);
  const outcome = [(await income(economy, prompts, own, WALLETS)) / before];
  for (const order of arrivals(records, own, ours)) {
    const arrived = chooseRecords(records, order);
    const screen = await screenBy(detector, arrived);
    const again = await buildEconomy(arrived, { ...OUR_METHOD, screen }, seed);
    const places = placesOf(arrived, records.contributors[own[0]!]!);
    outcome.push((await income(again, prompts, places, WALLETS)) / before);
  }
  return outcome;
}
