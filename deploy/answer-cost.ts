// Whether the deposit of a demand pays its answer, at a network's assumed prices.
import type { Network } from "./network.ts";

const OPEN = 10n ** 18n;

/**
 * Gas that no answer exceeds: neither the one of five full levels nor the one of a leaf with the longest payload, every byte one that costs most, by
 * somebody who never held OPEN, where the rest of a raised deposit burns. test/faults/longest-answer.test.ts measures both: 202,315 and 191,850.
 */
export const MOST_ANSWER_GAS = 230_000n;

/** What the longest answer costs, and what it is paid; the first demands' deposit, which is what an answerer gets of later ones too. */
export type AnswerCover = {
  /** Base units of OPEN. */
  deposit: bigint;
  /** Base units of OPEN. */
  cost: bigint;
  /** Price of gas, wei, at which the deposit pays the longest answer and nothing more. */
  breakEvenGasPriceWei: bigint;
};

/** @throws RangeError if no prices are assumed on the network */
export function answerCover({ name, prices, parameters: { demandDeposit } }: Network): AnswerCover {
  if (prices === undefined) throw new RangeError(`no prices are assumed on ${name}`);
  const { gasPriceWei, openPriceWei } = prices;
  return {
    deposit: demandDeposit,
    cost: (MOST_ANSWER_GAS * gasPriceWei * OPEN) / openPriceWei,
    breakEvenGasPriceWei: (demandDeposit * openPriceWei) / (OPEN * MOST_ANSWER_GAS),
  };
}
