// Judges proofs against sketches and receipts as the contract does: the twin of SettlementProofs and its checker (docs/faults.md, sketch faults, receipt breaches).
import type { Hex } from "viem";
import { equalBytes, hexToBytes } from "../bytes.ts";
import { RECEIPT, SKETCH } from "../kinds.ts";
import type { Root } from "../node.ts";
import { decodeReceipt } from "../payloads/receipt.ts";
import type { ChannelConfig } from "../typed-data/channel.ts";
import { type Receipt, receiptHash } from "../typed-data/receipt.ts";
import type { ProofVerdict } from "./check-proof.ts";
import type { Link } from "./link.ts";
import { openInput, showsMalformed, type Tree } from "./openings.ts";
import { refuse, Refusal } from "./refusal.ts";
import type { SettlementProof, SettlementProofOf } from "./settlement-proof.ts";

/** A settlement as the ledger has it. */
export type SettledFacts = {
  till: Hex;
  version: bigint;
  count: number;
  /** Coordinates of the method's sketches. */
  k: number;
  receipts: Root;
  /** Whether its receipts can be accused: it is not ready, not expired and not void. */
  isPending: boolean;
  isVoid: boolean;
  /** The present sketch commit, while it is not ready, and its number. */
  sketches: { root: Root; commit: number } | undefined;
};

/** What the ledger holds that such proofs are judged by. */
export interface SettlementChain {
  /** `undefined` if there is none. */
  settlementOf(settlement: bigint): SettledFacts | undefined;
  /** `undefined` if receipts are compared with no channels. */
  readonly channels: ChannelFacts | undefined;
}

/** What the channel contract says, and what the ledger is paid in. */
export interface ChannelFacts {
  readonly token: Hex;
  /** Base units so far; 0 of a channel that is not there. */
  claimedOf(channelId: Hex): bigint;
  idOf(config: ChannelConfig): Hex;
}

/** A tree of a settlement, whose leaves are at `0 … count − 1`. */
type CountedTree = { tree: Tree; count: number };

/** What a link of an accused tree shows. */
type Opened = { what: "broken" } | { what: "nothing" } | { what: "leaf"; sum: bigint; payload: Uint8Array };

/** Judges a proof. Never throws on hostile bytes. */
export function checkSettlementProof(chain: SettlementChain, proof: SettlementProof): ProofVerdict {
  try {
    return { verdict: showsBreach(chain, proof) ? "fault" : "no fault" };
  } catch (error) {
    if (error instanceof Refusal) return { verdict: "refused", error: error.refusal, at: error.at };
    throw error;
  }
}

/** Foreign, and what no receipt may say of its own channel: no sequence, more for this call than for all calls, other calls before the first. */
export function isWrongAlone(receipt: Receipt, { till, version }: Pick<SettledFacts, "till" | "version">): boolean {
  const { sequence, amount, cumulative } = receipt;
  if (receipt.till.toLowerCase() !== till.toLowerCase() || receipt.modelVersion !== version) return true;
  return sequence === 0n || cumulative < amount || (sequence === 1n && cumulative !== amount);
}

/** Order and running, for receipts at neighbouring places of one settlement. */
export function areDisordered(first: Receipt, second: Receipt): boolean {
  if (first.channelId !== second.channelId) return BigInt(first.channelId) > BigInt(second.channelId);
  return second.sequence !== first.sequence + 1n || second.cumulative - second.amount !== first.cumulative;
}

/** Continuity, for receipts of two settlements of one till; `earlier` is of the one that was opened first. */
export function areContradictory(earlier: Receipt, later: Receipt): boolean {
  if (earlier.channelId !== later.channelId) return false;
  if (later.sequence <= earlier.sequence) return true;
  const charged = later.cumulative - later.amount;
  return charged < earlier.cumulative || (later.sequence === earlier.sequence + 1n && charged !== earlier.cumulative);
}

/** Uncovered: its channel was charged more, by its own account, than was ever claimed from it. */
export function isUncovered(
  { channelId, cumulative }: Receipt,
  { claimedOf }: Pick<ChannelFacts, "claimedOf">,
): boolean {
  return cumulative > claimedOf(channelId);
}

/** Foreign channel: what is claimed from it never reaches the till, or is not in the ledger's token. */
export function isForeignChannel(config: ChannelConfig, till: Hex, token: Hex): boolean {
  return config.receiver.toLowerCase() !== till.toLowerCase() || config.token.toLowerCase() !== token.toLowerCase();
}

/** A receipt from its leaf, whose payload is well-formed. */
export function receiptOfLeaf({ sum, payload }: { sum: bigint; payload: Uint8Array }): Receipt {
  return { ...decodeReceipt(payload), amount: sum };
}

function showsBreach(chain: SettlementChain, proof: SettlementProof): boolean {
  switch (proof.name) {
    case "proveSketchForm":
      return open(sketchesOf(chain, proof), proof.node, 0).what === "broken";
    case "proveSketchReceipt":
      return isSketchOfOther(chain, proof);
    case "proveReceiptForm":
      return open(receiptsOf(pendingOf(chain, proof.settlement)), proof.node, 0).what === "broken";
    case "proveReceiptAlone":
      return showsAlone(chain, proof);
    case "proveReceiptOrder":
      return showsDisorder(chain, proof);
    case "proveContinuity":
      return showsContradiction(chain, proof);
    case "proveUncovered":
      return showsUncovered(chain, proof);
    case "proveForeignChannel":
      return showsForeignChannel(chain, proof);
  }
}

