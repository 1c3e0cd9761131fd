// Proofs against sketches and receipts as values: the functions of ISettlementProofs that show places of trees, with their arguments and calldata.
import { encodeFunctionData, type Hex } from "viem";
import { settlementProofsAbi } from "../abi/settlement-proofs.ts";
import type { ChannelConfig } from "../typed-data/channel.ts";
import { BASE_GAS, costOfLink } from "./cost.ts";
import { type Link, linkArgument } from "./link.ts";

/** A call of ISettlementProofs; `commit` is the number of the sketch commit among the settlement's. */
export type SettlementProof =
  | { name: "proveSketchForm"; settlement: bigint; commit: number; node: Link }
  | { name: "proveSketchReceipt"; settlement: bigint; commit: number; sketch: Link; receipt: Link }
  | { name: "proveReceiptForm"; settlement: bigint; node: Link }
  | { name: "proveReceiptAlone"; settlement: bigint; receipt: Link }
  | { name: "proveReceiptOrder"; settlement: bigint; first: Link; second: Link }
  | { name: "proveContinuity"; settlement: bigint; receipt: Link; other: bigint; otherReceipt: Link }
  | { name: "proveUncovered"; settlement: bigint; receipt: Link }
  | { name: "proveForeignChannel"; settlement: bigint; receipt: Link; config: ChannelConfig };

export type SettlementProofName = SettlementProof["name"];

/** The proof of a name. */
export type SettlementProofOf<Name extends SettlementProofName> = Extract<SettlementProof, { name: Name }>;

/** Form of a sketch of some hundred coordinates. */
const SKETCH_GAS = 20_000;
/** Calls of the channel contract, and the configuration in calldata. */
const CHANNEL_GAS = 6_000;
const CONFIG_GAS = 8_000;

/** The calldata with which a proof is sent to SettlementProofs. */
export function settlementProofCalldata(proof: SettlementProof): Hex {
  const { settlement } = proof;
  switch (proof.name) {
    case "proveSketchForm":
      return encode("proveSketchForm", [settlement, proof.commit, linkArgument(proof.node)]);
    case "proveSketchReceipt": {
      const links = [linkArgument(proof.sketch), linkArgument(proof.receipt)] as const;
      return encode("proveSketchReceipt", [settlement, proof.commit, ...links]);
    }
    case "proveReceiptForm":
      return encode("proveReceiptForm", [settlement, linkArgument(proof.node)]);
    case "proveReceiptAlone":
      return encode("proveReceiptAlone", [settlement, linkArgument(proof.receipt)]);
    case "proveReceiptOrder":
      return encode("proveReceiptOrder", [settlement, linkArgument(proof.first), linkArgument(proof.second)]);
    case "proveUncovered":
      return encode("proveUncovered", [settlement, linkArgument(proof.receipt)]);
    case "proveForeignChannel":
      return encode("proveForeignChannel", [settlement, linkArgument(proof.receipt), proof.config]);
    case "proveContinuity": {
      const { receipt, other, otherReceipt } = proof;
      return encode("proveContinuity", [settlement, linkArgument(receipt), other, linkArgument(otherReceipt)]);
    }
  }
}

/** All links of a proof, in the order in which refusals count them. */
export function linksOfSettlementProof(proof: SettlementProof): Link[] {
  switch (proof.name) {
    case "proveSketchForm":
    case "proveReceiptForm":
      return [proof.node];
    case "proveSketchReceipt":
      return [proof.sketch, proof.receipt];
    case "proveReceiptAlone":
    case "proveUncovered":
    case "proveForeignChannel":
      return [proof.receipt];
    case "proveReceiptOrder":
      return [proof.first, proof.second];
    case "proveContinuity":
      return [proof.receipt, proof.otherReceipt];
  }
}

/** Estimated gas of a proof, without what ending costs. */
export function costOfSettlementProof(proof: SettlementProof): number {
  return linksOfSettlementProof(proof).reduce((gas, link) => gas + costOfLink(link), BASE_GAS + beyondLinks(proof));
}

function beyondLinks({ name }: SettlementProof): number {
  if (name === "proveUncovered") return CHANNEL_GAS;
  if (name === "proveForeignChannel") return CHANNEL_GAS + CONFIG_GAS;
  return name.startsWith("proveSketch") ? SKETCH_GAS : 0;
}

function encode(functionName: SettlementProofName, args: readonly unknown[]): Hex {
  return encodeFunctionData({ abi: settlementProofsAbi, functionName, args } as never);
}
