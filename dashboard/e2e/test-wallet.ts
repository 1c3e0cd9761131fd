// A wallet for tests in a real browser: an EIP-1193 provider, announced by EIP-6963, that signs for real with a key of a local chain.
import type { Page } from "playwright-core";
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hash,
  type Hex,
  hexToBigInt,
  http,
  type LocalAccount,
  numberToHex,
} from "viem";

export const TEST_WALLET_NAME = "Test wallet (local keys, tests only)";

/** Codes of EIP-1193 and EIP-3326. */
const REFUSED = 4001;
const UNKNOWN_CHAIN = 4902;

export interface TestWalletOptions {
  rpcUrl: string;
  account: LocalAccount;
  /** Chain that it is on at first; the chain of `rpcUrl` otherwise. */
  startsOn?: number;
}

export interface TestWallet {
  /** Transactions it has sent, in order. */
  readonly sent: readonly Hash[];
  /** Methods that were asked of it, in order. */
  readonly asked: readonly string[];
  /** Its user declines the next signature, connection or switch. */
  refuseNext: () => void;
  /** Its user leaves requests for signatures open until `release`. */
  hold: () => void;
  release: () => void;
}

interface Request {
  method: string;
  params?: unknown[];
}

type Answer = { result: unknown } | { error: { code: number; message: string; data?: unknown } };

class WalletError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Puts the wallet into every page that `page` opens from now on. Keys stay in Node. */
export async function injectTestWallet(
  page: Page,
  { rpcUrl, account, startsOn }: TestWalletOptions,
): Promise<TestWallet> {
  const node = createPublicClient({ transport: http(rpcUrl) });
  const own = await node.getChainId();
  const signer = createWalletClient({
    account,
    chain: defineChain({
      id: own,
      name: "local",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [rpcUrl] } },
    }),
    transport: http(rpcUrl),
  });
  const sent: Hash[] = [];
  const asked: string[] = [];
  let chainId = startsOn ?? own;
  let isConnected = false;
  let refusesNext = false;
  let held: { done: Promise<undefined>; release: () => void } | undefined;

  const userDecides = async (): Promise<void> => {
    await held?.done;
    if (!refusesNext) return;
    refusesNext = false;
    throw new WalletError(REFUSED, "User rejected the request.");
  };

  const handlers: Record<string, (params: never) => unknown> = {
    eth_chainId: () => numberToHex(chainId),
    eth_accounts: () => (isConnected ? [account.address] : []),
    eth_requestAccounts: async () => {
      if (!isConnected) await userDecides();
      isConnected = true;
      return [account.address];
    },
    wallet_requestPermissions: async () => {
      await userDecides();
      isConnected = true;
      return [permission(account.address)];
    },
    wallet_getPermissions: () => (isConnected ? [permission(account.address)] : []),
    wallet_revokePermissions: () => {
      isConnected = false;
      return null;
    },
    wallet_switchEthereumChain: async ([{ chainId: wanted }]: [{ chainId: Hex }]) => {
      if (Number(wanted) !== own) throw new WalletError(UNKNOWN_CHAIN, "Unrecognized chain ID.");
      await userDecides();
      chainId = own;
      return null;
    },
    eth_sendTransaction: async ([{ to, data, gas, value }]: [{ to: Hex; data?: Hex; gas?: Hex; value?: Hex }]) => {
      if (chainId !== own) throw new WalletError(UNKNOWN_CHAIN, "The wallet is on another chain.");
      await userDecides();
      const hash = await signer.sendTransaction({
        to,
        ...(data === undefined ? {} : { data }),
        ...(gas === undefined ? {} : { gas: hexToBigInt(gas) }),
        ...(value === undefined ? {} : { value: hexToBigInt(value) }),
      });
      sent.push(hash);
      return hash;
    },
    personal_sign: async ([message]: [Hex]) => {
      await userDecides();
      return account.signMessage({ message: { raw: message } });
    },
    eth_signTypedData_v4: async ([, typed]: [Hex, string]) => {
      await userDecides();
      return account.signTypedData(JSON.parse(typed) as never);
    },
  };

  const answer = async ({ method, params = [] }: Request): Promise<Answer> => {
    asked.push(method);
    try {
      const handler = handlers[method];
      const result =
        handler === undefined ? await node.request({ method, params } as never) : await handler(params as never);
      return { result };
    } catch (error) {
      const { code = -32_603, message, data } = error as { code?: number; message: string; data?: unknown };
      return { error: { code, message, data } };
    }
  };

  await page.exposeFunction("tributaryTestWallet", answer);
  await page.addInitScript(provide, TEST_WALLET_NAME);
  return {
    sent,
    asked,
    refuseNext: () => void (refusesNext = true),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      held = { done: promise, release: () => resolve(undefined) };
    },
    release: () => {
      held?.release();
      held = undefined;
    },
  };
}

function permission(address: string): object {
  return { parentCapability: "eth_accounts", caveats: [{ type: "restrictReturnedAccounts", value: [address] }] };
}

/** Runs in the page. */
function provide(name: string): void {
  const ask = (globalThis as unknown as { tributaryTestWallet: (request: Request) => Promise<Answer> })
    .tributaryTestWallet;
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  const emit = (event: string, value: unknown): void => listeners.get(event)?.forEach((listener) => listener(value));
  const provider = {
    isTestWallet: true,
    request: async (request: Request): Promise<unknown> => {
      const answered = await ask(request);
      if ("error" in answered) throw Object.assign(new Error(answered.error.message), answered.error);
      if (request.method === "wallet_switchEthereumChain")
        emit("chainChanged", (request.params as [{ chainId: string }])[0].chainId);
      return answered.result;
    },
    on: (event: string, listener: (value: unknown) => void) => {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
      return provider;
    },
    removeListener: (event: string, listener: (value: unknown) => void) => {
      listeners.get(event)?.delete(listener);
      return provider;
    },
  };
  const info = {
    ...{ uuid: "7c2e3c07-6a0c-4f5a-9b54-0a4f3e2b9d11", name, rdns: "test.wallet.local" },
    icon: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
  };
  const announce = (): boolean =>
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  window.addEventListener("eip6963:requestProvider", announce);
  Object.assign(window, { ethereum: provider });
  announce();
}
