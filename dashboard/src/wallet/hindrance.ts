// Why a wallet cannot sign now, in words; undefined where it can.
import type { Wallet } from "./WalletFrame.tsx";

/** @param toDo such as "To claim" */
export function hindranceOf({ account, isReady }: Wallet, toDo: string): string | undefined {
  if (account === undefined) return `${toDo}, connect a wallet.`;
  return isReady ? undefined : `${toDo}, switch the wallet to this chain.`;
}
