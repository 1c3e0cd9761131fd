// Signs with a private key of this process, so that no node has to hold it.
import { type Hex, hexToBigInt, hexToNumber, type PublicClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Send } from "./send-transaction.ts";

export function keySender(privateKey: Hex, client: PublicClient, chainId: number): Send {
  const account = privateKeyToAccount(privateKey);
  return async (transaction) => {
    const common = {
      chainId,
      nonce: hexToNumber(transaction.nonce),
      gas: hexToBigInt(transaction.gas),
      to: transaction.to ?? null,
      data: transaction.data ?? "0x",
      value: hexToBigInt(transaction.value ?? "0x0"),
    } as const;
    const signed = await (transaction.gasPrice === undefined
      ? account.signTransaction({
          ...common,
          type: "eip1559",
          maxFeePerGas: hexToBigInt(transaction.maxFeePerGas ?? "0x0"),
          maxPriorityFeePerGas: hexToBigInt(transaction.maxPriorityFeePerGas ?? "0x0"),
        })
      : account.signTransaction({ ...common, type: "legacy", gasPrice: hexToBigInt(transaction.gasPrice) }));
    return client.sendRawTransaction({ serializedTransaction: signed });
  };
}
