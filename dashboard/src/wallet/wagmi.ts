// The connection to any wallet that the browser holds (EIP-1193, found by EIP-6963); nothing is loaded from elsewhere.
import { createConfig, http, type Config } from "wagmi";
import { reconnect } from "wagmi/actions";
import { injected } from "wagmi/connectors/injected";
import { defineChain } from "viem";
import type { DashboardConfig } from "../data/config.ts";

let made: { of: DashboardConfig; config: Config } | undefined;

/**
 * One for all pages, so that a connection outlives navigation. A wallet that was connected before the page was loaded is connected again, once: wagmi's own
 * provider does so whenever it is drawn, and whoever is disconnected meanwhile loses what is said of a transaction.
 */
export function walletConfig(of: DashboardConfig): Config {
  if (made?.of !== of) {
    made = { of, config: makeConfig(of) };
    void reconnect(made.config);
  }
  return made.config;
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
