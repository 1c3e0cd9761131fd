// Answers demands for what is published: of proposals that are right, and of inputs.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { bytesToHex } from "@tributary/protocol/bytes";
import {
  answerInner,
  answerLeaf,
  type Demand,
  kindAt,
  readInnerAnswer,
  readLeafAnswer,
} from "@tributary/protocol/demand";
import { GROUP, INDEX, PAYOUT, RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import type { Node } from "@tributary/protocol/node";
import { encodeFunctionData } from "viem";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { EpochTrees } from "../watcher/nested-trees.ts";
import type { DataSource } from "./committed-data.ts";
import type { MadeDemand } from "./demand-book.ts";
import type { Duty } from "./duty.ts";
import { publishedIndex, publishedReceipts, publishedSketches } from "./input-trees.ts";

/** What an answerer has to answer with. */
export interface Answering {
  readonly source: DataSource;
  /** The trees of a proposal, if they are known. */
  treesOf(epoch: bigint, proposal: number): EpochTrees | undefined;
  /** Says why a demand cannot be answered. */
  onProblem(problem: string): void;
}

/** The answers to all open demands that can be answered at a time, in seconds. */
export async function answeringDuties(answering: Answering, made: readonly MadeDemand[], now: number): Promise<Duty[]> {
  const duties: Duty[] = [];
  for (const { id, demand, node, status, deadline } of made) {
    if (status !== "open" || deadline <= now) continue;
    try {
      const tree = await treeFor(answering, demand);
      const answer = tree && answerTo(tree, demand, node);
      if (answer !== undefined) duties.push(answerDuty(answering.source, id, answer));
    } catch (error) {
      answering.onProblem(`demand ${id} cannot be answered: ${(error as Error).message}`);
    }
  }
  return duties;
}

/**
 * The answer to a demand out of a tree (docs/formats.md §9).
 * @throws Error if the demanded node is not the tree's
 */
function answerTo(tree: PayloadTree, { level, index }: Demand, node: Node): Uint8Array {
  const { depth } = tree.root;
  const place = Number(index);
  const payload = level === depth ? tree.payload(place) : undefined;
  const answer = payload === undefined ? answerInner(tree, level, place) : answerLeaf(place, node.sum, payload);
  const read =
    level === depth ? readLeafAnswer(node, answer) : readInnerAnswer({ level, index: place, node }, depth, answer);
  if ("reason" in read) throw new Error(`what is published is not what was committed: ${read.reason}`);
  return answer;
}

async function treeFor({ source, treesOf }: Answering, { commitment, path }: Demand): Promise<PayloadTree | undefined> {
  const { kind, id, sub } = commitment;
  switch (kind) {
    case RECEIPT:
      return (await publishedReceipts(source, id)).tree;
    case SKETCH:
      return (await publishedSketches(source, id, sub)).tree;
    case INDEX:
      return (await publishedIndex(source, id)).tree;
    default: {
      const trees = treesOf(id, sub);
      return trees && treeIn(trees, { commitment, path });
    }
  }
}

/** The tree of a proposal that a path ends in. @throws Error if there is none */
function treeIn(trees: EpochTrees, { commitment: { kind }, path }: Pick<Demand, "commitment" | "path">): PayloadTree {
  const [outer, inner] = path;
  const { epoch } = trees;
  let tree: PayloadTree | undefined;
  if (outer === undefined) tree = kind === GROUP ? epoch.groupsTree : epoch.payoutsTree;
  else if (kind === PAYOUT) tree = trees.earningsOf(Number(outer.leaf));
  else {
    const group = Number(outer.leaf);
    const nested = outer.which === 0 ? epoch.groups[group]?.trace : epoch.groups[group]?.points;
    if (inner === undefined) tree = nested;
    else if (outer.which === 0) tree = trees.listOf(group, Number(inner.leaf), inner.which);
    else tree = trees.talliesOf(group, Number(inner.leaf), inner.which);
  }
  if (tree === undefined) throw new Error(`no tree of kind ${kindAt(kind, path).name} at that path`);
  return tree;
}

function answerDuty({ contracts: { demands } }: DataSource, id: bigint, answer: Uint8Array): Duty {
  return {
    kind: "answer",
    key: `answer ${demands} ${id}`,
    to: demands,
    data: encodeFunctionData({ abi: demandsAbi, functionName: "answer", args: [id, bytesToHex(answer)] }),
    says: `answer demand ${id}`,
  };
}
