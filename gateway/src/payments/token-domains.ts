// Names and versions of tokens in their EIP-712 domains, which payers sign deposits for.
import { type Address, type PublicClient } from "viem";

export interface TokenDomain {
  readonly name: string;
  readonly version: string;
}

const ABI = [
  {
    type: "function",
    name: "eip712Domain",
    stateMutability: "view",
    inputs: [],
    outputs: [
      { name: "fields", type: "bytes1" },
      { name: "name", type: "string" },
      { name: "version", type: "string" },
      { name: "chainId", type: "uint256" },
      { name: "verifyingContract", type: "address" },
      { name: "salt", type: "bytes32" },
      { name: "extensions", type: "uint256[]" },
    ],
  },
] as const;

/** Reads each token once (ERC-5267). @throws Error naming a token that has no domain */
export function tokenDomains(client: PublicClient): (token: Address) => Promise<TokenDomain> {
  const known = new Map<string, Promise<TokenDomain>>();
  return (token) => {
    const key = token.toLowerCase();
    let domain = known.get(key);
    if (domain === undefined) {
      domain = client.readContract({ address: token, abi: ABI, functionName: "eip712Domain" }).then(
        ([, name, version]) => ({ name, version }),
        (error: unknown) => {
          known.delete(key);
          throw new Error(`${token} does not say its EIP-712 domain: x402 can't take deposits of it`, { cause: error });
        },
      );
      known.set(key, domain);
    }
    return domain;
  };
}
