// How a call is paid: verified before it is answered, charged when it is.
import type { Address, Hex } from "viem";
import type { Quote } from "../models/offer.ts";
import type { Entry, Exchange } from "../receipts/entry.ts";

/** A call that was answered, or what of it is about to be. */
export interface Served {
  /** Base units; at most the quote's ceiling. */
  readonly amount: bigint;
  readonly exchange: Exchange;
}

export interface Charged {
  readonly entry: Entry;
  /** `PAYMENT-RESPONSE` and what else goes with an answer whose headers are not sent yet. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A voucher that holds for one call, whose channel waits for it. */
export interface Payment {
  readonly payer: Address;
  readonly channelId: Hex;
  /** Its voucher comes with a deposit, which is made with the charge: nothing may be sent before that. */
  readonly isDeposit: boolean;
  /**
   * Writes down what is about to be sent of a stream, durably: it is charged if the process ends before `charge`.
   * Nothing of a stream may be sent before this has resolved for it.
   */
  serving(soFar: Served): Promise<void>;
  /** Takes the payment and writes the receipt, in one transaction. Rejects if the facilitator does; then nothing is charged, and nothing may be sent. */
  charge(served: Served): Promise<Charged>;
  /** Lets the channel go; nothing is charged. Nothing may have been sent. */
  release(): Promise<void>;
}

export type Opened = { readonly payment: Payment } | { readonly response: Response };

export interface Payments {
  /**
   * Judges the payment of a request.
   * @param request its headers and URL are read, not its body
   * @returns the payment, or what to answer instead: 402 with the terms, or the outcome of a refund
   */
  open(request: Request, quote: Quote): Promise<Opened>;
}
