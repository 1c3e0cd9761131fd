// A gateway in a test: its payments over real books and a real chain, and official clients that call it without a network between.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchSettlementEvmScheme,
  type BatchSettlementEvmSchemeOptions,
  InMemoryClientChannelStorage,
} from "@x402/evm/batch-settlement/client";
import { wrapFetchWithPaymentFromConfig } from "@x402/fetch";
import { type Address, type Hex, type LocalAccount, toHex } from "viem";
import { localSigner } from "../accounts/local-signer.ts";
import type { Books } from "../books/books.ts";
import { openBooks } from "../books/open.ts";
import type { Quote } from "../models/offer.ts";
import type { Charged, Payment } from "../payments/payments.ts";
import { readPaymentToken } from "../payments/payment-token.ts";
import { PaymentRefused } from "../payments/refused.ts";
import { type PaymentsOptions, X402Payments } from "../payments/x402-payments.ts";
import type { PaymentChain } from "./chain.ts";

export const CEILING = 100n;
export const GATEWAY_KEY = toHex(0x6a7e, { size: 32 });
export const CHAIN_ID = 31337;

export interface PaidCalls {
  /** Of the present start. */
  readonly books: Books;
  readonly payments: X402Payments;
  readonly till: Address;
  readonly token: Address;
  readonly gateway: Address;
  /** Answers a call: the body says what it costs, or that the answer fails. */
  readonly fetch: typeof globalThis.fetch;
  /** Of the last call that was charged. */
  readonly charged: () => Charged;
  /** Calls after this are of another version of the model. */
  readonly sell: (version: bigint) => void;
  /** Runs `work` while calls are quoted at another ceiling. */
  at<T>(ceiling: bigint, work: () => Promise<T>): Promise<T>;
  /** Opens the books anew, as after a start. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The body of a call. */
export interface Call {
  readonly amount: number;
  /** Streams: written down, then charged after the headers are gone. */
  readonly stream?: boolean;
  readonly fails?: boolean;
}

export type PaidCallsOptions = Partial<Omit<PaymentsOptions, "token">> & {
  readonly till?: Address;
  /** OPEN by default. */
  readonly token?: Address;
  readonly permit2?: boolean;
};

export async function startPaidCalls(
  chain: PaymentChain,
  { token: address = chain.open, permit2 = false, ...changes }: PaidCallsOptions = {},
): Promise<PaidCalls> {
  const folder = await mkdtemp(join(tmpdir(), "paid-"));
  const place = { file: join(folder, "books.db") };
  let books = await openBooks(place);
  const signer = localSigner(GATEWAY_KEY, CHAIN_ID);
  const till = changes.till ?? (await chain.simulatedTill(signer.address));
  const options = {
    client: chain.client,
    chainId: CHAIN_ID,
    operator: chain.operator,
    signers: [signer] as PaymentsOptions["signers"],
    agentRegistries: [chain.agents],
    callSeconds: 60,
    withdrawDelaySeconds: 900,
    depositCalls: 10,
    token: await readPaymentToken(chain.client, { address, symbol: "TEST", takesPermit2: permit2 }),
    refundsPerHour: 1_000,
    versionChanges: 1_000,
    confirmations: 1,
    ...changes,
  } satisfies Omit<PaymentsOptions, "books">;
  let payments = await X402Payments.connect({ books, ...options });
  const quote: Quote = {
    offer: { name: "test", tags: [], model: 1n, version: 1n, till, token: address },
    prices: { input: 1n, output: 1n },
    ceiling: CEILING,
  };
  let charged: Charged | undefined;
  let version = quote.offer.version;
  let ceiling = CEILING;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    if (request.method === "GET") return payments.refund(request, quote);
    const opened = await payments.open(request, { ...quote, ceiling, offer: { ...quote.offer, version } });
    if ("response" in opened) return opened.response;
    return answer(opened.payment, (await request.json()) as Call, (done) => (charged = done));
  };
  return {
    get books() {
      return books;
    },
    get payments() {
      return payments;
    },
    till,
    token: address,
    gateway: signer.address,
    fetch,
    charged: () => charged!,
    sell: (other) => (version = other),
    at: async (other, work) => {
      ceiling = other;
      return work().finally(() => (ceiling = CEILING));
    },
    restart: async () => {
      await payments.close();
      await books.close();
      books = await openBooks(place);
      payments = await X402Payments.connect({ books, ...options });
    },
    stop: async () => {
      await payments.close();
      await books.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function answer(
  payment: Payment,
  { amount, stream, fails }: Call,
  onCharged: (charged: Charged) => void,
): Promise<Response> {
  const served = {
    amount: BigInt(amount),
    exchange: { prompt: "What?", answer: `That, for ${amount}.`, inputTokens: 1, outputTokens: 2 },
  };
  if (fails === true) {
    await payment.release();
    return new Response("upstream failed", { status: 502 });
  }
  try {
    if (stream === true && !payment.isDeposit) await payment.serving({ ...served, amount: 1n });
    const charged = await payment.charge(served);
    onCharged(charged);
    return new Response(served.exchange.answer, stream === true ? {} : { headers: charged.headers });
  } catch (error) {
    if (error instanceof PaymentRefused) return error.response;
    throw error;
  }
}

export interface Client {
  call(call: Call, headers?: Record<string, string>): Promise<Response>;
  refund(amount?: string): Promise<unknown>;
}

const URL_OF_CALLS = "http://gateway.test/v1/completions";

/** An unmodified official client. */
export function officialClient(
  chain: PaymentChain,
  { fetch, token = chain.open }: Pick<PaidCalls, "fetch"> & Partial<Pick<PaidCalls, "token">>,
  account: LocalAccount,
  salt: Hex = toHex(0, { size: 32 }),
  payerAuthorizer?: Address,
  depositStrategy?: BatchSettlementEvmSchemeOptions["depositStrategy"],
): Client {
  const readContract = (args: unknown) =>
    chain.client.readContract(args as Parameters<typeof chain.client.readContract>[0]);
  const signTypedData = (message: unknown) =>
    account.signTypedData(message as Parameters<typeof account.signTypedData>[0]);
  const scheme = new BatchSettlementEvmScheme(
    { address: account.address, signTypedData, readContract },
    {
      salt,
      storage: new InMemoryClientChannelStorage(),
      depositPolicy: { depositMultiplier: 10 },
      ...(payerAuthorizer === undefined ? {} : { payerAuthorizer }),
      ...(depositStrategy === undefined ? {} : { depositStrategy }),
    },
  );
  const paid = wrapFetchWithPaymentFromConfig(fetch, {
    schemes: [{ network: `eip155:${CHAIN_ID}`, client: scheme }],
    // Clients pay in well-known stablecoins unless they are told to take another token.
    spendControls: { allowedAssets: [{ network: `eip155:${CHAIN_ID}`, asset: token }] },
  });
  return {
    call: (call, headers = {}) => paid(URL_OF_CALLS, { method: "POST", body: JSON.stringify(call), headers }),
    refund: (amount) => scheme.refund(URL_OF_CALLS, { fetch, ...(amount === undefined ? {} : { amount }) }),
  };
}
