// Opens a paid call and all it paid to, from the roots of its settlement, its index and its epoch's proposal.
import { hexToBytes, NONE } from "@tributary/protocol/bytes";
import type { OpenedCall, OpenedRecord } from "@tributary/protocol/attribution-opening";
import { EARNING, ENTRY, GROUP, INDEX, PAYOUT, POINTS, RECEIPT, SKETCH, TRACE } from "@tributary/protocol/kinds";
import { decodeEntry } from "@tributary/protocol/payloads/entry";
import { decodePoints } from "@tributary/protocol/payloads/points";
import { leafJson, type LeafJson } from "@tributary/protocol/opened-leaf";
import { leafLink } from "@tributary/protocol/proofs/link";
import type { Hex } from "viem";
import type { EpochInputs, SettlementInputs } from "../attribution/epoch-inputs.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { epochTrees, type EpochTrees } from "../watcher/nested-trees.ts";
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
  const found = new CallOpener(inputs, epoch).open(receiptHash);
  if (found === undefined) throw new Error(`epoch ${inputs.epoch} has no call with the receipt ${receiptHash}`);
  return found;
}

/** The trees of a settlement. */
interface SettlementTrees {
  readonly receipts: PayloadTree;
  readonly sketches: PayloadTree;
}

/** Opens calls of one epoch. Trees are built when they are first needed, and kept: some 100 bytes per leaf. */
export class CallOpener {
  readonly #inputs: EpochInputs;
  readonly #epoch: AttributedEpoch;
  readonly #known: EpochTrees;
  readonly #indexes = new Map<number, PayloadTree>();
  readonly #settlements = new Map<bigint, SettlementTrees>();
  readonly #earnings = new Map<number, PayloadTree | undefined>();

  /** @param epoch as its bundle has it, whose roots are the proposal's */
  constructor(inputs: EpochInputs, epoch: AttributedEpoch) {
    this.#inputs = inputs;
    this.#epoch = epoch;
    this.#known = epochTrees(epoch);
  }

  /** The call of a receipt, `undefined` where the epoch has none. */
  open(receiptHash: Hex): FoundCall | undefined {
    for (const [group, { mapped }] of this.#epoch.groups.entries()) {
      const call = placeOfHash(mapped.receiptHashes, receiptHash);
      if (call !== undefined) return this.#open(group, call);
    }
    return undefined;
  }

  #open(group: number, call: number): FoundCall | undefined {
    let offset = 0;
    for (const settlement of this.#inputs.groups[group]!.settlements) {
      const place = call - offset;
      if (place < settlement.receipts.count) {
        const { receipts, sketches } = this.#treesOf(group, settlement);
        const records = (["helpful", "harmful"] as const).flatMap((list) => this.#list(group, call, list));
        const opened: OpenedCall = {
          receipt: leafAt(receipts, RECEIPT.depth, place),
          sketch: leafAt(sketches, SKETCH.depth, place),
          group: leafAt(this.#epoch.groupsTree, GROUP.depth, group),
          trace: leafAt(this.#epoch.groups[group]!.trace, TRACE.depth, call),
          records,
        };
        return { group, settlementId: settlement.settlementId, opened };
      }
      offset += settlement.receipts.count;
    }
    return undefined;
  }

  #list(group: number, call: number, list: "helpful" | "harmful"): OpenedRecord[] {
    const tree = this.#known.listOf(group, call, list === "helpful" ? 0 : 1)!;
    const records: OpenedRecord[] = [];
    for (let rank = 0; tree.payload(rank) !== undefined; rank++) records.push(this.#record(group, list, tree, rank));
    return records;
  }

  #record(group: number, list: "helpful" | "harmful", tree: PayloadTree, rank: number): OpenedRecord {
    const { recordIndex } = decodeEntry(tree.payload(rank)!);
    const { points } = this.#epoch.groups[group]!;
    const pointsPayload = points.payload(recordIndex);
    const paid = pointsPayload === undefined ? undefined : decodePoints(pointsPayload);
    const position = Number(paid?.positionId ?? 0);
    const earnings = paid === undefined || paid.earningIndex === NONE ? undefined : this.#earningsOf(position);
    return {
      list,
      entry: leafAt(tree, ENTRY.depth, rank),
      record: leafAt(this.#indexOf(group), INDEX.depth, recordIndex),
      ...(paid && { points: leafAt(points, POINTS.depth, recordIndex) }),
      ...(earnings && {
        payout: leafAt(this.#epoch.payoutsTree, PAYOUT.depth, position),
        earning: leafAt(earnings, EARNING.depth, paid!.earningIndex),
      }),
    };
  }

  #indexOf(group: number): PayloadTree {
    return kept(this.#indexes, group, () => buildIndexTree(this.#inputs.groups[group]!.index));
  }

  #treesOf(group: number, { settlementId, receipts, sketches }: SettlementInputs): SettlementTrees {
    const { k } = this.#inputs.groups[group]!.method;
    return kept(this.#settlements, settlementId, () => ({
      receipts: buildReceiptsTree(receipts),
      sketches: buildSketchesTree(hashReceipts(receipts), sketches, k),
    }));
  }

  #earningsOf(position: number): PayloadTree | undefined {
    return kept(this.#earnings, position, () => this.#known.earningsOf(position));
  }
}

/** The row of a hash in a column of hashes. */
export function placeOfHash(hashes: Uint8Array, hash: Hex): number | undefined {
  const column = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength);
  const wanted = hexToBytes(hash);
  for (let at = column.indexOf(wanted); at >= 0; at = column.indexOf(wanted, at + 1)) if (at % 32 === 0) return at / 32;
  return undefined;
}

function kept<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  if (!values.has(key)) values.set(key, make());
  return values.get(key)!;
}

/** A leaf with its opening from the root. */
export function leafAt(tree: PayloadTree, depth: number, place: number): LeafJson {
  return leafJson(leafLink(place, tree.node(depth, place).sum, tree.payload(place)!, tree.open(depth, place)));
}
