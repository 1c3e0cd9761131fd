// A settlement as the ledger has it.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { Address, Hex } from "viem";
import type { Reader } from "./chain-access.ts";

/** `IRoyaltyLedger.SettlementStatus`, by number. */
export const SETTLEMENT_STATUS = ["none", "open", "committed", "ready", "expired", "voided"] as const;

export type SettlementStatus = (typeof SETTLEMENT_STATUS)[number];

/** A root as the chain has it. */
export interface ChainRoot {
  readonly hash: Hex;
  readonly sum: bigint;
}

/** Amounts in base units, times in seconds; `sketches` is (0, 0) until sketches are committed, `commits` counts those that were. */
export interface SettlementView {
  readonly settlementId: bigint;
  readonly modelVersion: bigint;
  readonly till: Address;
  readonly count: number;
  readonly status: SettlementStatus;
  readonly openedAt: number;
  readonly readyAt: number;
  readonly commits: number;
  readonly epoch: bigint;
  readonly group: number;
  readonly offset: number;
  readonly pool: bigint;
  readonly receipts: ChainRoot;
  readonly sketches: ChainRoot;
}

/** There is no settlement of an id, at least as far as the node that was asked knows. */
export class UnknownSettlementError extends Error {
  override readonly name = "UnknownSettlementError";

  constructor(settlementId: bigint) {
    super(`settlement ${settlementId}: the ledger has none of this id`);
  }
}

/** Reads a settlement. @throws UnknownSettlementError */
export async function readSettlement(reader: Reader, ledger: Address, settlementId: bigint): Promise<SettlementView> {
  const found = await reader.readContract({
    address: ledger,
    abi: royaltyLedgerAbi,
    functionName: "settlementOf",
    args: [settlementId],
  });
  const status = SETTLEMENT_STATUS[found.status];
  if (status === undefined || status === "none") throw new UnknownSettlementError(settlementId);
  const { version, till, count, openedAt, readyAt, commits, epoch, group, offset, pool, receipts, sketches } = found;
  const times = { openedAt, readyAt };
  return {
    settlementId,
    modelVersion: version,
    till,
    count,
    status,
    ...times,
    commits,
    epoch,
    group,
    offset,
    pool,
    receipts,
    sketches,
  };
}

/** Throws an Error that names `what` unless a locally built root is the chain's. */
export function expectRoot(what: string, local: { hash: Hex; sum: bigint | string }, chain: ChainRoot): void {
  if (local.hash !== chain.hash || BigInt(local.sum) !== chain.sum) {
    throw new Error(
      `${what}: the local data has the root ${local.hash} over ${local.sum}, the chain ${chain.hash} over ${chain.sum}`,
    );
  }
}
