// An epoch as it ought to be proposed: its trees, the inputs they follow from, and the facts that proofs are judged by.
import { GROUP, INDEX, PAYOUT, RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import type { Node, Root } from "@tributary/protocol/node";
import { absentNode } from "@tributary/protocol/node";
import type { ChainFacts, SettlementFacts } from "@tributary/protocol/proofs/chain-facts";
import type { Tree } from "@tributary/protocol/proofs/openings";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import { callCount, type EpochInputs, poolOf, type SettlementInputs } from "../attribution/epoch-inputs.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { type EpochTrees, epochTrees } from "./nested-trees.ts";
import type { PreimageSource } from "./preimage-store.ts";
import type { ShownTree } from "./shown-tree.ts";

/** A committed input: a tree that was rebuilt whole, or the root and preimages of one that could not be, because it is malformed. */
export type CommittedTree = PayloadTree | { readonly root: Node; readonly source: PreimageSource };

/** What the chain says beyond the inputs of an epoch. */
export interface EpochContext {
  /** Payouts of the last finalised epoch; left out before the first. */
  readonly previous?: CommittedTree | undefined;
  readonly positionCount: bigint;
  /** Committed inputs that are not what the tables of the inputs give. */
  receiptsOf?(settlementId: bigint): CommittedTree | undefined;
  sketchesOf?(settlementId: bigint): CommittedTree | undefined;
  indexOf?(modelVersion: bigint): CommittedTree | undefined;
}

/** A call's settlement, and the call's place in it. */
export interface CallPlace {
  readonly settlementId: bigint;
  readonly place: number;
  readonly receipts: ShownTree;
  readonly sketches: ShownTree;
}

/** The honest epoch. */
export interface HonestEpoch extends EpochTrees {
  readonly inputs: EpochInputs;
  readonly previous: ShownTree;
  /** The facts for a proposal of these roots. */
  factsFor(groups: Node, payouts: Node): ChainFacts;
  callAt(group: number, call: number): CallPlace | undefined;
  indexOf(group: number): ShownTree;
}

/** The same epoch, with proofs judged by another number of positions. */
export function withPositionCount(honest: HonestEpoch, positionCount: bigint): HonestEpoch {
  return { ...honest, factsFor: (groups, payouts) => ({ ...honest.factsFor(groups, payouts), positionCount }) };
}

const NO_SOURCE: PreimageSource = { get: () => undefined };

/**
 * Puts together what the search for faults needs.
 * @param epoch what `attributeEpoch` made of the inputs
 */
export function honestEpoch(inputs: EpochInputs, epoch: AttributedEpoch, context: EpochContext): HonestEpoch {
  const settlements = new Map<bigint, { facts: SettlementFacts; receipts: ShownTree; sketches: ShownTree }>();
  const indexes = new Map<bigint, ShownTree>();
  for (const [g, { modelVersion, method, index, settlements: ready }] of inputs.groups.entries()) {
    const { k } = method;
    if (!indexes.has(modelVersion)) {
      const committed = context.indexOf?.(modelVersion) ?? buildIndexTree(index);
      indexes.set(modelVersion, inputTree({ kind: INDEX, k }, committed));
    }
    let offset = 0;
    for (const settlement of ready) {
      const receipts = inputTree({ kind: RECEIPT }, receiptsOf(context, settlement));
      const sketches = inputTree({ kind: SKETCH, k }, sketchesOf(context, settlement, k));
      const { count } = settlement.receipts;
      const roots = { receipts: receipts.tree.root, sketches: sketches.tree.root };
      const facts = { epoch: inputs.epoch, group: g, offset, count, pool: settlement.pool, ...roots };
      settlements.set(settlement.settlementId, { facts, receipts, sketches });
      offset += count;
    }
  }
  const previous = inputTree({ kind: PAYOUT }, context.previous ?? { root: absentNode(), source: NO_SOURCE });

  const factsFor = (groups: Node, payouts: Node): ChainFacts => ({
    epoch: inputs.epoch,
    groups: { ...groups, depth: GROUP.depth },
    payouts: { ...payouts, depth: PAYOUT.depth },
    previous: previous.tree.root,
    groupCount: inputs.groups.length,
    positionCount: context.positionCount,
    treasuryPosition: inputs.treasuryPosition,
    groupOf(g) {
      const group = inputs.groups[g];
      return group && { version: group.modelVersion, callCount: callCount(group), pool: poolOf(group) };
    },
    settlementOf: (settlementId) => settlements.get(settlementId)?.facts,
    indexOf(version) {
      const group = inputs.groups.find(({ modelVersion }) => modelVersion === version);
      if (group === undefined) return undefined;
      const { k, topK, debitFactor } = group.method;
      return { root: indexes.get(version)!.tree.root, records: group.index.count, k, topK, debitFactor };
    },
    earnerOf: (contribution) => inputs.positionOf(contribution),
  });

  return {
    ...epochTrees(epoch),
    inputs,
    previous,
    factsFor,
    callAt(g, call) {
      const found = inputs.groups[g]?.settlements.find(({ settlementId }) => {
        const { offset, count } = settlements.get(settlementId)!.facts;
        return call >= offset && call < offset + count;
      });
      if (found === undefined) return undefined;
      const { facts, receipts, sketches } = settlements.get(found.settlementId)!;
      return { settlementId: found.settlementId, place: call - facts.offset, receipts, sketches };
    },
    indexOf: (g) => indexes.get(inputs.groups[g]!.modelVersion)!,
  };
}

function receiptsOf(context: EpochContext, { settlementId, receipts }: SettlementInputs): CommittedTree {
  return context.receiptsOf?.(settlementId) ?? buildReceiptsTree(receipts);
}

function sketchesOf(
  context: EpochContext,
  { settlementId, receipts, sketches }: SettlementInputs,
  k: number,
): CommittedTree {
  return context.sketchesOf?.(settlementId) ?? buildSketchesTree(hashReceipts(receipts), sketches, k);
}

/** An input as a tree to open: its windows are over, so nothing of it can be demanded. */
export function inputTree(kind: Omit<Tree, "root">, committed: CommittedTree): ShownTree {
  const root: Root = { ...committed.root, depth: kind.kind.depth };
  const isWhole = "payload" in committed;
  return {
    tree: { ...kind, root },
    parents: [],
    path: [],
    commitment: undefined,
    source: isWhole ? NO_SOURCE : committed.source,
    twins: isWhole ? [committed] : [],
  };
}
