// How a call is paid: verified before it is answered, charged when it is.
import type { Address, Hex } from "viem";
import type { Quote } from "../models/offer.ts";
import type { Entry, Exchange } from "../receipts/entry.ts";

/** A call that was answered, or what of it is about to be. */
export interface Served {
  /** Base units; above 0 and at most the quote's ceiling. */
  readonly amount: bigint;
  readonly exchange: Exchange;
}

export interface Charged {
  readonly entry: Entry;
  /** `PAYMENT-RESPONSE` and the receipt: what goes with an answer whose headers are not sent yet. */
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
   * @throws BooksRefusal once the time that a channel waits for a call is over: nothing more may be sent
   */
  serving(soFar: Served): Promise<void>;
  /**
   * Takes the payment and writes the receipt, in one transaction.
   * @throws PaymentRefused with what to answer, if the facilitator refuses; Error if the books or the signer fail. Either way nothing is charged and no answer may be sent; of a
   * stream, what `serving` wrote down is charged, and no more of it may be sent
   */
  charge(served: Served): Promise<Charged>;
  /** Lets the channel go; nothing is charged. Nothing may have been sent. */
  release(): Promise<void>;
}

export type Opened = { readonly payment: Payment } | { readonly response: Response };

/** What a payer has in a channel and has spent of it, base units. */
export interface ChannelState {
  readonly channelId: Hex;
  readonly payer: Address;
  readonly till: Address;
  readonly token: Address;
  /** Deposited and not given back: the most that can be spent of the channel in all. */
  readonly balance: bigint;
  readonly charged: bigint;
  /** Of what was charged, what the gateway has claimed on chain. */
  readonly claimed: bigint;
  /** What can still be spent; nothing while a refund is on its way. */
  readonly left: bigint;
  /** Unix seconds; 0 while the payer is not withdrawing. */
  readonly withdrawRequestedAt: number;
  /** How many calls were charged. */
  readonly receipts: bigint;
}

export interface Payments {
  /**
   * Judges the payment of a request.
   * @param request its headers and URL are read, not its body
   * @returns the payment, or what to answer instead: 402 with the terms, or the outcome of a refund
   */
  open(request: Request, quote: Quote): Promise<Opened>;
  /**
   * Answers a refund, or asks for one: the official client's `refund` begins with a GET that must be answered with 402 and the terms of the channel.
   * @param quote at whose till the channel is; of less than its ceiling nothing but all that is left is given back: each refund is a transaction
   */
  refund(request: Request, quote: Quote): Promise<Response>;
  /** By how much the terms of a quote were raised, where they came to the amount that was accepted; else 0. */
  raiseOf(quote: Quote, accepted: string): bigint;
  /** As the chain and the books say now; undefined where neither knows the channel. */
  channelState(channelId: Hex): Promise<ChannelState | undefined>;
  /** A receipt with the gateway's signature. */
  receipt(id: Hex): Promise<Entry | undefined>;
  /** The books are their opener's to close. */
  close(): Promise<void>;
}
