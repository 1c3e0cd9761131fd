// A gateway that is made to be killed: payments over books, and answers that only cost. Run by `kill/run.ts`, which tells it all in its arguments.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createPublicClient, createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { localSigner } from "../accounts/local-signer.ts";
import { openBooks } from "../books/open.ts";
import type { Payment } from "../payments/payments.ts";
import { PaymentRefused } from "../payments/refused.ts";
import { readPaymentToken } from "../payments/payment-token.ts";
import { X402Payments } from "../payments/x402-payments.ts";
import { KILL_CEILING, type KillCall, type KillServerOptions } from "./server-options.ts";

const POLL_MILLISECONDS = 20;
const PART = "x\n";

const options = JSON.parse(process.argv[2]!) as KillServerOptions;
const transport = http(options.rpcUrl);
const client = createPublicClient({ chain: foundry, transport, cacheTime: 0, pollingInterval: POLL_MILLISECONDS });
const account = privateKeyToAccount(options.operatorKey);
// The next gateway stands by while this one works: what is in memory then is code alone.
process.send!({ isStandingBy: true });
await once(process, "message");
const books = await openBooks(options.books);
const recovered = await books.recover();
const payments = await X402Payments.connect({
  books,
  client,
  chainId: foundry.id,
  operator: createWalletClient({ chain: foundry, transport, account, pollingInterval: POLL_MILLISECONDS }),
  signers: [localSigner(options.gatewayKey, foundry.id)],
  agentRegistries: [],
  callSeconds: 60,
  withdrawDelaySeconds: 900,
  depositCalls: 10,
  token: await readPaymentToken(client, { address: options.token, symbol: "OPEN", takesPermit2: false }),
  refundsPerHour: 1_000,
  versionChanges: 1_000,
  confirmations: 1,
});
const quote = {
  offer: { name: "test", tags: [], model: 1n, version: 1n, till: options.till, token: options.token },
  prices: { input: 1n, output: 1n },
  ceiling: KILL_CEILING,
};

const server = createServer((incoming, outgoing) => {
  void serve(incoming, outgoing).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    outgoing.destroy();
  });
}).listen(0, "127.0.0.1", () => process.send!({ port: (server.address() as AddressInfo).port, recovered }));

async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const call = JSON.parse(Buffer.concat(parts).toString()) as KillCall;
  const headers = new Headers(incoming.headers as Record<string, string>);
  const opened = await payments.open(
    new Request(`http://gateway.test${incoming.url}`, { method: "POST", headers }),
    quote,
  );
  if ("response" in opened) return reply(outgoing, opened.response);
  try {
    if (call.stream && !opened.payment.isDeposit) await stream(opened.payment, call, outgoing);
    else {
      const { headers: charged } = await opened.payment.charge({
        amount: BigInt(call.amount),
        exchange: exchangeOf(call, call.amount),
      });
      outgoing.writeHead(200, charged).end(PART.repeat(call.amount));
    }
  } catch (error) {
    if (error instanceof PaymentRefused) return reply(outgoing, error.response);
    throw error;
  }
}

/** Each part is written down before it is sent; the receipt's id comes last. */
async function stream(payment: Payment, call: KillCall, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(200);
  for (let sent = 1; sent < call.amount; sent++) {
    await payment.serving({ amount: BigInt(sent), exchange: exchangeOf(call, sent) });
    outgoing.write(PART);
  }
  const { entry } = await payment.charge({ amount: BigInt(call.amount), exchange: exchangeOf(call, call.amount) });
  outgoing.end(`${PART}receipt ${entry.id}\n`);
}

function exchangeOf(call: KillCall, parts: number) {
  return { prompt: call.name, answer: PART.repeat(parts), inputTokens: 0, outputTokens: parts };
}

async function reply(outgoing: ServerResponse, response: Response): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
}
