// Payments by x402's batch settlement: the official server and facilitator, over the gateway's books.
import { x402ResourceServer } from "@x402/core/server";
import type { Network } from "@x402/core/types";
import { BatchSettlementEvmScheme } from "@x402/evm/batch-settlement/server";
import { type Address, type Hex, isAddressEqual, type PublicClient } from "viem";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import type { GatewaySigner } from "../accounts/signer.ts";
import type { Books } from "../books/books.ts";
import type { Quote } from "../models/offer.ts";
import type { Entry } from "../receipts/entry.ts";
import { AgentRefused, type Agent, Agents } from "./agents.ts";
import { readChannel } from "./channel-state.ts";
import { type EmbeddedFacilitator, embeddedFacilitator } from "./facilitator.ts";
import type { OperatorOptions, OperatorWallet } from "./operator-transactions.ts";
import type { RefundPayload } from "./payload.ts";
import type { PaymentToken, TransferMethod } from "./payment-token.ts";
import { Raises } from "./raises.ts";
import { Refunds } from "./refunds.ts";
import type { ChannelState, Opened, Payments } from "./payments.ts";
import { errorResponse, refusalOf, unavailable } from "./refused.ts";
import { liftRefund, writesRefunds } from "./standing-refunds.ts";
import { showOwnVouchers } from "./show-vouchers.ts";
import { afterVerify, beforeVerify } from "./verify.ts";
import { ChannelPayment } from "./channel-payment.ts";
import { PaymentServer } from "./x402-http-server.ts";
import { QuotedRequest } from "./x402-request.ts";

/** x402 lets go of a reservation after ten minutes. */
const MOST_CALL_SECONDS = 600;
const SCHEME = "batch-settlement";
/** x402's clients take terms that name no method for ERC-3009's. */
const METHOD_TERMS: Readonly<Record<TransferMethod, Record<string, unknown>>> = {
  eip3009: {},
  permit2: { assetTransferMethod: "permit2" },
};

export interface PaymentsOptions {
  readonly books: Books;
  readonly client: PublicClient;
  readonly chainId: number;
  /** Pays the gas of deposits and refunds. */
  readonly operator: OperatorWallet;
  /** How long its transactions are waited for, if otherwise than usual. */
  readonly operatorOptions?: OperatorOptions;
  /** First the gateway's present key, which new channels name as their receiver's authorizer; then earlier ones, whose tills still have receipts to sign. */
  readonly signers: readonly [GatewaySigner, ...GatewaySigner[]];
  readonly agentRegistries: readonly Address[];
  /** The longest that a call can take, 5 … 600: as long a channel waits for it. */
  readonly callSeconds: number;
  /** Of the channels that are asked for, 900 … 2,592,000. */
  readonly withdrawDelaySeconds: number;
  /** Of how many calls at a call's ceiling a deposit is at least: each deposit is a transaction. As many may be unclaimed of a payer whose vouchers are signed by a contract (ERC-1271), which can change its mind. */
  readonly depositCalls: number;
  /** Of every quote. */
  readonly token: PaymentToken;
  /** Of one channel: the operator pays for each. */
  readonly refundsPerHour: number;
  /** Blocks after which a refund counts as made, its own included. */
  readonly confirmations: number;
  /** How often the version may change in a channel until it is settled: each change costs the gateway a close. */
  readonly versionChanges: number;
}

export class X402Payments implements Payments {
  /** For the settlement of its channels. */
  readonly scheme: BatchSettlementEvmScheme;
  readonly facilitator: EmbeddedFacilitator;
  readonly network: Network;
  readonly #options: PaymentsOptions;
  readonly #server: PaymentServer;
  readonly #agents: Agents;
  readonly #tillSigners = new Map<string, Promise<GatewaySigner>>();
  readonly #refunds: Refunds;
  readonly #raises = new Raises();
  /** Of each till those that calls were quoted for. */
  readonly #versions = new Map<string, Set<bigint>>();

  /** @throws Error if the options don't go together or the chain does not answer */
  static async connect(options: PaymentsOptions): Promise<X402Payments> {
    const payments = new X402Payments(options);
    await payments.#server.initialize();
    return payments;
  }

