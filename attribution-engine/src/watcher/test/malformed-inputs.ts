// Epochs whose receipts, sketches and indexes are malformed here and there, and were not objected to.
import { INDEX, type Kind, RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import { attributeEpoch } from "../../attribution/epoch.ts";
import type { EpochInputs } from "../../attribution/epoch-inputs.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../../attribution/settlement-trees.ts";
import { generator, type Next } from "../../attribution/test/random-epoch.ts";
import { buildIndexTree } from "../../index/index-tree.ts";
import type { PayloadTree } from "../../trees/payload-tree.ts";
import { readCommittedIndex, readCommittedSettlement } from "../committed-inputs.ts";
import { type CommittedTree, honestEpoch, type HonestEpoch, inputTree } from "../honest-epoch.ts";
import { PreimageStore } from "../preimage-store.ts";
import { MissingNode, standAt } from "../shown-tree.ts";
import { bendTrees } from "./bend-proposal.ts";
import { buildWildTree, type Bending, type WildLeaf } from "./plain-proposal.ts";
import { POSITIONS, previousTree, smallInputs } from "./small-epoch.ts";

/** The trees of an epoch's inputs as they were committed, and what they make of the inputs. */
export interface CommittedInputs {
  readonly inputs: EpochInputs;
  readonly trees: ReadonlyMap<string, CommittedTree>;
}

/** Reads the inputs back from their trees, after `commit` made of each whole tree what was committed. */
export function recommit(
  inputs: EpochInputs,
  commit: (kind: Kind, tree: PayloadTree, count: number) => CommittedTree,
): CommittedInputs {
  const trees = new Map<string, CommittedTree>();
  const groups = inputs.groups.map((group) => {
    const { k } = group.method;
    const { count } = group.index;
    const index = commit(INDEX, buildIndexTree(group.index), count);
    trees.set(`index ${group.modelVersion}`, index);
    const settlements = group.settlements.map((settlement) => {
      const { settlementId, pool, receipts: table, sketches: coordinates } = settlement;
      const receipts = commit(RECEIPT, buildReceiptsTree(table), table.count);
      const sketches = commit(SKETCH, buildSketchesTree(hashReceipts(table), coordinates, k), table.count);
      trees.set(`receipts ${settlementId}`, receipts);
      trees.set(`sketches ${settlementId}`, sketches);
      const shown = [inputTree({ kind: RECEIPT }, receipts), inputTree({ kind: SKETCH, k }, sketches)] as const;
      return readCommittedSettlement(settlementId, pool, table.count, k, ...shown);
    });
    return { ...group, index: readCommittedIndex(count, k, inputTree({ kind: INDEX, k }, index)), settlements };
  });
  return { inputs: { ...inputs, groups, positionOf: (id) => inputs.positionOf(id) || inputs.treasuryPosition }, trees };
}

/** A random epoch with malformed inputs, attributed by the rules of docs/formats.md §6.7. */
export async function malformedEpoch(seed: number): Promise<HonestEpoch> {
  const next = generator(seed + 90_000);
  const { inputs, trees } = recommit(smallInputs(seed), (kind, tree, count) => bentTree(next, kind, tree, count));
  const epoch = await attributeEpoch(inputs);
  return honestEpoch(inputs, epoch, {
    previous: previousTree(inputs),
    positionCount: POSITIONS,
    receiptsOf: (id) => trees.get(`receipts ${id}`),
    sketchesOf: (id) => trees.get(`sketches ${id}`),
    indexOf: (version) => trees.get(`index ${version}`),
  });
}

/** A tree with a leaf left out, one too many, or something bent; what is still needed of it was shown. */
function bentTree(next: Next, kind: Kind, tree: PayloadTree, count: number): CommittedTree {
  for (;;) {
    const bent = bendTree(next, kind, tree, count);
    if (isShown(kind, bent, count)) return bent;
  }
}

function bendTree(next: Next, kind: Kind, tree: PayloadTree, count: number): CommittedTree {
  const leaves: (WildLeaf | undefined)[] = [];
  for (let place = 0; place < count; place++) {
    leaves.push({ key: place, sum: tree.node(kind.depth, place).sum, payload: tree.payload(place)! });
  }
  const [first] = leaves;
  if (next(4) === 0 && leaves.length > 0) leaves[next(leaves.length)] = undefined;
  if (next(4) === 0 && first !== undefined) leaves.push({ ...first, key: count + next(3) });
  const bending: Bending = next(4) === 0 ? {} : bendTrees(next, [], 2 * count + 3);
  const source = new PreimageStore();
  const { hash, sum } = buildWildTree(kind, [], leaves, bending, source);
  return { root: { hash, sum }, source };
}

function isShown(kind: Kind, tree: CommittedTree, count: number): boolean {
  try {
    for (let place = 0; place < count; place++) standAt(inputTree({ kind }, tree), place);
    return true;
  } catch (error) {
    if (error instanceof MissingNode) return false;
    throw error;
  }
}
