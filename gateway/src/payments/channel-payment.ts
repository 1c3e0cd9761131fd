// A call's payment out of a channel, from its voucher to its receipt.
import type { HTTPProcessResult, x402HTTPResourceServer } from "@x402/core/server";
import { getAddress, type Address, type Hex } from "viem";
import { bytesToHex } from "@tributary/protocol/bytes";
import { saltedHash } from "@tributary/protocol/salted-hash";
import type { GatewaySigner } from "../accounts/signer.ts";
import type { Books, Charge } from "../books/books.ts";
import { randomBytes } from "../random.ts";
import { receiptHeader, RECEIPT_HEADER } from "../receipts/proof.ts";
import { type Agent, NO_AGENT } from "./agents.ts";
import type { PaymentPayload } from "./payload.ts";
import type { Charged, Payment, Served } from "./payments.ts";
import { codeOf, PaymentRefused, responseOf } from "./refused.ts";
import type { QuotedRequest } from "./x402-request.ts";

interface Parts {
  readonly books: Books;
  readonly server: x402HTTPResourceServer;
  readonly signer: GatewaySigner;
  readonly quoted: QuotedRequest;
  readonly verified: Extract<HTTPProcessResult, { type: "payment-verified" }>;
}

export class ChannelPayment implements Payment {
  readonly payer: Address;
  readonly channelId: Hex;
  readonly isDeposit: boolean;
  readonly #parts: Parts;
  readonly #pendingId: string;
  readonly #salt: Hex = bytesToHex(randomBytes(32));
  #agent: Agent = NO_AGENT;
  #isServing = false;
  #isOver = false;

  private constructor(parts: Parts, { channelConfig, voucher, type }: PaymentPayload, pendingId: string) {
    this.#parts = parts;
    this.#pendingId = pendingId;
    this.payer = getAddress(channelConfig.payer);
    this.channelId = voucher.channelId.toLowerCase() as Hex;
    this.isDeposit = type === "deposit";
  }

  /** @param parts.verified with a payload that was judged well formed */
  static async of(parts: Parts): Promise<ChannelPayment> {
    const payload = parts.verified.paymentPayload.payload as unknown as PaymentPayload;
    const channel = await parts.books.channels.get(payload.voucher.channelId);
    if (channel?.pendingRequest === undefined) throw new Error(`x402 did not reserve ${payload.voucher.channelId}`);
    return new ChannelPayment(parts, payload, channel.pendingRequest.pendingId);
  }

  /** Names the agent that the call is for. */
  for(agent: Agent): this {
    this.#agent = agent;
    return this;
  }

  async serving(soFar: Served): Promise<void> {
    this.#checkOpen();
    if (this.isDeposit) throw new Error("nothing may be sent before a deposit is made: charge first");
    this.#isServing = true;
    await this.#parts.books.serving(this.channelId, this.#chargeOf(soFar), this.#pendingId);
  }

  async charge(served: Served): Promise<Charged> {
    this.#checkOpen();
    const charge = this.#chargeOf(served);
    this.#isOver = true;
    const { books, server, signer, quoted, verified } = this.#parts;
    let signature: Hex | undefined;
    let outcome: Awaited<ReturnType<typeof server.processSettlement>> | undefined;
    const settle = async (): Promise<void> => {
      outcome = await server.processSettlement(
        verified.paymentPayload,
        verified.paymentRequirements,
        verified.declaredExtensions,
        { request: quoted.context },
        { amount: String(charge.amount) },
      );
      if (!outcome.success) throw new PaymentRefused(codeOf(outcome.errorReason), responseOf(outcome.response));
    };
    // Signed before it is written: a signer that fails must not leave a charge that nobody has a receipt of.
    const { id, receipt } = await books.charging(charge, settle, async (written) => {
      signature = await signer.signReceipt(written.receipt, written.id);
      return signature;
    });
    const { salt, exchange } = charge;
    const entry = { id, receipt, signature: signature!, salt, exchange, settlement: undefined };
    return {
      entry,
      headers: { ...(outcome?.success === true ? outcome.headers : {}), [RECEIPT_HEADER]: receiptHeader(entry) },
    };
  }

  async release(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#isServing) await this.#parts.books.unserved(this.channelId);
    await this.#parts.verified.cancellationDispatcher.cancel({ reason: "handler_failed" });
  }

  #checkOpen(): void {
    if (this.#isOver) throw new Error("this payment was charged or released already");
  }

  #chargeOf({ amount, exchange }: Served): Charge {
    const { offer, ceiling } = this.#parts.quoted.quote;
    if (amount <= 0n || amount > ceiling)
      throw new RangeError(`a charge of ${amount} for a call quoted at up to ${ceiling}`);
    const salt = this.#salt;
    return {
      till: offer.till.toLowerCase() as Address,
      modelVersion: offer.version,
      channelId: this.channelId,
      amount,
      agentRegistry: this.#agent.registry.toLowerCase() as Address,
      agentId: this.#agent.id,
      requestHash: saltedHash(salt, exchange.prompt),
      responseHash: saltedHash(salt, exchange.answer),
      issuedAt: Math.floor(Date.now() / 1000),
      salt,
      exchange,
    };
  }
}
