// Commitments to fault proofs, which reserve the reward before the proof is seen (docs/formats.md §7.5).
import { type Address, encodeAbiParameters, type Hex } from "viem";
import { concatBytes, hexToBytes, bytesToHex } from "../bytes.ts";
import { keccak256 } from "../keccak.ts";
import { encodeNode, type Node } from "../node.ts";
import { typeHash } from "./type-hash.ts";

export type ProofCommitment = {
  chainId: bigint;
  ledger: Address;
  epoch: bigint;
  proposalRoot: Hex;
  /** `H(calldata of the proof call)`. */
  proofHash: Hex;
  /** Who will send the proof. */
  sender: Address;
};

const TYPE_HASH = typeHash(
  "ProofCommitment(uint256 chainId,address ledger,uint64 epoch,bytes32 proposalRoot,bytes32 proofHash,address sender)",
);

const PARAMETERS = [
  { type: "bytes32" },
  { type: "uint256" },
  { type: "address" },
  { type: "uint64" },
  { type: "bytes32" },
  { type: "bytes32" },
  { type: "address" },
] as const;

/** `H(groupsHash ‖ groupsSum ‖ payoutsHash ‖ payoutsSum)`. */
export function proposalRoot(groups: Node, payouts: Node): Hex {
  return bytesToHex(keccak256(concatBytes(encodeNode(groups), encodeNode(payouts))));
}

/** The commitment's hash. */
export function proofCommitmentHash(commitment: ProofCommitment): Hex {
  const { chainId, ledger, epoch, proposalRoot: root, proofHash, sender } = commitment;
  const values = [TYPE_HASH, chainId, ledger, epoch, root, proofHash, sender] as const;
  return bytesToHex(keccak256(hexToBytes(encodeAbiParameters(PARAMETERS, values))));
}