function isSketchOfOther(chain: SettlementChain, proof: SettlementProofOf<"proveSketchReceipt">): boolean {
  const sketch = open(sketchesOf(chain, proof), proof.sketch, 0);
  if (sketch.what === "broken") return true;
  const { tree } = receiptsOf(chain.settlementOf(proof.settlement)!);
  const receipt = openInput(tree, proof.receipt, proof.sketch.key, 1);
  if (sketch.what !== "leaf" || !receipt.isPresent) return false;
  return !equalBytes(sketch.payload.subarray(1, 33), hexToBytes(receiptHash(receiptOfLeaf(receipt))));
}

function showsAlone(chain: SettlementChain, proof: SettlementProofOf<"proveReceiptAlone">): boolean {
  const settled = pendingOf(chain, proof.settlement);
  const opened = open(receiptsOf(settled), proof.receipt, 0);
  return opened.what === "leaf" ? isWrongAlone(receiptOfLeaf(opened), settled) : opened.what === "broken";
}

function showsDisorder(chain: SettlementChain, proof: SettlementProofOf<"proveReceiptOrder">): boolean {
  const receipts = receiptsOf(pendingOf(chain, proof.settlement));
  if (proof.second.key !== proof.first.key + 1n) refuse("WrongPlace", 1);
  const first = open(receipts, proof.first, 0);
  const second = open(receipts, proof.second, 1);
  if (first.what === "broken" || second.what === "broken") return true;
  if (first.what !== "leaf" || second.what !== "leaf") return false;
  return areDisordered(receiptOfLeaf(first), receiptOfLeaf(second));
}

function showsContradiction(chain: SettlementChain, proof: SettlementProofOf<"proveContinuity">): boolean {
  const settled = pendingOf(chain, proof.settlement);
  const other = chain.settlementOf(proof.other);
  const isOther =
    other !== undefined &&
    proof.other !== proof.settlement &&
    other.till.toLowerCase() === settled.till.toLowerCase() &&
    !other.isVoid;
  if (!isOther) return refuse("WrongSettlement", proof.other);
  const opened = open(receiptsOf(settled), proof.receipt, 0);
  if (opened.what === "broken") return true;
  if (proof.otherReceipt.key >= BigInt(other.count)) refuse("WrongPlace", 1);
  const input = openInput(receiptsOf(other).tree, proof.otherReceipt, proof.otherReceipt.key, 1);
  if (!input.isPresent) refuse("InvalidOpening", 1);
  if (opened.what !== "leaf") return false;
  const [own, others] = [receiptOfLeaf(opened), receiptOfLeaf(input)];
  return proof.settlement > proof.other ? areContradictory(others, own) : areContradictory(own, others);
}

function showsUncovered(chain: SettlementChain, proof: SettlementProofOf<"proveUncovered">): boolean {
  const opened = open(receiptsOf(pendingOf(chain, proof.settlement)), proof.receipt, 0);
  if (opened.what !== "leaf" || chain.channels === undefined) return opened.what === "broken";
  return isUncovered(receiptOfLeaf(opened), chain.channels);
}

function showsForeignChannel(chain: SettlementChain, proof: SettlementProofOf<"proveForeignChannel">): boolean {
  const settled = pendingOf(chain, proof.settlement);
  const opened = open(receiptsOf(settled), proof.receipt, 0);
  if (opened.what !== "leaf" || chain.channels === undefined) return opened.what === "broken";
  const { channelId } = receiptOfLeaf(opened);
  if (chain.channels.idOf(proof.config).toLowerCase() !== channelId) return refuse("WrongChannel", BigInt(channelId));
  return isForeignChannel(proof.config, settled.till, chain.channels.token);
}

/** Opens a link of an accused tree: broken if it alone is a fault. */
function open({ tree, count }: CountedTree, link: Link, at: number): Opened {
  if (showsMalformed(tree, link, at)) return { what: "broken" };
  if (link.preimage.length !== 0) refuse("InvalidOpening", at);
  const { sum, payload } = link;
  const isLeaf = payload.length !== 0;
  if (isLeaf !== link.key < BigInt(count)) return { what: "broken" };
  return isLeaf ? { what: "leaf", sum, payload } : { what: "nothing" };
}

function receiptsOf({ receipts: root, count }: SettledFacts): CountedTree {
  return { tree: { root, kind: RECEIPT }, count };
}

function sketchesOf(chain: SettlementChain, { settlement, commit }: { settlement: bigint; commit: number }) {
  const settled = chain.settlementOf(settlement);
  if (settled?.sketches?.commit !== commit) return refuse("NotAccusable", nameOf(SKETCH.tag, settlement, commit));
  const { count, k, sketches } = settled;
  return { tree: { root: sketches.root, kind: SKETCH, k }, count };
}

function pendingOf(chain: SettlementChain, settlement: bigint): SettledFacts {
  const settled = chain.settlementOf(settlement);
  return settled?.isPending === true ? settled : refuse("NotAccusable", nameOf(RECEIPT.tag, settlement, 0));
}

/** The name of a commit as a number, which is also that of the case that a proof makes of it (docs/formats.md §9). */
export function nameOf(tag: number, id: bigint, commit: number): bigint {
  return (BigInt(tag) << 96n) | (id << 32n) | BigInt(commit);
}
