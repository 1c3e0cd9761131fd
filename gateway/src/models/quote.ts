// What a call may cost at most, and what it does cost.
import type { Usage } from "../openai/usage.ts";
import type { Offer, Prices, Quote } from "./offer.ts";

/** The most tokens that a call can use: those of its body, and those that it may be answered with. */
export type Bound = Usage;

/** Prices are per this many tokens. */
const TOKENS_PER_PRICE = 1000n;

/** Base units of the token: tokens at prices per 1,000, both kinds together rounded up, and at least 1. */
export function cost(usage: Usage, prices: Prices): bigint {
  const thousandths = BigInt(usage.input) * prices.input + BigInt(usage.output) * prices.output;
  const units = (thousandths + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE;
  return units === 0n ? 1n : units;
}

export function quoteOf(offer: Offer, prices: Prices, bound: Bound): Quote {
  return { offer, prices, ceiling: cost(bound, prices) };
}

/** What `usage` is charged: neither kind of token beyond its bound, so never above the quote's ceiling. */
export function chargeOf(usage: Usage, bound: Bound, prices: Prices): bigint {
  return cost({ input: Math.min(usage.input, bound.input), output: Math.min(usage.output, bound.output) }, prices);
}
