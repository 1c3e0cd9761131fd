// All receipts of a settlement, handed over together and held against the settlement's root: none can be left out or added.
import type { Address, Hex } from "viem";
import { bytesToHex, hexToBytes } from "./bytes.ts";
import type { Checks } from "./check-steps.ts";
import { RECEIPT } from "./kinds.ts";
import { leafSum, type RootHex } from "./opened-leaf.ts";
import { decodeReceipt } from "./payloads/receipt.ts";
import { rootOver } from "./tree-of-few.ts";
import type { Receipt } from "./typed-data/receipt.ts";

/** A receipt's leaf; its place is its place in the list. */
export type ReceiptLeaf = { readonly sum: string; readonly payload: Hex };

/**
 * The receipts, in their order.
 * @param root of the settlement's receipts, as the chain has it
 * @param what names the settlement in the steps
 * @throws Error if they have another root
 */
export function verifyReceipts(root: RootHex, leaves: readonly ReceiptLeaf[], what: string, checks: Checks): Receipt[] {
  const read = leaves.map(({ sum, payload }, place) => ({ place, sum: leafSum(sum), payload: hexToBytes(payload) }));
  const found = rootOver(RECEIPT.depth, read);
  checks.same(bytesToHex(found.hash), root.hash, `${what}: the root of all its receipts`, "chain");
  checks.same(found.sum, root.sum, `${what}: what all its receipts amount to`, "chain");
  return read.map(({ payload, sum }) => ({ ...decodeReceipt(payload), amount: sum }));
}

/** Those that name an agent as their caller. */
export function receiptsOfAgent(receipts: readonly Receipt[], registry: Address, agent: bigint): Receipt[] {
  const wanted = registry.toLowerCase();
  return receipts.filter(({ agentRegistry, agentId }) => agentRegistry.toLowerCase() === wanted && agentId === agent);
}
