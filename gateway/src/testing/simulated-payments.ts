// SIMULATED: payments in memory for tests of the server alone; any payer is believed, one call at a time per channel.
import { encodePaymentRequiredHeader } from "@x402/core/http";
import { type Address, type Hex, zeroAddress, zeroHash } from "viem";
import { receiptHash } from "@tributary/protocol/typed-data/receipt";
import { OutcomeUnknown } from "../books/sql.ts";
import type { Quote } from "../models/offer.ts";
import { acceptedTerms } from "../routing/accepted.ts";
import type { ChannelState, Charged, Opened, Payment, Payments, Served } from "../payments/payments.ts";
import { errorResponse, PaymentRefused } from "../payments/refused.ts";
import { RECEIPT_HEADER, receiptHeader } from "../receipts/proof.ts";
import type { Entry } from "../receipts/entry.ts";

export class SimulatedPayments implements Payments {
  /** What was charged, in order. */
  readonly charges: (Served & { readonly entry: Entry })[] = [];
  /** What was written down before it was sent. */
  readonly servings: Served[] = [];
  /** Calls whose channel waits for them. */
  readonly open_ = new Set<Hex>();
  released = 0;
  /** Refunds that were begun. */
  refunds = 0;
  /** What refunds wait for. */
  refundTime: Promise<unknown> | undefined;
  /** Books that fail. */
  readonly fails = new Set<"open" | "serving" | "charge" | "release" | "refund" | "channel" | "receipt">();
  /** The next charge is refused. */
  refusesCharge = false;
  /** The next charge is taken, and the books can't say so. */
  losesCharge = false;

  open(request: Request, quote: Quote): Promise<Opened> {
    if (this.fails.has("open")) return Promise.reject(new Error("SIMULATED failure"));
    return Promise.resolve(this.#open(request, quote));
  }

  async refund(): Promise<Response> {
    this.refunds++;
    await this.refundTime;
    if (this.fails.has("refund")) throw new Error("SIMULATED failure");
    return errorResponse(400, "not_a_refund", "SIMULATED payments are not given back.");
  }

  raiseOf(): bigint {
    return 0n;
  }

  channelState(): Promise<ChannelState | undefined> {
    if (this.fails.has("channel")) return Promise.reject(new Error("SIMULATED failure"));
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  receipt(id: Hex): Promise<Entry | undefined> {
    if (this.fails.has("receipt")) return Promise.reject(new Error("SIMULATED failure"));
    return Promise.resolve(this.charges.find(({ entry }) => entry.id === id)?.entry);
  }

  #open(request: Request, quote: Quote): Opened {
    const accepted = acceptedTerms(request.headers);
    const amount = quote.ceiling.toString();
    const payTo = quote.offer.till;
    if (accepted?.amount !== amount || accepted.payTo !== payTo.toLowerCase()) {
      const terms = {
        scheme: "batch-settlement",
        network: "eip155:31337" as const,
        amount,
        asset: quote.offer.token,
        payTo,
        maxTimeoutSeconds: 60,
        extra: {},
      };
      const header = encodePaymentRequiredHeader({ x402Version: 2, resource: { url: request.url }, accepts: [terms] });
      return { response: Response.json({}, { status: 402, headers: { "PAYMENT-REQUIRED": header } }) };
    }
    const channelId = request.headers.get("x-simulated-channel") as Hex;
    if (this.open_.has(channelId)) return { response: Response.json({ error: "busy" }, { status: 402 }) };
    this.open_.add(channelId);
    return { payment: this.#payment(channelId, quote, request.headers.get("x-simulated-deposit") !== null) };
  }

  #payment(channelId: Hex, quote: Quote, isDeposit: boolean): Payment {
    const end = (): void => {
      if (!this.open_.delete(channelId)) throw new Error("a payment was ended twice");
    };
    return {
      payer: `0x${channelId.slice(26)}`,
      channelId,
      isDeposit,
      serving: (soFar) => {
        if (isDeposit) throw new Error("a deposit must be made before anything is served");
        if (this.fails.has("serving")) return Promise.reject(new Error("SIMULATED failure"));
        if (soFar.amount > quote.ceiling) throw new Error("served above the ceiling");
        this.servings.push(soFar);
        return Promise.resolve();
      },
      charge: (served): Promise<Charged> => {
        end();
        if (this.fails.has("charge")) return Promise.reject(new Error("SIMULATED failure"));
        if (this.refusesCharge)
          return Promise.reject(
            new PaymentRefused("simulated_refusal", errorResponse(402, "simulated_refusal", "SIMULATED")),
          );
        if (served.amount > quote.ceiling || served.amount < 1n) throw new Error("charged outside the quote");
        const entry = entryOf(channelId, quote, served, this.charges.length + 1);
        this.charges.push({ ...served, entry });
        if (this.losesCharge) {
          this.losesCharge = false;
          return Promise.reject(new OutcomeUnknown(new Error("SIMULATED loss of the connection")));
        }
        return Promise.resolve({
          entry,
          headers: { "PAYMENT-RESPONSE": "SIMULATED", [RECEIPT_HEADER]: receiptHeader(entry) },
        });
      },
      release: () => {
        end();
        this.released++;
        if (this.fails.has("release")) return Promise.reject(new Error("SIMULATED failure"));
        return Promise.resolve();
      },
    };
  }
}

/** A fetch that pays SIMULATED payments: asks, and asks again at the sum that it was quoted. */
export function simulatedPayer(channel: Hex, { isDeposit = false } = {}): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const again = request.clone();
    const first = await fetch(request);
    if (first.status !== 402) return first;
    const required = JSON.parse(Buffer.from(first.headers.get("PAYMENT-REQUIRED")!, "base64").toString()) as {
      accepts: unknown[];
    };
    const payload = { x402Version: 2, accepted: required.accepts[0], payload: {} };
    again.headers.set("PAYMENT-SIGNATURE", Buffer.from(JSON.stringify(payload)).toString("base64"));
    again.headers.set("x-simulated-channel", channel);
    if (isDeposit) again.headers.set("x-simulated-deposit", "1");
    return fetch(again);
  };
}

export function channelOf(number: number): Hex {
  return `0x${number.toString(16).padStart(64, "0")}`;
}

function entryOf(channelId: Hex, { offer }: Quote, { amount, exchange }: Served, sequence: number): Entry {
  const receipt = {
    till: offer.till,
    modelVersion: offer.version,
    channelId,
    sequence: BigInt(sequence),
    amount,
    cumulative: amount,
    agentRegistry: zeroAddress as Address,
    agentId: 0n,
    requestHash: zeroHash,
    responseHash: zeroHash,
    issuedAt: 1,
  };
  return {
    id: receiptHash(receipt),
    receipt,
    signature: "0x51",
    salt: `0x${"5a".repeat(32)}`,
    exchange,
    settlement: undefined,
  };
}
