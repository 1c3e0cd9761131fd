// A proposal as plain values that a test can bend, and its trees, which need not be well-formed.
import { MAX_U128, writeBigUint } from "@tributary/protocol/bytes";
import type { Step } from "@tributary/protocol/demand";
import { EARNING, ENTRY, GROUP, type Kind, PAYOUT, POINTS, TALLY, TRACE } from "@tributary/protocol/kinds";
import { keccak256 } from "@tributary/protocol/keccak";
import {
  absentNode,
  innerPreimage,
  isAbsent,
  leafPreimage,
  type Node,
  type Root,
  ROOT_BYTES,
  writeRoot,
} from "@tributary/protocol/node";
import {
  earningFields,
  entryFields,
  groupFields,
  pointsFields,
  tallyFields,
  traceFields,
} from "@tributary/protocol/proofs/fields";
import type { PayloadTree } from "../../trees/payload-tree.ts";
import type { HonestEpoch } from "../honest-epoch.ts";
import { PreimageStore } from "../preimage-store.ts";

export interface PlainEntry {
  recordIndex: number;
  s: bigint;
  w: bigint;
  points: bigint;
  tallyIndex: number;
}

export interface PlainTally {
  call: number;
  entry: number;
  points: bigint;
}

export interface PlainEarning {
  group: number;
  record: number;
  amount: bigint;
}

export interface PlainCall {
  receiptHash: Uint8Array;
  sketchHash: Uint8Array;
  amount: bigint;
  /** Helpful, harmful. */
  lists: (PlainEntry | undefined)[][];
}

export interface PlainPoints {
  record: number;
  net: bigint;
  /** Credits, debits. */
  tallies: (PlainTally | undefined)[][];
  positionId: bigint;
  earningIndex: number;
}

export interface PlainGroup {
  modelVersion: bigint;
  pool: bigint;
  calls: (PlainCall | undefined)[];
  points: PlainPoints[];
  fallbackEarningIndex: number;
}

export interface PlainPayout {
  position: number;
  cumulative: bigint;
  earnings: (PlainEarning | undefined)[];
}

/** Leaves stand at their places in the lists; `undefined` leaves a place empty. */
export interface PlainProposal {
  groups: (PlainGroup | undefined)[];
  payouts: PlainPayout[];
}

/** A leaf before it is hashed; `preimage` stands for 57 bytes of another content, `sum` is what the node states. */
export interface WildLeaf {
  key: number;
  sum: bigint;
  payload: Uint8Array;
  preimage?: Uint8Array;
}

/** Ways to bend trees below what plain values can say. */
export interface Bending {
  leaf?(kind: Kind, path: readonly Step[], place: number, leaf: WildLeaf): WildLeaf;
  /** Bends an inner node: the preimage whose hash it has, and the sum that its parent states. */
  inner?(
    kind: Kind,
    path: readonly Step[],
    level: number,
    index: number,
    node: { preimage: Uint8Array; sum: bigint },
  ): {
    preimage: Uint8Array;
    sum: bigint;
  };
  /** Bends a root as the leaf above (or the proposal) states it. */
  root?(kind: Kind, path: readonly Step[], root: Root): Root;
}

/** Roots of a proposal and everything below them. */
export interface BuiltProposal {
  readonly groups: Node;
  readonly payouts: Node;
  readonly store: PreimageStore;
}

/** The honest proposal as plain values. */
export function plainProposal(honest: HonestEpoch): PlainProposal {
  const { groupsTree, payoutsTree, groups } = honest.epoch;
  return {
    groups: groups.map((group, g): PlainGroup => {
      const { modelVersion, fallbackEarningIndex } = groupFields(groupsTree.payload(g)!);
      return {
        modelVersion,
        pool: sumAt(groupsTree, g),
        calls: leavesOf(group.trace).map(({ payload, sum, place }): PlainCall => {
          const { receiptHash, sketchHash } = traceFields(payload);
          const lists = [0, 1].map((which) =>
            leavesOf(honest.listOf(g, place, which)!).map((leaf) => ({ ...entryFields(leaf.payload), w: leaf.sum })),
          );
          return { receiptHash, sketchHash, amount: sum, lists };
        }),
        points: leavesOf(group.points, honest.inputs.groups[g]!.index.count).map(({ payload, sum, place }) => {
          const { positionId, earningIndex } = pointsFields(payload);
          const tallies = [0, 1].map((which) =>
            leavesOf(honest.talliesOf(g, place, which)!).map((leaf) => ({
              ...tallyFields(leaf.payload),
              points: leaf.sum,
            })),
          );
          return { record: place, net: sum, tallies, positionId, earningIndex };
        }),
        fallbackEarningIndex,
      };
    }),
    payouts: [...honest.epoch.payouts.positions].map((position) => ({
      position,
      cumulative: sumAt(payoutsTree, position),
      earnings: leavesOf(honest.earningsOf(position)!).map((leaf) => ({
        ...earningFields(leaf.payload),
        amount: leaf.sum,
      })),
    })),
  };
}

