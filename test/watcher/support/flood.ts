// What somebody with much money and nothing to show can put against an honest proposal: demands for whatever there is to demand.
import { bytesToHex } from "@tributary/protocol/bytes";
import type { Commitment } from "@tributary/protocol/demand";
import { GROUP, PAYOUT } from "@tributary/protocol/kinds";
import { isAbsent } from "@tributary/protocol/node";
import { leafLink, type Link, linkArgument } from "@tributary/protocol/proofs/link";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { rootOf } from "../../../attribution-engine/src/mutation/chain/stage.ts";
import type { PayloadTree } from "../../../attribution-engine/src/trees/payload-tree.ts";
import { epochTrees } from "../../../attribution-engine/src/watcher/nested-trees.ts";
import type { Scene } from "./scene.ts";

const MOST_DEMAND_GAS = 2_000_000n;

/** A node that can be demanded, as the contract takes it. */
interface Demandable {
  readonly kind: typeof GROUP;
  readonly path: readonly Link[];
  readonly tree: PayloadTree;
  readonly level: number;
  readonly index: number;
}

/** Every node of a tree, leaves first: a demand for a node leaves none to be made for what lies just below it. */
function* nodesOf(kind: Demandable["kind"], path: readonly Link[], tree: PayloadTree): Generator<Demandable> {
  let level = isAbsent(tree.root) ? [] : [0];
  const levels: number[][] = [level];
  for (let down = 1; down <= tree.root.depth; down++) {
    level = level.flatMap((i) => [2 * i, 2 * i + 1].filter((child) => !isAbsent(tree.node(down, child))));
    levels.push(level);
  }
  for (let at = tree.root.depth; at >= 0; at--)
    for (const index of levels[at]!) yield { kind, path, tree, level: at, index };
}

/** The link to a leaf, and from there into its nested root number `which`. */
function into(tree: PayloadTree, place: number, which: number): Link {
  const { depth } = tree.root;
  return leafLink(place, tree.node(depth, place).sum, tree.payload(place)!, tree.open(depth, place), which);
}

/** Every node of an epoch's honest trees but those nested twice; the ones that are deepest first. */
export function* demandables({ honest }: Scene): Generator<Demandable> {
  const { groupsTree, payoutsTree, groups } = honest;
  for (const [g, { trace, points }] of groups.entries()) {
    yield* nodesOf(GROUP, [into(groupsTree, g, 0)], trace);
    yield* nodesOf(GROUP, [into(groupsTree, g, 1)], points);
  }
  const trees = epochTrees(honest);
  for (const position of honest.payouts.positions) {
    const earnings = trees.earningsOf(position);
    if (earnings !== undefined) yield* nodesOf(PAYOUT, [into(payoutsTree, position, 0)], earnings);
  }
  yield* nodesOf(GROUP, [], groupsTree);
  yield* nodesOf(PAYOUT, [], payoutsTree);
}

/**
 * Demands node after node of a proposal until the next deposit is more than the demander has, or there is none left.
 * @returns how many demands there are, and how many the contract refused
 */
export async function demandWhilePayable(
  { stage, drawn }: Scene,
  from: HardhatEthersSigner,
  proposal: number,
  nodes: Iterator<Demandable>,
  most = Infinity,
): Promise<{ made: number; isOutOfMoney: boolean }> {
  const { demands, token } = stage;
  const id = drawn.honest.inputs.epoch;
  const name: Omit<Commitment, "kind"> = { id, sub: proposal };
  for (let made = 0; made < most; made++) {
    const deposit = await demands.depositFor({ kind: GROUP.tag, ...name });
    if (deposit > (await token.balanceOf(from))) return { made, isOutOfMoney: true };
    const next = nodes.next();
    if (next.done === true) return { made, isOutOfMoney: false };
    const { kind, path, tree, level, index } = next.value;
    const sent = await demands.connect(from).demand(
      { kind: kind.tag, ...name },
      path.map(linkArgument),
      BigInt(index),
      rootOf(tree.node(level, index)),
      bytesToHex(tree.open(level, index)),
      // An estimate can be short: of two demands in one second the second lengthens nothing, and a second later it does.
      { gasLimit: MOST_DEMAND_GAS },
    );
    await sent.wait();
  }
  return { made: most, isOutOfMoney: false };
}
