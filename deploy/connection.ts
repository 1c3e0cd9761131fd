// Connects the deployment to a node for reading and to a signer for sending.
import type { EIP1193Provider, RequestArguments } from "@nomicfoundation/ignition-core";
import { type Address, createPublicClient, type Hex, http, type PublicClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { keySender } from "@tributary/protocol/key-sender";
import { originOf, reasonOf } from "@tributary/protocol/reason";
import type { TransactionRequest } from "@tributary/protocol/send-transaction";
import { signerSender } from "@tributary/protocol/signer-sender";
import { UsageError } from "./usage-error.ts";

/** Who signs: a key that this process holds, or a signer at a URL, which holds the key of `from`. */
export type SignerChoice = { privateKey: Hex } | { url: string; from: Address };

/** A provider as Ignition wants it, that signs as `from`. */
export type Connection = EIP1193Provider & {
  from: Address;
  client: PublicClient;
  chainId: number;
};

export function signerAddress(signer: SignerChoice): Address {
  return "privateKey" in signer ? privateKeyToAccount(signer.privateKey).address : signer.from;
}

/**
 * Connects to a node.
 * @throws UsageError if the node does not answer
 */
export async function connectReader(rpcUrl: string): Promise<{ client: PublicClient; chainId: number }> {
  const client = createPublicClient({ transport: http(rpcUrl, { retryCount: 2 }) });
  try {
    return { client, chainId: await client.getChainId() };
  } catch (error) {
    // Behind the host providers put keys.
    throw new UsageError(
      `no chain answers at ${originOf(rpcUrl)} (${reasonOf(error)}): start one, or name another with --rpc`,
      { cause: error },
    );
  }
}

/**
 * Connects to a node, and to the signer.
 * @throws Error if either does not answer, or the signer does not hold the key
 */
export async function connect(rpcUrl: string, signer: SignerChoice): Promise<Connection> {
  const { client, chainId } = await connectReader(rpcUrl);
  const send =
    "privateKey" in signer
      ? keySender(signer.privateKey, client, chainId)
      : await signerSender(signer, client, chainId);
  const from = signerAddress(signer);

  function request({ method, params }: RequestArguments): Promise<unknown> {
    if (method === "eth_accounts") return Promise.resolve([from]);
    if (method === "eth_sendTransaction") return send((params as [TransactionRequest])[0]);
    return client.request({ method, params } as Parameters<typeof client.request>[0]);
  }
  return { from, client, chainId, request };
}
