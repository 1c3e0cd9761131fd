// Which chain the node that checks read is of: asked again and again, as a node or a wallet may be switched. Nothing is proven by one of another chain.
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { type DashboardConfig, useConfig } from "./config.ts";
import { keptChoice, type NodeChoice, onNodeChoice, readChoice } from "./node-choice.ts";
import { rpc } from "./rpc.ts";

const INTERVAL_MILLISECONDS = 4_000;

/**
 * The id of the other chain that the chosen node is of; undefined where it is of the named one, or is not known.
 * @param isAsked whether it is asked of the node here: the foot of the page does, for all
 */
export function useOtherChain(isAsked = false): number | undefined {
  const config = useConfig();
  const kept = useSyncExternalStore(onNodeChoice, keptChoice);
  const { data } = useQuery({
    queryKey: ["node-chain", kept],
    queryFn: ({ signal }) => chainIdOf(config, readChoice(kept), signal),
    enabled: isAsked,
    refetchInterval: INTERVAL_MILLISECONDS,
    retry: false,
  });
  return otherThan(config.chainId, data);
}

/** What an answer says of the node: nothing where it is no number. */
export function otherThan(chainId: number, answered: unknown): number | undefined {
  const found =
    (typeof answered === "string" && answered !== "") || typeof answered === "number" ? Number(answered) : NaN;
  return Number.isSafeInteger(found) && found !== chainId ? found : undefined;
}

async function chainIdOf(config: DashboardConfig, choice: NodeChoice, signal: AbortSignal): Promise<unknown> {
  const method = "eth_chainId";
  if (choice.kind !== "wallet")
    return rpc<unknown>(choice.kind === "address" ? choice.url : config.rpcUrl, method, [], signal);
  // The first page needs nothing of wallets.
  const { walletConfig, connectedWallet } = await import("../wallet/wagmi.ts");
  const wallet = await connectedWallet(walletConfig(config));
  return wallet?.name === choice.name ? wallet.provider.request({ method }) : null;
}
