// Where a settled call stands on chain: what it still waits for, or the roots that say what it was attributed to.
import type { Hex } from "viem";
import type { AttributionRoots } from "@tributary/protocol/attribution-opening";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { SettlementChain } from "../settlement/chain.ts";
import type { Address } from "viem";

/** `SettlementStatus` and `ProposalStatus` of the ledger. */
const READY = 3;
const EXPIRED = 4;
const VOIDED = 5;
const FINALIZED = 2;

export type Standing =
  /** Not yet, and what for. */
  | { readonly what: "waiting"; readonly reason: string }
  /** Never. */
  | { readonly what: "lost"; readonly reason: string }
  | { readonly what: "final"; readonly epoch: bigint; readonly proposal: number; readonly roots: AttributionRoots };

/** Reads where a settlement stands. */
export async function standingOf(
  { reader, contracts }: SettlementChain,
  modelRegistry: Address,
  settlement: bigint,
): Promise<Standing> {
  const ledger = { address: contracts.ledger, abi: royaltyLedgerAbi } as const;
  const settled = await reader.readContract({ ...ledger, functionName: "settlementOf", args: [settlement] });
  if (settled.status === EXPIRED)
    return { what: "lost", reason: "nobody committed sketches in time: the settlement's pool went to the treasury" };
  if (settled.status === VOIDED)
    return {
      what: "lost",
      reason: "the settlement's receipts were proven to be in breach: its pool went to the treasury",
    };
  if (settled.status !== READY)
    return {
      what: "waiting",
      reason: "its settlement waits for attributors to commit sketches, or for their window to pass",
    };
  const { epoch, version } = settled;
  const count = await reader.readContract({ ...ledger, functionName: "proposalCount", args: [epoch] });
  for (let proposal = 0; proposal < count; proposal++) {
    const found = await reader.readContract({ ...ledger, functionName: "proposalOf", args: [epoch, proposal] });
    if (found.status !== FINALIZED) continue;
    const models = { address: modelRegistry, abi: modelRegistryAbi } as const;
    const index = await reader.readContract({ ...models, functionName: "indexOf", args: [version] });
    const { k } = await reader.readContract({ ...models, functionName: "methodOf", args: [version] });
    const { receipts, sketches, group, offset } = settled;
    const { groups, payouts } = found;
    const roots = { receipts, sketches, index: { hash: index.hash as Hex, sum: index.sum }, groups, payouts };
    return { what: "final", epoch, proposal, roots: { ...roots, group, offset, k } };
  }
  return { what: "waiting", reason: `epoch ${epoch} has no proposal that is final` };
}
