// The gateway's account as one that sends transactions: with a key of this process, or one that a signer behind JSON-RPC holds.
import {
  type Address,
  type Hex,
  isAddressEqual,
  isHex,
  type LocalAccount,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerializable,
  type TransactionSerialized,
  toHex,
} from "viem";
import { privateKeyToAccount, toAccount } from "viem/accounts";
import { originOf } from "@tributary/protocol/reason";
import { askSigner, METHOD_NOT_FOUND, SignerError } from "@tributary/protocol/signer-rpc";
import type { SignerPlace } from "../config/secrets.ts";
import type { GatewaySigner } from "./signer.ts";

/** As Web3Signer names it, and Clef. Signers that send by themselves are not taken: what is sent is written down first. */
const METHODS = ["eth_signTransaction", "account_signTransaction"] as const;

/** @param signer of the same key, for typed data */
export function sendingAccount(place: SignerPlace, signer: GatewaySigner): LocalAccount {
  if ("key" in place) return privateKeyToAccount(place.key);
  return toAccount({
    address: place.address,
    signMessage: () => Promise.reject(new Error("the gateway signs no messages")),
    signTypedData: (message) => signer.signTypedData(message as Parameters<GatewaySigner["signTypedData"]>[0]),
    signTransaction: (transaction) => signRemotely(place, transaction as TransactionSerializable),
  });
}

async function signRemotely(
  { url, address }: { url: string; address: Address },
  transaction: TransactionSerializable,
): Promise<Hex> {
  const wanted = { ...hexFields(transaction), from: address };
  for (const method of METHODS) {
    try {
      const answer = await askSigner(url, method, [wanted]);
      const raw: unknown = typeof answer === "object" && answer !== null && "raw" in answer ? answer.raw : answer;
      if (!isHex(raw)) throw new Error("the answer is no signed transaction");
      await checkSigned(raw, transaction, address);
      return raw;
    } catch (error) {
      if (error instanceof SignerError && error.code === METHOD_NOT_FOUND) continue;
      throw new Error(`the signer at ${originOf(url)} did not sign: ${(error as Error).message}`, { cause: error });
    }
  }
  throw new Error(`the signer at ${originOf(url)} knows none of ${METHODS.join(", ")}`);
}

/** A signer may change the fee; everything else must be what was asked for. */
async function checkSigned(raw: Hex, { chainId, nonce, to, data }: TransactionSerializable, from: Address) {
  const found = parseTransaction(raw);
  const signer = await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized });
  const isSame =
    found.chainId === chainId &&
    (found.nonce ?? 0) === nonce &&
    found.to?.toLowerCase() === to?.toLowerCase() &&
    (found.data ?? "0x") === (data ?? "0x") &&
    (found.value ?? 0n) === 0n;
  if (!isSame || !isAddressEqual(signer, from)) throw new Error("it signed another transaction");
}

function hexFields(transaction: TransactionSerializable): Record<string, unknown> {
  const fields = Object.entries(transaction).filter(([name, value]) => name !== "type" && value !== undefined);
  return Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      typeof value === "bigint" || typeof value === "number" ? toHex(value as bigint | number) : (value as unknown),
    ]),
  );
}
