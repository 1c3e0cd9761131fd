// Has transactions signed by a signer behind JSON-RPC, such as Frame with a hardware wallet, Clef or Web3Signer.
import {
  type Address,
  type Hex,
  hexToNumber,
  isAddressEqual,
  isHex,
  type PublicClient,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerialized,
} from "viem";
import { originOf } from "./reason.ts";
import { askSigner, askSignerIfKnown, checkSignerHolds, METHOD_NOT_FOUND, SignerError } from "./signer-rpc.ts";
import type { Send, TransactionRequest } from "./send-transaction.ts";

/**
 * The ways of signing, in the order in which they are tried: a wallet that sends by itself (Frame, a node), one that signs only (Web3Signer), and Clef.
 * The next is tried only where the signer says that it does not know a method, so nothing is ever signed twice.
 */
const METHODS = ["eth_sendTransaction", "eth_signTransaction", "account_signTransaction"] as const;

/**
 * Connects to a signer.
 * @throws Error if it does not answer, is on another chain or does not hold the key
 */
export async function signerSender(
  { url, from }: { url: string; from: Address },
  client: PublicClient,
  chainId: number,
): Promise<Send> {
  await checkSigner(url, from, chainId);
  let known: (typeof METHODS)[number] | undefined;

  return async (transaction) => {
    const wanted = { ...transaction, chainId: `0x${chainId.toString(16)}` };
    for (const method of known === undefined ? METHODS : [known]) {
      let answer: unknown;
      try {
        answer = await askSigner(url, method, [wanted]);
      } catch (error) {
        if (error instanceof SignerError && error.code === METHOD_NOT_FOUND && known === undefined) continue;
        throw new Error(`the signer at ${originOf(url)} did not sign: ${messageOf(error)}`, { cause: error });
      }
      known = method;
      if (method === "eth_sendTransaction") return hashOf(url, answer);
      const signed = rawOf(url, answer);
      await checkSigned(signed, transaction, from, chainId);
      return client.sendRawTransaction({ serializedTransaction: signed });
    }
    throw new Error(`the signer at ${originOf(url)} knows none of ${METHODS.join(", ")}`);
  };
}

async function checkSigner(url: string, from: Address, chainId: number): Promise<void> {
  await checkSignerHolds(url, from);
  const found = await askSignerIfKnown(url, "eth_chainId");
  if (isHex(found) && hexToNumber(found) !== chainId)
    throw new Error(
      `the signer at ${originOf(url)} is on chain ${hexToNumber(found)}, the node on ${chainId}: switch its network`,
    );
}

/** A signer may change the fee; everything else must be what was asked for. */
async function checkSigned(signed: Hex, asked: TransactionRequest, from: Address, chainId: number): Promise<void> {
  const found = parseTransaction(signed);
  const differs = [
    found.chainId !== chainId && "chain",
    found.nonce !== hexToNumber(asked.nonce) && "nonce",
    (found.to ?? "").toLowerCase() !== (asked.to ?? "").toLowerCase() && "receiver",
    (found.data ?? "0x").toLowerCase() !== (asked.data ?? "0x").toLowerCase() && "data",
    (found.value ?? 0n) !== BigInt(asked.value ?? "0x0") && "value",
    !isAddressEqual(
      await recoverTransactionAddress({ serializedTransaction: signed as TransactionSerialized }),
      from,
    ) && "sender",
  ].filter((part) => part !== false);
  if (differs.length > 0) throw new Error(`the signer signed another transaction: its ${differs.join(", ")} differs`);
}

function hashOf(url: string, answer: unknown): Hex {
  if (isHex(answer) && answer.length === 66) return answer;
  throw new Error(`the signer at ${originOf(url)} answered ${JSON.stringify(answer)}, not a transaction's hash`);
}

/** Web3Signer answers the bytes, Clef and Geth an object with them. */
function rawOf(url: string, answer: unknown): Hex {
  const raw: unknown = typeof answer === "object" && answer !== null && "raw" in answer ? answer.raw : answer;
  if (isHex(raw)) return raw;
  throw new Error(`the signer at ${originOf(url)} answered ${JSON.stringify(answer)}, not a signed transaction`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
