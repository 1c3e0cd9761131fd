// Sends transactions of a page by the connected wallet, and tells how far they are.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import type { Address } from "viem";
import { useConfig as useWagmi } from "wagmi";
import { useConfig } from "../data/config.ts";
import { INDEXED } from "../data/indexed.ts";
import { type Call, isBusy, type Mined, sendInTurn, type TransactionState } from "./call.ts";
import { failureOf } from "./failure-of.ts";
import { walletSender } from "./sender.ts";

/** Reads of the chain that a transaction of the wallet may change begin with it in the cache. */
export const ON_CHAIN = "on-chain";

export interface Transactions {
  readonly state: TransactionState;
  readonly isBusy: boolean;
  /** One after the other; at once only one row of them. A row may have to be put together from what the chain says. */
  readonly send: (account: Address, row: readonly Call[] | (() => Promise<readonly Call[]>)) => Promise<void>;
}

export function useTransactions(): Transactions {
  const wagmi = useWagmi();
  const { chainId } = useConfig();
  const client = useQueryClient();
  const [state, setState] = useState<TransactionState>({ at: "rest" });
  const isSending = useRef(false);
  const send = useCallback(
    async (account: Address, row: readonly Call[] | (() => Promise<readonly Call[]>)) => {
      if (isSending.current) return;
      isSending.current = true;
      let mined: readonly Mined[] = [];
      try {
        const calls = typeof row === "function" ? await row() : row;
        if (calls.length > 0)
          mined = await sendInTurn(walletSender(wagmi, account, chainId), calls, failureOf, setState);
      } catch (error) {
        const step = { number: 1, of: 1, what: "prepare it" };
        setState({ at: "ended", step, failure: failureOf(error), mined: [] });
      } finally {
        // The next row need not wait for what is read again.
        isSending.current = false;
      }
      if (mined.length === 0) return;
      await client.invalidateQueries({ queryKey: [ON_CHAIN] });
      await client.invalidateQueries({ queryKey: [INDEXED] });
    },
    [wagmi, chainId, client],
  );
  return { state, isBusy: isBusy(state), send };
}
