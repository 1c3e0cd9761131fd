// Signs for the gateway with a key that a signer behind JSON-RPC holds, such as Web3Signer, Clef or Frame.
import { type Address, getAddress, hashTypedData, type Hex, isHex, type TypedDataDefinition } from "viem";
import { hexToBytes } from "@tributary/protocol/bytes";
import { originOf } from "@tributary/protocol/reason";
import {
  askSigner,
  checkSignerAnswers,
  checkSignerHolds,
  METHOD_NOT_FOUND,
  SignerError,
} from "@tributary/protocol/signer-rpc";
import { receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { recoverSigner } from "./fast-signatures.ts";
import type { GatewaySigner } from "./signer.ts";

/** As Frame and nodes, Web3Signer, and Clef name it; the next is tried where the signer does not know one. */
const METHODS = ["eth_signTypedData_v4", "eth_signTypedData", "account_signTypedData"] as const;

/**
 * Connects to a signer.
 * @param chainId of the receipts
 * @throws Error if it does not answer or does not hold the key
 */
export async function remoteSigner(
  { url, address }: { url: string; address: Address },
  chainId: number,
): Promise<GatewaySigner> {
  await checkSignerHolds(url, address);
  let known: (typeof METHODS)[number] | undefined;

  const signTypedData = async (message: TypedDataDefinition): Promise<Hex> => {
    const typed = withDomainType(message);
    for (const method of known === undefined ? METHODS : [known]) {
      try {
        // Web3Signer and Frame take the message as text, Clef as an object.
        const answer = await askSigner(url, method, [
          address,
          method === "account_signTypedData" ? typed : JSON.stringify(typed),
        ]);
        known = method;
        return checked(answer, message, address);
      } catch (error) {
        if (error instanceof SignerError && error.code === METHOD_NOT_FOUND && known === undefined) continue;
        throw new Error(
          `the signer at ${originOf(url)} did not sign: ${error instanceof Error ? error.message : String(error)}`,
          { cause: error },
        );
      }
    }
    throw new Error(`the signer at ${originOf(url)} knows none of ${METHODS.join(", ")}`);
  };
  return {
    address: getAddress(address),
    check: (mostMilliseconds) => checkSignerAnswers(url, address, mostMilliseconds),
    signTypedData: (message) => signTypedData(message as TypedDataDefinition),
    signReceipt: (receipt) => signTypedData(receiptTypedData(receipt, chainId) as TypedDataDefinition),
  };
}

function checked(answer: unknown, message: TypedDataDefinition, address: Address): Hex {
  if (isHex(answer) && recoverSigner(hexToBytes(hashTypedData(message)), answer) === address.toLowerCase())
    return answer;
  throw new Error(`the answer is not a signature of ${address}`);
}

/** JSON-RPC signers want the domain's type spelt out, and whole numbers as text. */
function withDomainType({ domain, types, primaryType, message }: TypedDataDefinition): unknown {
  const fields = Object.keys(domain ?? {}).map((name) => ({ name, type: DOMAIN_TYPES[name] }));
  return toJson({ domain, types: { EIP712Domain: fields, ...types }, primaryType, message });
}

const DOMAIN_TYPES: Readonly<Record<string, string>> = {
  name: "string",
  version: "string",
  chainId: "uint256",
  verifyingContract: "address",
  salt: "bytes32",
};

function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? String(each) : each)));
}
