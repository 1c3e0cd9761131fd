// Sends transactions of a page by the connected wallet, and tells how far they are.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import type { Address } from "viem";
import { useConfig as useWagmi } from "wagmi";
import { useConfig } from "../data/config.ts";
import { INDEXED } from "../data/indexed.ts";
import { type Call, isBusy, sendInTurn, type TransactionState } from "./call.ts";
import { failureOf } from "./failure-of.ts";
import { walletSender } from "./sender.ts";

/** Reads of the chain that a transaction of the wallet may change begin with it in the cache. */
export const ON_CHAIN = "on-chain";

export interface Transactions {
  readonly state: TransactionState;
  readonly isBusy: boolean;
  /** One after the other; at once only one row of them. */
  readonly send: (account: Address, calls: readonly Call[]) => Promise<void>;
}

export function useTransactions(): Transactions {
  const wagmi = useWagmi();
  const { chainId } = useConfig();
  const client = useQueryClient();
  const [state, setState] = useState<TransactionState>({ at: "rest" });
  const isSending = useRef(false);
  const send = useCallback(
    async (account: Address, calls: readonly Call[]) => {
      if (isSending.current || calls.length === 0) return;
      isSending.current = true;
      try {
        const mined = await sendInTurn(walletSender(wagmi, account, chainId), calls, failureOf, setState);
        if (mined.length === 0) return;
        await client.invalidateQueries({ queryKey: [ON_CHAIN] });
        await client.invalidateQueries({ queryKey: [INDEXED] });
      } finally {
        isSending.current = false;
      }
    },
    [wagmi, chainId, client],
  );
  return { state, isBusy: isBusy(state), send };
}
