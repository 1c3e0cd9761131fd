// A provider that signs with one private key, so that no node has to hold it.
import type { EIP1193Provider, RequestArguments } from "@nomicfoundation/ignition-core";
import { createPublicClient, type Hex, hexToBigInt, hexToNumber, http, type PublicClient } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

type RpcTransaction = {
  to?: Hex;
  data?: Hex;
  value?: Hex;
  nonce: Hex;
  gas: Hex;
  gasPrice?: Hex;
  maxFeePerGas?: Hex;
  maxPriorityFeePerGas?: Hex;
};

export type SigningProvider = EIP1193Provider & {
  account: PrivateKeyAccount;
  client: PublicClient;
  chainId: number;
};

/**
 * Connects to a node.
 * @throws Error if the node does not answer
 */
export async function connect(rpcUrl: string, privateKey: Hex): Promise<SigningProvider> {
  const account = privateKeyToAccount(privateKey);
  const client = createPublicClient({ transport: http(rpcUrl, { retryCount: 2 }) });
  let chainId: number;
  try {
    chainId = await client.getChainId();
  } catch (error) {
    throw new Error(`no chain answers at ${rpcUrl}; start one, or name another with --rpc`, { cause: error });
  }

  async function request({ method, params }: RequestArguments): Promise<unknown> {
    if (method === "eth_accounts") return [account.address];
    if (method === "eth_sendTransaction") {
      const [transaction] = params as [RpcTransaction];
      return client.request({ method: "eth_sendRawTransaction", params: [await sign(transaction)] });
    }
    return client.request({ method, params } as Parameters<typeof client.request>[0]);
  }

  function sign(transaction: RpcTransaction): Promise<Hex> {
    const common = {
      chainId,
      nonce: hexToNumber(transaction.nonce),
      gas: hexToBigInt(transaction.gas),
      to: transaction.to ?? null,
      data: transaction.data ?? "0x",
      value: hexToBigInt(transaction.value ?? "0x0"),
    } as const;
    if (transaction.gasPrice !== undefined)
      return account.signTransaction({ ...common, type: "legacy", gasPrice: hexToBigInt(transaction.gasPrice) });
    return account.signTransaction({
      ...common,
      type: "eip1559",
      maxFeePerGas: hexToBigInt(transaction.maxFeePerGas ?? "0x0"),
      maxPriorityFeePerGas: hexToBigInt(transaction.maxPriorityFeePerGas ?? "0x0"),
    });
  }

  return { account, client, chainId, request };
}
