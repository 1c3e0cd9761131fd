// Commitments to fault proofs of an index, a sketch commit or receipts, which reserve the reward before the proof is seen (docs/formats.md §7.5).
import { type Address, encodeAbiParameters, type Hex } from "viem";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import { type Commitment, encodeCommitment } from "../demand.ts";
import { keccak256 } from "../keccak.ts";
import { typeHash } from "./type-hash.ts";

export type InputProofCommitment = {
  chainId: bigint;
  /** The contract that the proof is sent to. */
  court: Address;
  /** What the proof accuses. */
  commit: Commitment;
  /** `H(calldata of the proof call)`. */
  proofHash: Hex;
  /** Who will send the proof. */
  sender: Address;
};

const TYPE_HASH = typeHash(
  "InputProofCommitment(uint256 chainId,address court,bytes13 commit,bytes32 proofHash,address sender)",
);

const PARAMETERS = [
  { type: "bytes32" },
  { type: "uint256" },
  { type: "address" },
  { type: "bytes13" },
  { type: "bytes32" },
  { type: "address" },
] as const;

/** The commitment's hash. */
export function inputProofCommitmentHash(commitment: InputProofCommitment): Hex {
  const { chainId, court, commit, proofHash, sender } = commitment;
  const values = [TYPE_HASH, chainId, court, bytesToHex(encodeCommitment(commit)), proofHash, sender] as const;
  return bytesToHex(keccak256(hexToBytes(encodeAbiParameters(PARAMETERS, values))));
}