  private constructor(options: PaymentsOptions) {
    const { books, client, chainId, operator, signers, callSeconds, withdrawDelaySeconds } = options;
    if (!(callSeconds >= 5 && callSeconds <= MOST_CALL_SECONDS))
      throw new RangeError(`a call may take 5 to ${MOST_CALL_SECONDS} seconds, not ${callSeconds}`);
    this.#options = options;
    this.#refunds = new Refunds(books, options.refundsPerHour);
    this.network = `eip155:${chainId}`;
    this.facilitator = embeddedFacilitator(client, operator, this.network, options.operatorOptions);
    // Each till is the receiver of its own channels; the scheme's own is used by nothing here.
    this.scheme = new BatchSettlementEvmScheme(signers[0].address, {
      storage: books.channels,
      receiverAuthorizerSigner: writesRefunds(signers[0], books),
      withdrawDelay: withdrawDelaySeconds,
      enforceMinDeposit: true,
    });
    showOwnVouchers(this.scheme, { books, chainId });
    const hasCode = async (address: Hex) => (await client.getCode({ address })) !== undefined;
    const server = new x402ResourceServer(this.facilitator)
      .register(this.network, this.scheme)
      .onBeforeVerify(
        beforeVerify({
          scheme: this.scheme,
          chainId,
          vouchers: (id) => books.vouchers(id),
          onUsed: ({ transportContext }, vouchers) => {
            const { adapter } = (transportContext as { request: { adapter: QuotedRequest } }).request;
            this.#raises.note(adapter.quote, vouchers);
          },
          hasCode,
        }),
      )
      .onAfterVerify(afterVerify(this.scheme, options.depositCalls))
      .onBeforeSettle(({ paymentPayload: { payload } }) => {
        if (payload.type !== "refund") return Promise.resolve();
        const { channelId } = (payload as unknown as RefundPayload).voucher;
        return Promise.resolve(
          this.#refunds.begin(channelId) ? undefined : { abort: true, reason: "refund_under_way" },
        );
      })
      .onSettleFailure(({ paymentPayload }) => this.#mistrust(paymentPayload.payload));
    this.#server = new PaymentServer(server, { accepts: this.#accepts() });
    this.#agents = new Agents(client, options.agentRegistries);
  }

  open(request: Request, quote: Quote): Promise<Opened> {
    return this.#open(request, quote, quote.ceiling);
  }

  async #open(request: Request, quote: Quote, leastRefund: bigint): Promise<Opened> {
    const { token } = this.#options;
    if (!isAddressEqual(quote.offer.token, token.address))
      throw new RangeError(`a quote in ${quote.offer.token}: calls are sold in ${token.address}`);
    if (quote.ceiling <= 0n) throw new RangeError(`a quote of ${quote.ceiling}: calls cost at least 1 base unit`);
    const signer = await this.#signerOf(quote.offer.till);
    const quoted = new QuotedRequest(request, quote, this.#raises);
    const refund = quoted.refund;
    const outcome =
      refund === undefined
        ? await this.#server.processHTTPRequest(quoted.context)
        : await this.#refunds.run(refund, leastRefund, () =>
            this.#server
              .processHTTPRequest(quoted.context)
              .finally(() => this.#lift(refund.voucher.channelId.toLowerCase() as Hex)),
          );
    if (outcome instanceof Response) return { response: outcome };
    if (outcome.type === "payment-error") {
      const { response, reason } = refusalOf(outcome.response);
      return { response: (await this.#isNodeAway(reason, quote.offer.till)) ? unavailable() : response };
    }
    if (outcome.type !== "payment-verified") throw new Error("x402 let a call through without payment");

    const { books } = this.#options;
    let payment: ChannelPayment;
    try {
      payment = await ChannelPayment.of({ books, server: this.#server, signer, quoted, verified: outcome });
    } catch (error) {
      // Else the channel would wait for a call that nobody makes.
      await outcome.cancellationDispatcher.cancel({ reason: "handler_threw", error });
      throw error;
    }
    if (await this.#changesTooOften(payment.channelId, quote)) {
      await payment.release();
      const message = `Calls of this channel have alternated between versions of the model as often as they may until they are settled: call the version that was called last, or pay from another channel (with another salt).`;
      return { response: errorResponse(409, "versions_alternate", message) };
    }
    let agent: Agent;
    try {
      agent = await this.#agents.of(request.headers, payment.payer);
    } catch (error) {
      await payment.release();
      if (!(error instanceof AgentRefused)) throw error;
      return { response: errorResponse(400, "invalid_agent", error.message) };
    }
    return { payment: payment.for(agent) };
  }

  /** x402 calls a signature wrong, or a deposit one that would fail, also where the chain could not be asked about it. */
  async #isNodeAway(reason: string, till: Address): Promise<boolean> {
    if (!/_(?:signature|simulation_failed)$/u.test(reason)) return false;
    return this.#options.client.getCode({ address: till }).then(
      () => false,
      () => true,
    );
  }

  /** Whether a refund's transaction is waited for. */
  isRefunding(channelId: Hex): boolean {
    return this.#refunds.isUnderWay(channelId);
  }

  /** After a refund the channel can be called again as soon as the chain has it; where it can't be told, a later look does. */
  async #lift(channelId: Hex): Promise<void> {
    const { books, client, confirmations } = this.#options;
    try {
      const refund = await books.refund(channelId);
      if (refund !== undefined) await liftRefund(books, { reader: client, confirmations }, refund);
    } catch {
      // It stands, and the channel waits.
    }
  }

  /** Whether a call would have a settlement of its own in a channel that has many such already. */
  async #changesTooOften(channelId: Hex, { offer: { till, version } }: Quote): Promise<boolean> {
    const key = till.toLowerCase();
    const versions = (this.#versions.get(key) ?? new Set()).add(version);
    this.#versions.set(key, versions);
    if (versions.size === 1) return false;
    const { books, versionChanges } = this.#options;
    const unsettled = await books.unsettledVersions(channelId);
    return unsettled.length > versionChanges && unsettled.at(-1) !== version;
  }

  async refund(request: Request, { offer, ceiling }: Quote): Promise<Response> {
    // At a fixed price, so that the terms of the GET hold for the refund whatever prices do meanwhile.
    const opened = await this.#open(request, { offer, prices: { input: 0n, output: 0n }, ceiling: 1n }, ceiling);
    if ("response" in opened) return opened.response;
    await opened.payment.release();
    return errorResponse(400, "not_a_refund", "This address takes refunds only: send a payment of the type refund.");
  }

  raiseOf(quote: Quote, accepted: string): bigint {
    return this.#raises.of(quote, accepted);
  }

  async channelState(channelId: Hex): Promise<ChannelState | undefined> {
    const { books, client } = this.#options;
    return readChannel(books, client, channelId);
  }

  async receipt(id: Hex): Promise<Entry | undefined> {
    const found = await this.#options.books.receipt(id);
    if (found === undefined) return undefined;
    if (found.signature !== undefined) return { ...found, signature: found.signature };
    const signature = await (await this.#signerOf(found.receipt.till)).signReceipt(found.receipt);
    await this.#options.books.keepSignature(id, signature);
    return { ...found, signature };
  }

  /** Sends nothing again from here on; the books are their opener's to close. */
  close(): Promise<void> {
    this.facilitator.close();
    return Promise.resolve();
  }

  /** Of each till its own gateway's key, which can't change; a new key has a till of its own. */
  #signerOf(till: Address): Promise<GatewaySigner> {
    const key = till.toLowerCase();
    let signer = this.#tillSigners.get(key);
    if (signer === undefined) {
      signer = this.#findSigner(till);
      this.#tillSigners.set(key, signer);
      signer.catch(() => this.#tillSigners.delete(key));
    }
    return signer;
  }

  async #findSigner(till: Address): Promise<GatewaySigner> {
    const { client, signers } = this.#options;
    const gateway = await client.readContract({ address: till, abi: modelTillAbi, functionName: "gateway" });
    const signer = signers.find(({ address }) => address.toLowerCase() === gateway.toLowerCase());
    if (signer === undefined)
      throw new Error(
        `the till ${till} is ${gateway}'s, whose key this gateway does not hold: it holds ${signers.map(({ address }) => address).join(", ")}`,
      );
    return signer;
  }

  /** One route for all tills: receiver and price are the quote's. */
  #accepts() {
    const { callSeconds, depositCalls, token } = this.#options;
    const quoteOf = (context: { adapter: unknown }) => context.adapter as QuotedRequest;
    return token.methods.map((method) => ({
      scheme: SCHEME,
      network: this.network,
      payTo: (context: { adapter: unknown }) => quoteOf(context).quote.offer.till,
      price: (context: { adapter: unknown }) => {
        const { raise, quote } = quoteOf(context);
        const { ceiling } = quote;
        return {
          amount: String(ceiling + raise),
          asset: token.address,
          extra: { ...token.domain, minDeposit: String(ceiling * BigInt(depositCalls)) },
        };
      },
      maxTimeoutSeconds: callSeconds,
      extra: METHOD_TERMS[method],
    }));
  }

  /** After a transaction that may or may not have been taken, the channel's next voucher is judged by the chain. */
  async #mistrust(payload: Record<string, unknown>): Promise<void> {
    if (payload.type !== "refund" && payload.type !== "deposit") return;
    const { channelId } = payload.voucher as { channelId: string };
    await this.scheme
      .getStorage()
      .updateChannel(channelId, (channel) => channel && { ...channel, onchainSyncedAt: undefined });
  }
}
