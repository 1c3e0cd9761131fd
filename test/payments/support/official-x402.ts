// A seller and its buyers, made of x402's own server, facilitator and client classes, over HTTP on this machine.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { x402Facilitator } from "@x402/core/facilitator";
import {
  type FacilitatorClient,
  type HTTPAdapter,
  x402HTTPResourceServer,
  x402ResourceServer,
} from "@x402/core/server";
import { toFacilitatorEvmSigner } from "@x402/evm";
import {
  BatchSettlementEvmScheme as ClientScheme,
  type BatchSettlementEvmSchemeOptions as ClientOptions,
} from "@x402/evm/batch-settlement/client";
import { BatchSettlementEvmScheme as FacilitatorScheme } from "@x402/evm/batch-settlement/facilitator";
import {
  BatchSettlementChannelManager,
  BatchSettlementEvmScheme as ServerScheme,
  InMemoryChannelStorage,
} from "@x402/evm/batch-settlement/server";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  http,
  type PrivateKeyAccount,
  publicActions,
} from "viem";
import { foundry } from "viem/chains";

export const NETWORK = "eip155:31337";
/** What one call may cost at most, and what it is charged; base units. */
export const CEILING = 1_000n;
export const CHARGE = 700n;
export const WITHDRAW_DELAY = 900;

type Terms = {
  rpcUrl: string;
  /** Sends the facilitator's transactions. */
  operator: PrivateKeyAccount;
  /** Signs claims and refunds. */
  authorizer: PrivateKeyAccount;
  payTo: Address;
  token: Address;
  method: "eip3009" | "permit2";
};

export type Shop = {
  url: string;
  storage: InMemoryChannelStorage;
  manager: BatchSettlementChannelManager;
  close: () => void;
};

/** A seller of one resource, on a free port. */
export async function openShop({ rpcUrl, operator, authorizer, payTo, token, method }: Terms): Promise<Shop> {
  const wallet = createWalletClient({ account: operator, chain: foundry, transport: http(rpcUrl) }).extend(
    publicActions,
  );
  const signer = toFacilitatorEvmSigner({ ...wallet, address: operator.address } as unknown as Parameters<
    typeof toFacilitatorEvmSigner
  >[0]);
  const embedded = new x402Facilitator().register(NETWORK, new FacilitatorScheme(signer));
  const facilitator: FacilitatorClient = {
    verify: (payload, requirements) => embedded.verify(payload, requirements),
    settle: (payload, requirements) => embedded.settle(payload, requirements),
    getSupported: () =>
      Promise.resolve(embedded.getSupported() as Awaited<ReturnType<FacilitatorClient["getSupported"]>>),
  };
  const storage = new InMemoryChannelStorage();
  const receiverAuthorizerSigner = {
    address: authorizer.address,
    signTypedData: (message: Parameters<typeof authorizer.signTypedData>[0]) => authorizer.signTypedData(message),
  };
  const scheme = new ServerScheme(payTo, {
    storage,
    receiverAuthorizerSigner: receiverAuthorizerSigner as never,
    withdrawDelay: WITHDRAW_DELAY,
  });
  const resources = new x402ResourceServer(facilitator).register(NETWORK, scheme);
  const price = { amount: CEILING.toString(), asset: token, extra: { name: "Open", version: "1" } };
  const extra = { assetTransferMethod: method };
  const accepts = { scheme: "batch-settlement", payTo, price, network: NETWORK, extra } as const;
  const paid = new x402HTTPResourceServer(resources, { "GET /answer": { accepts } });
  await paid.initialize();
  const server = createServer((request, response) => void serve(paid, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const manager = new BatchSettlementChannelManager({ scheme, facilitator, receiver: payTo, token, network: NETWORK });
  return { url: `http://127.0.0.1:${portOf(server)}/answer`, storage, manager, close: () => void closing(server) };
}

/** A buyer with a key of its own: `fetch` that pays. */
export function buyer(rpcUrl: string, token: Address, account: PrivateKeyAccount, options: ClientOptions = {}) {
  const reader = createPublicClient({ chain: foundry, transport: http(rpcUrl) });
  const signer = {
    address: account.address,
    signTypedData: (message: object) => account.signTypedData(message as never),
    readContract: (args: object) => reader.readContract(args as never) as Promise<unknown>,
  };
  const scheme = new ClientScheme(signer, { rpcUrl, ...options });
  // The client pays in no token that it does not know, unless told to.
  const client = new x402Client().register(NETWORK, scheme).setSpendControls({
    allowedAssets: [{ network: NETWORK, asset: token, maxAmountPerPayment: String(10n * CEILING) }],
  });
  const pay = wrapFetchWithPayment(fetch, client);
  return { pay, scheme };
}

async function serve(paid: x402HTTPResourceServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const context = { adapter: adapterOf(request), path: "/answer", method: request.method ?? "GET" };
    const outcome = await paid.processHTTPRequest(context);
    if (outcome.type === "no-payment-required") throw new Error("every call must be paid");
    if (outcome.type === "payment-error") {
      const { status, headers, body } = outcome.response;
      response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
      return;
    }
    const { paymentPayload, paymentRequirements, declaredExtensions } = outcome;
    const overrides = { amount: CHARGE.toString() };
    const settled = await paid.processSettlement(
      paymentPayload,
      paymentRequirements,
      declaredExtensions,
      { request: context },
      overrides,
    );
    if (settled.success) response.writeHead(200, settled.headers).end("forty-two");
    else response.writeHead(settled.response.status, settled.response.headers).end(settled.errorReason);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

function adapterOf(request: IncomingMessage): HTTPAdapter {
  const header = (name: string): string | undefined => {
    const value = request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value[0] : value;
  };
  return {
    getHeader: header,
    getMethod: () => request.method ?? "GET",
    getPath: () => "/answer",
    getUrl: () => `http://${header("host") ?? ""}/answer`,
    getAcceptHeader: () => "application/json",
    getUserAgent: () => header("user-agent") ?? "",
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function closing(server: Server): void {
  server.closeAllConnections();
  server.close();
}
