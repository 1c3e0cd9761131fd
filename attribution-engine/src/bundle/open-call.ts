// Opens a paid call and all it paid to, from the roots of its settlement, its index and its epoch's proposal.
import { hexToBytes, NONE } from "@tributary/protocol/bytes";
import type { OpenedCall, OpenedRecord } from "@tributary/protocol/attribution-opening";
import { EARNING, ENTRY, GROUP, INDEX, PAYOUT, POINTS, RECEIPT, SKETCH, TRACE } from "@tributary/protocol/kinds";
import { decodeEntry } from "@tributary/protocol/payloads/entry";
import { decodePoints } from "@tributary/protocol/payloads/points";
import { leafJson, type LeafJson } from "@tributary/protocol/opened-leaf";
import { leafLink } from "@tributary/protocol/proofs/link";
import type { Hex } from "viem";
import type { EpochInputs, GroupInputs, SettlementInputs } from "../attribution/epoch-inputs.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { epochTrees } from "../watcher/nested-trees.ts";
import type { AttributedEpoch } from "../attribution/epoch.ts";

/** A call with where it stands in its epoch. */
export interface FoundCall {
  readonly group: number;
  readonly settlementId: bigint;
  readonly opened: OpenedCall;
}

/**
 * Opens the call of a receipt.
 * @param epoch as its bundle has it, whose roots are the proposal's
 * @throws Error if the epoch has no such call
 */
export function openCall(inputs: EpochInputs, epoch: AttributedEpoch, receiptHash: Hex): FoundCall {
  const wanted = hexToBytes(receiptHash);
  for (const [group, of] of inputs.groups.entries()) {
    let offset = 0;
    for (const settlement of of.settlements) {
      const hashes = Buffer.from(hashReceipts(settlement.receipts));
      for (let place = 0; place < settlement.receipts.count; place++) {
        if (hashes.compare(wanted, 0, 32, 32 * place, 32 * place + 32) !== 0) continue;
        const opened = open(epoch, { inputs: of, group, call: offset + place }, settlement, hashes, place);
        return { group, settlementId: settlement.settlementId, opened };
      }
      offset += settlement.receipts.count;
    }
  }
  throw new Error(`epoch ${inputs.epoch} has no call with the receipt ${receiptHash}`);
}

interface Call {
  readonly inputs: GroupInputs;
  readonly group: number;
  /** Place in the group. */
  readonly call: number;
}

function open(
  epoch: AttributedEpoch,
  { inputs, group, call }: Call,
  settlement: SettlementInputs,
  hashes: Uint8Array,
  place: number,
): OpenedCall {
  const known = epochTrees(epoch);
  const { trace, points } = epoch.groups[group]!;
  const index = buildIndexTree(inputs.index);
  const sketches = buildSketchesTree(hashes, settlement.sketches, inputs.method.k);
  const recordOf = (list: "helpful" | "harmful", tree: PayloadTree, rank: number): OpenedRecord => {
    const { recordIndex } = decodeEntry(tree.payload(rank)!);
    const pointsPayload = points.payload(recordIndex);
    const paid = pointsPayload === undefined ? undefined : decodePoints(pointsPayload);
    const position = Number(paid?.positionId ?? 0);
    const earnings = paid === undefined || paid.earningIndex === NONE ? undefined : known.earningsOf(position);
    return {
      list,
      entry: leafAt(tree, ENTRY.depth, rank),
      record: leafAt(index, INDEX.depth, recordIndex),
      ...(paid && { points: leafAt(points, POINTS.depth, recordIndex) }),
      ...(earnings && {
        payout: leafAt(epoch.payoutsTree, PAYOUT.depth, position),
        earning: leafAt(earnings, EARNING.depth, paid!.earningIndex),
      }),
    };
  };
  const listOf = (list: "helpful" | "harmful"): OpenedRecord[] => {
    const tree = known.listOf(group, call, list === "helpful" ? 0 : 1)!;
    const records: OpenedRecord[] = [];
    for (let rank = 0; tree.payload(rank) !== undefined; rank++) records.push(recordOf(list, tree, rank));
    return records;
  };
  return {
    receipt: leafAt(buildReceiptsTree(settlement.receipts), RECEIPT.depth, place),
    sketch: leafAt(sketches, SKETCH.depth, place),
    group: leafAt(epoch.groupsTree, GROUP.depth, group),
    trace: leafAt(trace, TRACE.depth, call),
    records: [...listOf("helpful"), ...listOf("harmful")],
  };
}

function leafAt(tree: PayloadTree, depth: number, place: number): LeafJson {
  return leafJson(leafLink(place, tree.node(depth, place).sum, tree.payload(place)!, tree.open(depth, place)));
}
