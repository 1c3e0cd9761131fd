// A committed input as far as it is known: whole, from a bundle with its root, or what answers to demands have shown of it.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { type Commitment, encodeCommitment } from "@tributary/protocol/demand";
import { bytesToHex, equalBytes, hexToBytes } from "@tributary/protocol/bytes";
import { INDEX, RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import type { Node } from "@tributary/protocol/node";
import type { Hex } from "viem";
import type { SettlementView } from "../chain/settlement-view.ts";
import { type CommittedTree, inputTree } from "../watcher/honest-epoch.ts";
import { MissingNode, type ShownTree } from "../watcher/shown-tree.ts";
import type { DataSource } from "./committed-data.ts";
import { answersOf, demandsOf, type MadeDemand } from "./demand-book.ts";
import { type Published, publishedIndex, publishedReceipts, publishedSketches } from "./input-trees.ts";
import { isOfNetwork } from "./network-error.ts";

/** An input as the chain has it. */
export interface CommittedInput {
  readonly commitment: Commitment;
  readonly root: Node;
  /** Leaves that it ought to have. */
  readonly count: number;
  /** Coordinates of the method's sketches. */
  readonly k: number;
}

export function receiptsInput({ settlementId, receipts, count }: SettlementView, k: number): CommittedInput {
  return { commitment: { kind: RECEIPT, id: settlementId, sub: 0 }, root: nodeOf(receipts), count, k };
}

/** The sketches that are committed now. */
export function sketchesInput({ settlementId, sketches, commits, count }: SettlementView, k: number): CommittedInput {
  return { commitment: { kind: SKETCH, id: settlementId, sub: commits - 1 }, root: nodeOf(sketches), count, k };
}

/** The index that is committed now; the sum of its root is the number of its records. */
export async function indexInput({ reader, contracts }: DataSource, version: bigint): Promise<CommittedInput> {
  const registry = { address: contracts.modelRegistry, abi: modelRegistryAbi, args: [version] } as const;
  const [index, { k }] = await Promise.all([
    reader.readContract({ ...registry, functionName: "indexOf" }),
    reader.readContract({ ...registry, functionName: "methodOf" }),
  ]);
  // Indexes that nothing can be demanded of have no number, and need none.
  const commits = await reader.readContract({ ...registry, functionName: "indexCommitsOf" }).catch(() => 1);
  return {
    commitment: { kind: INDEX, id: version, sub: Math.max(0, commits - 1) },
    root: nodeOf(index),
    count: Number(index.sum),
    k,
  };
}

export function inputName({ commitment, root }: CommittedInput): string {
  return `${bytesToHex(encodeCommitment(commitment))} ${bytesToHex(root.hash)}`;
}

/** An input: its tree, and the table that it was built from where a bundle has all of it. */
export interface KnownInput<Table> {
  readonly input: CommittedInput;
  readonly tree: CommittedTree;
  readonly table: Table | undefined;
  /** Why there is no table. */
  readonly problem: string;
}

/** @param publish gives what a bundle states, which counts if it has the committed root */
export async function knownInput<Table>(
  made: readonly MadeDemand[],
  input: CommittedInput,
  publish: (commitment: Commitment) => Promise<Published<Table>>,
): Promise<KnownInput<Table>> {
  const { commitment, root } = input;
  let problem = "what is published has another root";
  try {
    const { tree, table } = await publish(commitment);
    if (tree.root.sum === root.sum && equalBytes(tree.root.hash, root.hash)) return { input, tree, table, problem: "" };
  } catch (error) {
    // Not published, or not readable: the same for whoever needs it.
    if (isOfNetwork(error)) throw error;
    problem = (error as Error).message;
  }
  return { input, tree: { root, source: answersOf(demandsOf(made, commitment)) }, table: undefined, problem };
}

/** Receipts, sketches or an index, by the commitment's kind. */
export function knownInputOf(
  source: DataSource,
  made: readonly MadeDemand[],
  input: CommittedInput,
): Promise<KnownInput<unknown>> {
  return knownInput(made, input, ({ kind, id, sub }): Promise<Published<unknown>> => {
    if (kind === RECEIPT) return publishedReceipts(source, id);
    return kind === SKETCH ? publishedSketches(source, id, sub) : publishedIndex(source, id);
  });
}

/**
 * What `read` makes of inputs that answers may have shown.
 * @throws Error that says what is missing and why
 */
export function readShown<Contents>(known: readonly KnownInput<unknown>[], read: () => Contents): Contents {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MissingNode)) throw error;
    const missing = known
      .filter(({ table }) => table === undefined)
      .map(({ input: { commitment }, problem }) => `${commitment.kind.name} ${commitment.id}: ${problem}`);
    throw new Error(missing.join("; "), { cause: error });
  }
}

/** An input that was taken as it is: nothing of it can be demanded any more, and what is malformed counts as absent. */
export function takenInput({ input: { commitment, k }, tree }: KnownInput<unknown>): ShownTree {
  return inputTree({ kind: commitment.kind, k }, tree);
}

/** The input as a tree to open; nodes that are missing can be demanded. */
export function shownInput(known: KnownInput<unknown>): ShownTree {
  return { ...takenInput(known), commitment: known.input.commitment };
}

export function nodeOf({ hash, sum }: { hash: Hex; sum: bigint }): Node {
  return { hash: hexToBytes(hash), sum };
}
