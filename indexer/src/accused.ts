// What proofs, demands and disputes are about, as the columns that name it.
import { GROUP, INDEX, PAYOUT, RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import type { endingCause, target as targets } from "ponder:schema";
import { indexCommit, proposal, settlement, sketchCommit } from "ponder:schema";
import type { Context } from "ponder:registry";
import { type Hex, hexToBigInt, hexToNumber, slice } from "viem";

type Target = (typeof targets.enumValues)[number];

/** Those columns are set that the target has. */
export interface Accused {
  target: Target;
  epochId?: bigint;
  proposal?: number;
  versionId?: bigint;
  settlementId?: bigint;
  sub?: number;
}

/** @param kind tag of the tree; a proposal has two, and none is no commit (docs/formats.md §9). */
export function accusedBy(kind: number, id: bigint, sub: number): Accused {
  switch (kind) {
    case GROUP.tag:
    case PAYOUT.tag:
      return { target: "proposal", epochId: id, proposal: sub };
    case INDEX.tag:
      return { target: "index", versionId: id, sub };
    case SKETCH.tag:
      return { target: "sketches", settlementId: id, sub };
    case RECEIPT.tag:
      return { target: "receipts", settlementId: id };
    default:
      return { target: "nothing" };
  }
}

/** @param name `kind u8 ‖ id u64 ‖ sub u32` */
export function accusedNamed(name: Hex): Accused {
  return accusedBy(hexToNumber(slice(name, 0, 1)), hexToBigInt(slice(name, 1, 9)), hexToNumber(slice(name, 9, 13)));
}

/** Notes what ended the accused; that it has ended, the ledger or the registry tells, before this or after it. */
export async function noteCause(
  { db }: Pick<Context, "db">,
  accused: Accused,
  endedBy: (typeof endingCause.enumValues)[number],
): Promise<void> {
  const { target, epochId, proposal: number, versionId, settlementId, sub } = accused;
  if (target === "proposal") await db.update(proposal, { epochId: epochId!, proposal: number! }).set({ endedBy });
  if (target === "index") await db.update(indexCommit, { versionId: versionId!, sub: sub! }).set({ endedBy });
  if (target === "sketches") {
    await db.update(sketchCommit, { settlementId: settlementId!, sub: sub! }).set({ endedBy });
  }
  if (target === "receipts") await db.update(settlement, { id: settlementId! }).set({ voidedBy: endedBy });
}
