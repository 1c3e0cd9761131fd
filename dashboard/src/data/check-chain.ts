// The chain as checks read it: through the node that the viewer chose, or the configured one where none was chosen.
import { useMemo, useSyncExternalStore } from "react";
import { chainAt, chainBy, type CheckChain, ChainUnreadable } from "../check/chain.ts";
import { type DashboardConfig, useConfig } from "./config.ts";
import { useOtherChain } from "./node-chain.ts";
import { keptChoice, type NodeChoice, onNodeChoice, readChoice } from "./node-choice.ts";

export interface ChosenNode {
  readonly choice: NodeChoice;
  /** The same for the same choice, as long as its node is of the same chain. */
  readonly key: string;
  readonly chain: CheckChain;
}

export function useChosenNode(): ChosenNode {
  const config = useConfig();
  const kept = useSyncExternalStore(onNodeChoice, keptChoice);
  const other = useOtherChain();
  // What was read is withdrawn when the node turns out to be of another chain, and nothing more is read before it is asked anew.
  return useMemo(() => {
    const choice = readChoice(kept);
    return { choice, key: `${kept} ${other ?? ""}`, chain: chainOf(config, choice) };
  }, [config, kept, other]);
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
