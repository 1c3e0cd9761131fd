// Fault proofs of an index commit as values: the functions of IndexProofs with their arguments, what is sent, and what a proof costs.
import { type Abi, encodeFunctionData, type Hex } from "viem";
import { indexProofsAbi } from "../abi/index-proofs.ts";
import { costOfLinks } from "./cost.ts";
import { type Link, linkArgument } from "./link.ts";

/** A call of IndexProofs without the accused commit. */
export type IndexProof =
  | { name: "proveForm"; node: Link }
  | { name: "proveLayout"; record: Link; accepted: bigint }
  | { name: "proveContent"; record: Link; content: Link }
  | { name: "proveNovelty"; record: Link; earlier: Link };

/** The commit that a proof accuses: number `sub` of a version's. */
export type AccusedIndex = { version: bigint; sub: number };

/** Layout of a version, its registration, the accepted list of a datanet and a withdrawal: all read. */
const LAYOUT_GAS = 60_000;
/** Form of two sketches, and their cosine. */
const NOVELTY_GAS = 60_000;

/** The values of a proof's arguments behind the accused commit, in the order of IndexProofs. */
export function indexProofArguments(proof: IndexProof): (bigint | Link)[] {
  switch (proof.name) {
    case "proveForm":
      return [proof.node];
    case "proveLayout":
      return [proof.record, proof.accepted];
    case "proveContent":
      return [proof.record, proof.content];
    case "proveNovelty":
      return [proof.record, proof.earlier];
  }
}

/** All links of a proof, in the order in which refusals count them. */
export function linksOfIndexProof(proof: IndexProof): Link[] {
  return indexProofArguments(proof).filter((value) => typeof value === "object");
}

/** The calldata with which a proof is sent to IndexProofs. */
export function indexProofCalldata(accused: AccusedIndex, proof: IndexProof): Hex {
  const behind = indexProofArguments(proof).map((value) => (typeof value === "object" ? linkArgument(value) : value));
  return encodeFunctionData({
    abi: indexProofsAbi as Abi,
    functionName: proof.name,
    args: [accused, ...behind],
  });
}

/** Estimated gas of a proof, without what ending the index costs. */
export function costOfIndexProof(proof: IndexProof): number {
  const judging = { proveForm: 0, proveLayout: LAYOUT_GAS, proveContent: 0, proveNovelty: NOVELTY_GAS };
  return costOfLinks(linksOfIndexProof(proof)) + judging[proof.name];
}
