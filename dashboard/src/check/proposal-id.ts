// Whether what is said of a proposal of governance is what its voters vote on: its id is the hash of the calls and the text (OpenZeppelin's `IGovernor.hashProposal`).
import { type Address, encodeAbiParameters, type Hex, keccak256, stringToBytes } from "viem";

export interface ProposedCalls {
  readonly targets: readonly string[];
  /** Wei. */
  readonly values: readonly (string | bigint)[];
  readonly calldatas: readonly string[];
  readonly description: string;
}

const TYPES = [{ type: "address[]" }, { type: "uint256[]" }, { type: "bytes[]" }, { type: "bytes32" }] as const;

/** False too where what is said has no such form. */
export function isProposalOf(id: string, { targets, values, calldatas, description }: ProposedCalls): boolean {
  try {
    const said = encodeAbiParameters(TYPES, [
      targets as readonly Address[],
      values.map(BigInt),
      calldatas as readonly Hex[],
      keccak256(stringToBytes(description)),
    ]);
    return BigInt(keccak256(said)) === BigInt(id);
  } catch {
    return false;
  }
}