/** Builds the trees of a proposal, whatever it says. */
export function buildProposal({ groups, payouts }: PlainProposal, bending: Bending = {}): BuiltProposal {
  const store = new PreimageStore();
  const build = (kind: Kind, path: readonly Step[], leaves: readonly (WildLeaf | undefined)[]): Root =>
    buildWildTree(kind, path, leaves, bending, store);
  const under = (path: readonly Step[], leaf: number, which: 0 | 1): Step[] => [...path, { leaf: BigInt(leaf), which }];

  const groupLeaves = groups.map((group, g) => {
    if (group === undefined) return undefined;
    const calls = group.calls.map((call, c) => {
      if (call === undefined) return undefined;
      const path = under([], g, 0);
      const [helpful, harmful] = call.lists.map((list, which) =>
        build(ENTRY, under(path, c, which as 0 | 1), list.map(entryLeaf)),
      );
      const payload = new Writer(TRACE).raw(call.receiptHash).raw(call.sketchHash).root(helpful!).root(harmful!).bytes;
      return { key: c, sum: call.amount, payload };
    });
    const points = group.points.map(({ record, net, tallies, positionId, earningIndex }) => {
      const path = under([], g, 1);
      const [credits, debits] = tallies.map((list, which) =>
        build(TALLY, under(path, record, which as 0 | 1), list.map(tallyLeaf)),
      );
      const writer = new Writer(POINTS).root(credits!).root(debits!).uint(8, positionId).uint(4, BigInt(earningIndex));
      return { key: record, sum: net, payload: writer.bytes };
    });
    const trace = build(TRACE, under([], g, 0), calls);
    const nets = build(POINTS, under([], g, 1), points);
    const writer = new Writer(GROUP).uint(8, group.modelVersion).root(trace).root(nets);
    return { key: g, sum: group.pool, payload: writer.uint(4, BigInt(group.fallbackEarningIndex)).bytes };
  });
  const payoutLeaves = payouts.map(({ position, cumulative, earnings }) => {
    const root = build(EARNING, under([], position, 0), earnings.map(earningLeaf));
    return { key: position, sum: cumulative, payload: new Writer(PAYOUT).root(root).bytes };
  });
  return { groups: build(GROUP, [], groupLeaves), payouts: build(PAYOUT, [], payoutLeaves), store };
}

function entryLeaf(entry: PlainEntry | undefined, place: number): WildLeaf | undefined {
  if (entry === undefined) return undefined;
  const { recordIndex, s, w, points, tallyIndex } = entry;
  const writer = new Writer(ENTRY).uint(4, BigInt(recordIndex)).uint(8, BigInt.asUintN(64, s));
  return { key: place, sum: w, payload: writer.uint(16, points).uint(4, BigInt(tallyIndex)).bytes };
}

function tallyLeaf(tally: PlainTally | undefined, place: number): WildLeaf | undefined {
  if (tally === undefined) return undefined;
  const payload = new Writer(TALLY).uint(4, BigInt(tally.call)).uint(2, BigInt(tally.entry)).bytes;
  return { key: place, sum: tally.points, payload };
}

function earningLeaf(earning: PlainEarning | undefined, place: number): WildLeaf | undefined {
  if (earning === undefined) return undefined;
  const payload = new Writer(EARNING).uint(4, BigInt(earning.group)).uint(4, BigInt(earning.record)).bytes;
  return { key: place, sum: earning.amount, payload };
}

/** Builds one tree of leaves at the places of their keys, before those are bent, and keeps all its preimages. */
export function buildWildTree(
  kind: Kind,
  path: readonly Step[],
  leaves: readonly (WildLeaf | undefined)[],
  { leaf: bendLeaf, inner, root: bendRoot }: Bending,
  store: PreimageStore,
): Root {
  let level = new Map<number, Node>();
  for (const straight of leaves) {
    if (straight === undefined) continue;
    const leaf = bendLeaf?.(kind, path, straight.key, straight) ?? straight;
    const preimage = leaf.preimage ?? leafPreimage(leaf.key, leaf.sum, keccak256(leaf.payload));
    store.add(leaf.payload);
    store.add(preimage);
    level.set(straight.key, { hash: keccak256(preimage), sum: leaf.sum });
  }
  for (let l = kind.depth - 1; l >= 0; l--) {
    const above = new Map<number, Node>();
    for (const index of new Set([...level.keys()].map((i) => Math.floor(i / 2)))) {
      const left = level.get(2 * index) ?? absentNode();
      const right = level.get(2 * index + 1) ?? absentNode();
      if (isAbsent(left) && isAbsent(right)) continue;
      const straight = { preimage: innerPreimage(left, right), sum: (left.sum + right.sum) & MAX_U128 };
      const { preimage, sum } = inner?.(kind, path, l, index, straight) ?? straight;
      store.add(preimage);
      above.set(index, { hash: keccak256(preimage), sum });
    }
    level = above;
  }
  const root = { ...(level.get(0) ?? absentNode()), depth: kind.depth };
  return bendRoot?.(kind, path, root) ?? root;
}

function leavesOf(tree: PayloadTree, places = Infinity): { place: number; sum: bigint; payload: Uint8Array }[] {
  const leaves = [];
  for (let place = 0; place < places; place++) {
    const payload = tree.payload(place);
    if (payload !== undefined) leaves.push({ place, payload, sum: sumAt(tree, place) });
    else if (places === Infinity) break;
  }
  return leaves;
}

function sumAt(tree: PayloadTree, place: number): bigint {
  return tree.node(tree.root.depth, place).sum;
}

/** Writes the fields of a payload without asking whether they make sense. */
class Writer {
  readonly bytes: Uint8Array;
  #at = 1;

  constructor(kind: Kind) {
    this.bytes = new Uint8Array(kind.bytes);
    this.bytes[0] = kind.tag;
  }

  uint(width: number, value: bigint): this {
    writeBigUint(this.bytes, this.#at, width, value, "field");
    this.#at += width;
    return this;
  }

  raw(value: Uint8Array): this {
    this.bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  root(value: Root): this {
    writeRoot(this.bytes, this.#at, value, "root");
    this.#at += ROOT_BYTES;
    return this;
  }
}
