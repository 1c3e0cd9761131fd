// What the dashboard knows of the place that it shows, as served by /config.json.
import type { DeployedContract } from "@tributary/protocol/deployment";
import { createContext, use } from "react";
import type { Address } from "viem";

export interface DashboardConfig {
  chainId: number;
  /** HTTP JSON-RPC address of the chain: what is proven is checked against it. */
  rpcUrl: string;
  /** Base address of the indexer, without a slash at the end. */
  indexerUrl: string;
  gatewayUrl?: string;
  deployment: {
    /** First block that can hold events of the contracts. */
    block: number;
    addresses: Record<DeployedContract, Address>;
  };
  /** Whether /answers/<receiptId>.json are served. */
  answers: boolean;
}

/** @throws Error if the server does not answer, with what to do */
export async function fetchConfig(): Promise<DashboardConfig> {
  const response = await fetch("/config.json").catch((cause: unknown) => {
    throw new Error("this dashboard’s server cannot be reached: see that it runs, then load the page again", { cause });
  });
  if (!response.ok) throw new Error(`/config.json: answered ${response.status}`);
  return (await response.json()) as DashboardConfig;
}

export const ConfigContext = createContext<DashboardConfig | undefined>(undefined);

export function useConfig(): DashboardConfig {
  const config = use(ConfigContext);
  if (config === undefined) throw new Error("no configuration above this component");
  return config;
}
