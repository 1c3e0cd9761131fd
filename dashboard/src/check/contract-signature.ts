// Whether a contract signed, by its own rule (ERC-1271), as the code says that stands on the chain.
import { type Address, type Hex, parseAbi } from "viem";
import { ChainRefusal, type ChainReader } from "./chain.ts";

const ERC1271 = parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);
const ERC1271_MAGIC = "0x1626ba7e";

/** False of an account without code. @throws ChainUnreadable if the chain cannot be asked */
export async function isSignedByContract(
  reader: ChainReader,
  account: Address,
  digest: Hex,
  signature: Hex,
): Promise<boolean> {
  const contract = { address: account, abi: ERC1271 } as const;
  try {
    const args = [digest, signature] as const;
    return (await reader.readContract({ ...contract, functionName: "isValidSignature", args })) === ERC1271_MAGIC;
  } catch (error) {
    // An account without code, or a contract that refuses the signature, has not signed.
    if (error instanceof ChainRefusal) return false;
    throw error;
  }
}
