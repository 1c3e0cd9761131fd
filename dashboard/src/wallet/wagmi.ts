// The connection to any wallet that the browser holds (EIP-1193, found by EIP-6963); nothing is loaded from elsewhere.
import { createConfig, http, type Config } from "wagmi";
import { getConnection, reconnect } from "wagmi/actions";
import { injected } from "wagmi/connectors/injected";
import { defineChain } from "viem";
import type { DashboardConfig } from "../data/config.ts";

let made: { of: DashboardConfig; config: Config; reconnected: Promise<unknown> } | undefined;

/**
 * One for all pages, so that a connection outlives navigation. A wallet that was connected before the page was loaded is connected again, once: wagmi's own
 * provider does so whenever it is drawn, and whoever is disconnected meanwhile loses what is said of a transaction.
 */
export function walletConfig(of: DashboardConfig): Config {
  if (made?.of !== of) {
    const config = makeConfig(of);
    made = { of, config, reconnected: reconnect(config).catch(() => undefined) };
  }
  return made.config;
}

/** EIP-1193. */
interface Provider {
  request: (asked: { method: string; params?: unknown }) => Promise<unknown>;
}

/** The wallet that is connected; one that was when the page was loaded is waited for. */
export async function connectedWallet(config: Config): Promise<{ name: string; provider: Provider } | undefined> {
  await made?.reconnected;
  const { connector } = getConnection(config);
  if (connector === undefined) return undefined;
  return { name: connector.name, provider: (await connector.getProvider()) as Provider };
}

function makeConfig({ chainId, rpcUrl }: DashboardConfig): Config {
  const chain = defineChain({
    id: chainId,
    name: `Chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  return createConfig({
    chains: [chain],
    connectors: [injected()],
    transports: { [chainId]: http(rpcUrl) },
    pollingInterval: 1_000,
  });
}
