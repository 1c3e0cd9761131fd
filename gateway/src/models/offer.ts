// What the gateway sells: one version of a registered model, at the till that its fees are paid to.
import type { Address } from "viem";

export interface Offer {
  /** As callers name it in `model`. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly model: bigint;
  readonly version: bigint;
  /** Receiver of the vouchers. */
  readonly till: Address;
  readonly token: Address;
}

/** Prices at one moment, base units of the token per 1,000 tokens; each within the bounds that the model's owner set. */
export interface Prices {
  readonly input: bigint;
  readonly output: bigint;
}

/** What a call may cost at most, from its body alone. */
export interface Quote {
  readonly offer: Offer;
  readonly prices: Prices;
  /** Base units; above 0. No call is charged more. */
  readonly ceiling: bigint;
}
