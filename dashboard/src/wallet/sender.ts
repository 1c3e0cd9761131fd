// Sends transactions by the connected wallet; tries and awaits them at the node that the dashboard reads.
import type { Address } from "viem";
import { call as callAction, waitForTransactionReceipt } from "viem/actions";
import type { Config } from "wagmi";
import { estimateGas, sendTransaction } from "wagmi/actions";
import type { Sender } from "./call.ts";
import { failureOf } from "./failure-of.ts";

/** What a transaction costs depends on the second it is mined in: it may use twice its estimate. What is not used is not paid. */
const GAS_MULTIPLE = 2n;

export function walletSender(config: Config, account: Address, chainId: number): Sender {
  const node = config.getClient({ chainId });
  return {
    try: async ({ to, data }) => {
      await callAction(node, { account, to, data });
    },
    send: async ({ to, data }) => {
      const gas = (await estimateGas(config, { account, to, data, chainId })) * GAS_MULTIPLE;
      return sendTransaction(config, { account, to, data, chainId, gas });
    },
    wait: async ({ to, data }, hash) => {
      // wagmi's own throws for a reverted transaction, without its custom error.
      const receipt = await waitForTransactionReceipt(node, { hash });
      if (receipt.status === "success") return { block: receipt.blockNumber };
      const reason = await callAction(node, { account, to, data, blockNumber: receipt.blockNumber }).then(
        () => "it was refused then, and would not be now",
        (error: unknown) => {
          const failure = failureOf(error);
          return failure.kind === "refused" ? "the contract gave no reason" : failure.reason;
        },
      );
      return { block: receipt.blockNumber, reason };
    },
  };
}
