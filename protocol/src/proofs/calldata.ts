// The calldata of a fault proof: what is sent, and what a reservation of its reward hashes (docs/formats.md §7.5).
import { type Abi, encodeFunctionData, type Hex } from "viem";
import { iFaultProofsAbi } from "../abi/ifault-proofs.ts";
import { linkArgument } from "./link.ts";
import { type Proof, proofArguments } from "./proof.ts";

/** The proposal that a proof accuses. */
export type Accused = { epoch: bigint; proposal: number };

/** The arguments of a proof's function, as ABI encoders take them. */
export function encodableArguments(accused: Accused, proof: Proof): unknown[] {
  const behind = proofArguments(proof).map((value) => {
    if (Array.isArray(value)) return value.map(linkArgument);
    return typeof value === "object" ? linkArgument(value) : value;
  });
  return [accused, ...behind];
}

/** The calldata with which a proof is sent to FaultProofs. */
export function proofCalldata(accused: Accused, proof: Proof): Hex {
  return encodeFunctionData({
    abi: iFaultProofsAbi as Abi,
    functionName: proof.name,
    args: encodableArguments(accused, proof),
  });
}
