// The chain as checks read it: through the node that the viewer chose, or the configured one where none was chosen.
import { useMemo, useSyncExternalStore } from "react";
import { chainAt, chainBy, type CheckChain, ChainUnreadable } from "../check/chain.ts";
import { type DashboardConfig, useConfig } from "./config.ts";
import { keptChoice, type NodeChoice, onNodeChoice, readChoice } from "./node-choice.ts";

export interface ChosenNode {
  readonly choice: NodeChoice;
  /** The same for the same choice. */
  readonly key: string;
  readonly chain: CheckChain;
}

export function useChosenNode(): ChosenNode {
  const config = useConfig();
  const key = useSyncExternalStore(onNodeChoice, keptChoice);
  return useMemo(() => {
    const choice = readChoice(key);
    return { choice, key, chain: chainOf(config, choice) };
  }, [config, key]);
}

export function useCheckChain(): CheckChain {
  return useChosenNode().chain;
}

/** The chain through that node and through no other. */
export function chainOf(config: DashboardConfig, choice: NodeChoice): CheckChain {
  if (choice.kind === "configured") return chainAt(config);
  if (choice.kind === "address") return chainAt({ ...config, rpcUrl: choice.url });
  const request = async (asked: { method: string; params?: unknown }): Promise<unknown> => {
    const { walletConfig, connectedWallet } = await import("../wallet/wagmi.ts");
    const wallet = await connectedWallet(walletConfig(config));
    if (wallet?.name !== choice.name)
      throw new ChainUnreadable(
        wallet === undefined
          ? `the wallet ${choice.name}, whose node you chose, is not connected: connect it, or choose another node`
          : `the wallet ${wallet.name} is connected, and you chose the node of ${choice.name}: choose again`,
      );
    return wallet.provider.request(asked);
  };
  return chainBy(config, request);
}
