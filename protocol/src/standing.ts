// Where a settled call stands on chain: what it still waits for, or the roots that say what it was attributed to.
import type { Address, PublicClient } from "viem";
import { modelRegistryAbi } from "./abi/model-registry.ts";
import { royaltyLedgerAbi } from "./abi/royalty-ledger.ts";
import type { AttributionRoots } from "./attribution-opening.ts";

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

/** Where a settlement is booked. */
export interface StandingSource {
  readonly reader: Pick<PublicClient, "readContract">;
  readonly ledger: Address;
  readonly modelRegistry: Address;
}

/** Reads where a settlement stands. */
export async function standingOf(source: StandingSource, settlement: bigint): Promise<Standing> {
  const { reader } = source;
  const ledger = { address: source.ledger, abi: royaltyLedgerAbi } as const;
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
  const { epoch, version, receipts, sketches, group, offset, pool } = settled;
  const count = await reader.readContract({ ...ledger, functionName: "proposalCount", args: [epoch] });
  for (let proposal = 0; proposal < count; proposal++) {
    const found = await reader.readContract({ ...ledger, functionName: "proposalOf", args: [epoch, proposal] });
    if (found.status !== FINALIZED) continue;
    const models = { address: source.modelRegistry, abi: modelRegistryAbi } as const;
    const [index, method, { pool: groupPool }] = await Promise.all([
      reader.readContract({ ...models, functionName: "indexOf", args: [version] }),
      reader.readContract({ ...models, functionName: "methodOf", args: [version] }),
      reader.readContract({ ...ledger, functionName: "groupOf", args: [epoch, group] }),
    ]);
    const { k, topK, debitFactor } = method;
    const roots = {
      ...{ receipts, sketches, index: { hash: index.hash, sum: index.sum } },
      ...{ groups: found.groups, payouts: found.payouts },
      ...{ group, offset, pool, groupPool, k, topK, debitFactor },
    };
    return { what: "final", epoch, proposal, roots };
  }
  return { what: "waiting", reason: `epoch ${epoch} has no proposal that is final` };
}
