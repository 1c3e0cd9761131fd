// What the chain holds that fault proofs are judged by (docs/faults.md, Setting).
import type { Root } from "../node.ts";

/** A group of the epoch, as the ledger fixed it. */
export type GroupFacts = { version: bigint; callCount: number; pool: bigint };

/** A ready settlement; `offset` is the place of its first call in its group. */
export type SettlementFacts = {
  epoch: bigint;
  group: number;
  offset: number;
  count: number;
  pool: bigint;
  receipts: Root;
  sketches: Root;
};

/** The index of a model version and what its method says. */
export type IndexFacts = { root: Root; records: number; k: number; topK: number; debitFactor: number };

/** The accused proposal and everything else that a proof is judged by. */
export interface ChainFacts {
  readonly epoch: bigint;
  readonly groups: Root;
  readonly payouts: Root;
  /** Payouts of the last finalised epoch, `(0, 0)` before the first. */
  readonly previous: Root;
  readonly groupCount: number;
  readonly positionCount: bigint;
  readonly treasuryPosition: bigint;
  /** `undefined` from `groupCount` on. */
  groupOf(group: number): GroupFacts | undefined;
  /** `undefined` if it is not ready. */
  settlementOf(settlement: bigint): SettlementFacts | undefined;
  /** `undefined` if there is no such version. */
  indexOf(version: bigint): IndexFacts | undefined;
  /** The position that earns for a contribution's records in the epoch (docs/formats.md §6.3). */
  earnerOf(contribution: bigint): bigint;
}
