// Where a settled call stands on chain: what it still waits for, or the roots that say what it was attributed to.
import type { Address, Hex, PublicClient } from "viem";
import { modelRegistryAbi } from "./abi/model-registry.ts";
import { royaltyLedgerAbi } from "./abi/royalty-ledger.ts";
import type { AttributionRoots, RootHex } from "./attribution-opening.ts";

/** `SettlementStatus` and `ProposalStatus` of the ledger. */
const READY = 3;
const EXPIRED = 4;
const VOIDED = 5;
const FINALIZED = 2;

/** Where a settlement is looked up. */
export type StandingSource = {
  readonly reader: Pick<PublicClient, "readContract">;
  readonly ledger: Address;
  readonly modelRegistry: Address;
};

/** The proposal of an epoch that is final. */
export type FinalProposal = {
  readonly proposal: number;
  readonly groups: RootHex;
  readonly payouts: RootHex;
  /** What its proposer published (docs/formats.md §10.2). */
  readonly bundleHash: Hex;
};

export type Standing =
  /** Not yet, and what for. */
  | { readonly what: "waiting"; readonly reason: string }
  /** Never. */
  | { readonly what: "lost"; readonly reason: string }
  | { readonly what: "final"; readonly epoch: bigint; readonly proposal: number; readonly roots: AttributionRoots };

/** Reads where a settlement stands. */
export async function standingOf(source: StandingSource, settlement: bigint): Promise<Standing> {
  const { reader, modelRegistry } = source;
  const settled = await reader.readContract({ ...ledgerOf(source), functionName: "settlementOf", args: [settlement] });
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
  const models = { address: modelRegistry, abi: modelRegistryAbi } as const;
  const [final, index, { k, topK, debitFactor }, [, , groupPool]] = await Promise.all([
    finalProposalOf(source, epoch),
    reader.readContract({ ...models, functionName: "indexOf", args: [version] }),
    reader.readContract({ ...models, functionName: "methodOf", args: [version] }),
    reader.readContract({ ...ledgerOf(source), functionName: "groupHeadOf", args: [epoch, group] }),
  ]);
  if (final === undefined) return { what: "waiting", reason: `epoch ${epoch} has no proposal that is final` };
  const { proposal, groups, payouts } = final;
  const roots = { receipts, sketches, index: { hash: index.hash, sum: index.sum }, groups, payouts };
  const places = { group, offset, pool, groupPool };
  return { what: "final", epoch, proposal, roots: { ...roots, ...places, k, topK, debitFactor } };
}

/** The proposal of an epoch that is final, where one is. */
export async function finalProposalOf(
  source: Pick<StandingSource, "reader" | "ledger">,
  epoch: bigint,
): Promise<FinalProposal | undefined> {
  const ledger = ledgerOf(source);
  const count = await source.reader.readContract({ ...ledger, functionName: "proposalCount", args: [epoch] });
  for (let proposal = 0; proposal < count; proposal++) {
    const found = await source.reader.readContract({ ...ledger, functionName: "proposalOf", args: [epoch, proposal] });
    const { status, groups, payouts, bundleHash } = found;
    if (status === FINALIZED) return { proposal, groups, payouts, bundleHash };
  }
  return undefined;
}

function ledgerOf({ ledger }: Pick<StandingSource, "ledger">) {
  return { address: ledger, abi: royaltyLedgerAbi } as const;
}
