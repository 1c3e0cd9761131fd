// `npm run bench:payments`: the processor time of a paid call in the payments and the books alone, with and without the gateway's own shortcuts.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { encodePaymentSignatureHeader } from "@x402/core/http";
import { type FacilitatorClient, x402HTTPResourceServer, x402ResourceServer } from "@x402/core/server";
import { BatchSettlementEvmScheme, InMemoryChannelStorage } from "@x402/evm/batch-settlement/server";
import { type Hex, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { channelId } from "@tributary/protocol/typed-data/channel";
import { receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { saltedHash } from "@tributary/protocol/salted-hash";
import { voucherDigest } from "@tributary/protocol/typed-data/voucher";
import { hexToBytes } from "@tributary/protocol/bytes";
import { signDigest } from "../src/accounts/fast-signatures.ts";
import { localSigner } from "../src/accounts/local-signer.ts";
import { openBooks } from "../src/books/open.ts";
import type { Quote } from "../src/models/offer.ts";
import { readPaymentToken } from "../src/payments/payment-token.ts";
import { X402Payments } from "../src/payments/x402-payments.ts";
import { QuotedRequest } from "../src/payments/x402-request.ts";
import { type PaymentChain, startPaymentChain } from "../src/testing/chain.ts";
import { GATEWAY_KEY, officialClient } from "../src/testing/paid-calls.ts";

const CHAIN_ID = 31337;
const CEILING = 100n;
const EXCHANGE = {
  prompt: "What shapes an answer? ".repeat(20),
  answer: "Those who wrote. ".repeat(20),
  inputTokens: 100,
  outputTokens: 100,
};

const { values } = parseArgs({
  options: {
    channels: { type: "string", default: "50" },
    calls: { type: "string", default: "40" },
    json: { type: "boolean" },
  },
});
const [channels, calls] = [Number(values.channels), Number(values.calls)];

interface Side {
  /** Takes one call that is paid with the header. */
  call(header: string): Promise<void>;
}

/** The gateway's own way. */
async function ours(
  chain: PaymentChain,
  folder: string,
  quote: Quote,
): Promise<Side & { fetch: typeof fetch; stop: () => Promise<void>; facilitator: FacilitatorClient }> {
  const books = await openBooks({ file: join(folder, "books.db") });
  const payments = await X402Payments.connect({
    books,
    client: chain.client,
    chainId: CHAIN_ID,
    operator: chain.operator,
    signers: [localSigner(GATEWAY_KEY, CHAIN_ID)],
    agentRegistries: [],
    callSeconds: 60,
    withdrawDelaySeconds: 900,
    depositCalls: calls + 2,
    token: await readPaymentToken(chain.client, { address: chain.open, symbol: "OPEN", takesPermit2: false }),
    refundsPerHour: 1_000,
    versionChanges: 1_000,
    confirmations: 1,
  });
  const take = async (request: Request): Promise<Response> => {
    const opened = await payments.open(request, quote);
    if ("response" in opened) return opened.response;
    const { headers } = await opened.payment.charge({ amount: CEILING, exchange: EXCHANGE });
    return new Response(null, { headers });
  };
  return {
    call: async (header) => expectPaid(await take(paid(header))),
    fetch: (input, init) => take(new Request(input as string, init)),
    stop: async () => {
      await payments.close();
      await books.close();
    },
    facilitator: payments.facilitator,
  };
}

/** The official server as it comes, its records in memory, receipts signed by viem and kept nowhere. */
async function official(
  facilitator: FacilitatorClient,
  quote: Quote,
  token: { name: string; version: string },
): Promise<Side & { fetch: typeof fetch }> {
  const gateway = privateKeyToAccount(GATEWAY_KEY);
  const scheme = new BatchSettlementEvmScheme(gateway.address, {
    storage: new InMemoryChannelStorage(),
    receiverAuthorizerSigner: gateway as never,
  });
  const server = new x402HTTPResourceServer(
    new x402ResourceServer(facilitator).register(`eip155:${CHAIN_ID}`, scheme),
    {
      accepts: {
        scheme: "batch-settlement",
        network: `eip155:${CHAIN_ID}`,
        payTo: () => quote.offer.till,
        price: () => ({
          amount: String(CEILING),
          asset: quote.offer.token,
          extra: { ...token, minDeposit: String(CEILING * BigInt(calls + 2)) },
        }),
        maxTimeoutSeconds: 60,
      },
    },
  );
  await server.initialize();
  const take = async (request: Request): Promise<Response> => {
    const { context } = new QuotedRequest(request, quote);
    const opened = await server.processHTTPRequest(context);
    if (opened.type === "payment-error")
      return new Response(null, { status: opened.response.status, headers: opened.response.headers });
    if (opened.type !== "payment-verified") throw new Error("no payment");
    const settled = await server.processSettlement(
      opened.paymentPayload,
      opened.paymentRequirements,
      undefined,
      { request: context },
      { amount: String(CEILING) },
    );
    if (!settled.success) throw new Error(settled.errorReason);
    const salt = toHex(5, { size: 32 });
    const [requestHash, responseHash] = [saltedHash(salt, EXCHANGE.prompt), saltedHash(salt, EXCHANGE.answer)];
    const zero = toHex(0, { size: 20 });
    const receipt = {
      till: quote.offer.till,
      modelVersion: 1n,
      channelId: salt,
      sequence: 1n,
      amount: CEILING,
      cumulative: CEILING,
      agentRegistry: zero,
      agentId: 0n,
    };
    await gateway.signTypedData(receiptTypedData({ ...receipt, requestHash, responseHash, issuedAt: 1 }, CHAIN_ID));
    return new Response(null, { headers: settled.headers });
  };
  return {
    call: async (header) => expectPaid(await take(paid(header))),
    fetch: (input, init) => take(new Request(input as string, init)),
  };
}

function paid(header: string): Request {
  return new Request("http://gateway.test/v1/completions", {
    method: "POST",
    headers: { "payment-signature": header },
  });
}

function expectPaid({ status }: Response): void {
  if (status !== 200) throw new Error(`a call was answered with ${status}`);
}

/** Opens channels by deposits, signs the vouchers ahead, and times the calls. @returns milliseconds of processor time a call, in all and of the main thread, and how many a second */
async function measure(
  chain: PaymentChain,
  side: Side & { fetch: typeof fetch },
  quote: Quote,
): Promise<{ milliseconds: number; mainMilliseconds: number; callsPerSecond: number }> {
  const terms = await side.fetch("http://gateway.test/v1/completions", { method: "POST" });
  const accepted = (
    JSON.parse(Buffer.from(terms.headers.get("PAYMENT-REQUIRED")!, "base64").toString()) as {
      accepts: Record<string, unknown>[];
    }
  ).accepts[0]!;
  const headers: string[][] = [];
  for (let channel = 0; channel < channels; channel++) {
    const payer = await chain.payer(10n ** 9n);
    // Of the deposit that opens it, and the calls.
    const salt = toHex(calls, { size: 32 });
    expectPaid(await officialClient(chain, side, payer, salt).call({ amount: Number(CEILING) }));
    const { receiverAuthorizer } = accepted.extra as { receiverAuthorizer: Hex };
    const config = {
      payer: payer.address,
      payerAuthorizer: payer.address,
      receiver: quote.offer.till,
      receiverAuthorizer,
      token: quote.offer.token,
      withdrawDelay: 900,
      salt,
    };
    const id = channelId(config, CHAIN_ID);
    headers.push(
      Array.from({ length: calls }, (_, call) => {
        const maxClaimableAmount = CEILING * BigInt(call + 2);
        const signature = signDigest(
          hexToBytes(voucherDigest({ channelId: id, maxClaimableAmount }, CHAIN_ID)),
          hexToBytes(payer.privateKey),
        );
        const voucher = { channelId: id, maxClaimableAmount: String(maxClaimableAmount), signature };
        const payment = {
          x402Version: 2,
          accepted,
          resource: { url: "http://gateway.test/v1/completions" },
          payload: { type: "voucher", channelConfig: config, voucher },
        };
        return encodePaymentSignatureHeader(payment as never);
      }),
    );
  }
  const warm = Math.floor(calls / 4);
  for (let call = 0; call < warm; call++) await Promise.all(headers.map((each) => side.call(each[call]!)));
  const [before, mainBefore, began] = [process.cpuUsage(), process.threadCpuUsage(), performance.now()];
  for (let call = warm; call < calls; call++) await Promise.all(headers.map((each) => side.call(each[call]!)));
  const { user, system } = process.cpuUsage(before);
  const main = process.threadCpuUsage(mainBefore);
  const count = channels * (calls - warm);
  return {
    milliseconds: (user + system) / 1000 / count,
    mainMilliseconds: (main.user + main.system) / 1000 / count,
    callsPerSecond: (1000 * count) / (performance.now() - began),
  };
}

const chain = await startPaymentChain();
const folder = await mkdtemp(join(tmpdir(), "bench-"));
try {
  const till = await chain.simulatedTill(localSigner(GATEWAY_KEY, CHAIN_ID).address);
  const quote: Quote = {
    offer: { name: "test", tags: [], model: 1n, version: 1n, till, token: chain.open },
    prices: { input: 1n, output: 1n },
    ceiling: CEILING,
  };
  const own = await ours(chain, folder, quote);
  const gateway = await measure(chain, own, quote);
  const plain = await measure(chain, await official(own.facilitator, quote, { name: "Open", version: "1" }), quote);
  await own.stop();
  const report = {
    gatewayCpuMs: gateway.milliseconds,
    gatewayMainThreadMs: gateway.mainMilliseconds,
    gatewayCallsPerSecond: gateway.callsPerSecond,
    officialCpuMs: plain.milliseconds,
    officialCallsPerSecond: plain.callsPerSecond,
  };
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify(report)}\n`
      : `${Object.entries(report)
          .map(([name, value]) => `${name}: ${value.toFixed(3)}`)
          .join("\n")}\n`,
  );
} finally {
  await chain.stop();
  await rm(folder, { recursive: true });
}
