// Calls of the epoch in docs/vectors/epoch.json, opened: every tree built from the vector's plain numbers, and held against its roots.
import { readFileSync } from "node:fs";
import type { Hex } from "viem";
import type { AttributionRoots, OpenedCall, OpenedRecord } from "../attribution-opening.ts";
import { bytesToHex, hexToBytes, NONE } from "../bytes.ts";
import * as kinds from "../kinds.ts";
import { emptyRoot, type Root } from "../node.ts";
import type { LeafJson, RootHex } from "../opened-leaf.ts";
import { encodeEarning } from "../payloads/earning.ts";
import { encodeEntry } from "../payloads/entry.ts";
import { encodeGroup } from "../payloads/group.ts";
import { encodeIndex } from "../payloads/index.ts";
import { encodePayout } from "../payloads/payout.ts";
import { encodePoints } from "../payloads/points.ts";
import { encodeReceipt } from "../payloads/receipt.ts";
import { encodeSketch } from "../payloads/sketch.ts";
import { encodeTally } from "../payloads/tally.ts";
import { encodeTrace } from "../payloads/trace.ts";
import { sumTreeOf } from "../sum-tree.ts";
import { type Receipt, receiptHash } from "../typed-data/receipt.ts";
import type { VectorCase, VectorEntry, VectorReceipt, VectorRoot, VectorTally } from "./vector-file.ts";

/** A tree whose leaves can be handed over. */
export type OpenTree = {
  root: Root;
  leaf(key: number): LeafJson;
  absence(key: number): Hex;
  open(level: number, index: number): Hex;
};

/** A call of the vector with what a chain would say of it. */
export type VectorCall = {
  readonly id: Hex;
  readonly settlement: bigint;
  readonly receipt: Receipt;
  readonly opened: OpenedCall;
  readonly roots: AttributionRoots;
};

export type VectorPayouts = {
  readonly root: RootHex;
  leaf(position: number): LeafJson;
  absence(position: number): Hex;
};

export type VectorEpoch = {
  readonly calls: readonly VectorCall[];
  readonly payouts: VectorPayouts;
  /** Before the epoch. */
  readonly previous: VectorPayouts;
  readonly pools: bigint;
  readonly treasury: bigint;
  /** The position that earns for a contribution. */
  earnerOf(contribution: bigint): bigint;
  readonly vector: VectorCase;
  readonly groups: OpenTree;
  indexOf(group: number): OpenTree;
  pointsOf(group: number): OpenTree;
  earningsOf(position: number): OpenTree;
};

/**
 * @param change makes a lie of the vector, committed under roots of its own
 * @throws Error if what is built of the vector itself has not its roots
 */
export function vectorEpoch(change?: (of: VectorCase) => void): VectorEpoch {
  const file = new URL("../../../docs/vectors/epoch.json", import.meta.url);
  const vector = (JSON.parse(readFileSync(file, "utf8")) as { cases: VectorCase[] }).cases[0]!;
  change?.(vector);
  const { input, output } = vector;
  const expected = change === undefined ? output : undefined;
  const earnings = new Map<number, OpenTree>();
  const payouts = openTree(
    kinds.PAYOUT,
    output.payouts.map(({ positionId, cumulative, earnings: of }) => {
      const tree = openTree(
        kinds.EARNING,
        of.map(({ group, record, amount }) => ({ sum: BigInt(amount), payload: encodeEarning({ group, record }) })),
      );
      earnings.set(Number(positionId), tree);
      return { key: Number(positionId), sum: BigInt(cumulative), payload: encodePayout({ earnings: tree.root }) };
    }),
    expected?.payoutsRoot,
  );
  const nothing = encodePayout({ earnings: emptyRoot(kinds.EARNING.depth) });
  const previous = openTree(
    kinds.PAYOUT,
    input.previous.map(({ positionId, cumulative }) => {
      return { key: Number(positionId), sum: BigInt(cumulative), payload: nothing };
    }),
  );
  const built = output.groups.map((_, group) => groupTrees(input, output, group));
  const groups = openTree(
    kinds.GROUP,
    built.map(({ trace, points }, group) => {
      const { pool, fallbackEarningIndex } = output.groups[group]!;
      const modelVersion = BigInt(input.groups[group]!.modelVersion);
      const payload = encodeGroup({ modelVersion, trace: trace.root, points: points.root, fallbackEarningIndex });
      return { sum: BigInt(pool), payload };
    }),
    expected?.groupsRoot,
  );
  const calls = built.flatMap((trees, group) =>
    openedCalls(input, output, group, trees, groups, { payouts, earningsOf: (position) => earnings.get(position)! }),
  );
  return {
    calls,
    payouts: { ...payouts, root: rootHex(payouts.root) },
    previous: { ...previous, root: rootHex(previous.root) },
    pools: BigInt(output.groupsRoot.sum),
    treasury: BigInt(input.treasuryPosition),
    earnerOf(contribution) {
      const found = input.positions.find(({ contributionId }) => BigInt(contributionId) === contribution);
      return BigInt(found?.positionId ?? 0);
    },
    ...{ vector, groups },
    indexOf: (group) => built[group]!.index,
    pointsOf: (group) => built[group]!.points,
    earningsOf: (position) => earnings.get(position)!,
  };
}

type GroupTrees = { trace: OpenTree; points: OpenTree; index: OpenTree; lists: [OpenTree, OpenTree][] };

function groupTrees(input: VectorCase["input"], output: VectorCase["output"], group: number): GroupTrees {
  const { records } = input.groups[group]!;
  const { calls, points, novelties } = output.groups[group]!;
  const lists = calls.map(({ helpful, harmful }): [OpenTree, OpenTree] => [listTree(helpful), listTree(harmful)]);
  const settled = input.groups[group]!.settlements.flatMap(({ receipts }) => receipts.map(receiptOf));
  const trace = openTree(
    kinds.TRACE,
    calls.map(({ sketchHash, amount }, call) => {
      const [helpful, harmful] = lists[call]!;
      const hashes = { receiptHash: hexToBytes(receiptHash(settled[call]!)), sketchHash: hexToBytes(sketchHash) };
      return { sum: BigInt(amount), payload: encodeTrace({ ...hashes, helpful: helpful.root, harmful: harmful.root }) };
    }),
  );
  const nets = openTree(
    kinds.POINTS,
    points.map(({ record, net, credits, debits, positionId, earningIndex }) => {
      const roots = { credits: tallyTree(credits).root, debits: tallyTree(debits).root };
      const payload = encodePoints({ ...roots, positionId: BigInt(positionId), earningIndex });
      return { key: record, sum: BigInt(net), payload };
    }),
  );
  const index = openTree(
    kinds.INDEX,
    records.map(({ recordHash, contentSignature, contributionId, recordIndex, scale, sketch }, i) => {
      const hashes = { recordHash: hexToBytes(recordHash), contentSignature: hexToBytes(contentSignature) };
      const fields = { contributionId: BigInt(contributionId), recordIndex, scale, ...novelties[i]! };
      return { sum: 1n, payload: encodeIndex({ ...hashes, ...fields, sketch: sketchOf(sketch) }) };
    }),
  );
  return { trace, points: nets, index, lists };
}

function openedCalls(
  input: VectorCase["input"],
  output: VectorCase["output"],
  group: number,
  { trace, points, index, lists }: GroupTrees,
  groups: OpenTree,
  { payouts, earningsOf }: { payouts: OpenTree; earningsOf: (position: number) => OpenTree },
): VectorCall[] {
  const { method, settlements } = input.groups[group]!;
  const out = output.groups[group]!;
  const recordsOf = (call: number, which: 0 | 1): OpenedRecord[] => {
    const list = which === 0 ? "helpful" : "harmful";
    return out.calls[call]![list].map(({ recordIndex }, rank) => {
      const of = out.points.find(({ record }) => record === recordIndex);
      const position = Number(of?.positionId);
      return {
        ...{ list, entry: lists[call]![which].leaf(rank), record: index.leaf(recordIndex) },
        ...(of && { points: points.leaf(recordIndex) }),
        ...(of &&
          of.earningIndex !== NONE && {
            payout: payouts.leaf(position),
            earning: earningsOf(position).leaf(of.earningIndex),
          }),
      };
    });
  };
  return settlements.flatMap(({ settlementId, pool, receipts, sketches }, s) => {
    const { offset, receiptsRoot, sketchesRoot } = out.settlements[s]!;
    const settled = receipts.map(receiptOf);
    const receiptTree = openTree(
      kinds.RECEIPT,
      settled.map((receipt) => ({ sum: receipt.amount, payload: encodeReceipt(receipt) })),
      receiptsRoot,
    );
    const sketchTree = openTree(
      kinds.SKETCH,
      settled.map((receipt, i) => ({
        sum: 1n,
        payload: encodeSketch({ receiptHash: hexToBytes(receiptHash(receipt)), sketch: sketchOf(sketches[i]!) }),
      })),
      sketchesRoot,
    );
    const committed = { receipts: receiptTree, sketches: sketchTree, index, groups, payouts };
    const roots: AttributionRoots = {
      ...(Object.fromEntries(Object.entries(committed).map(([name, { root }]) => [name, rootHex(root)])) as Record<
        keyof typeof committed,
        RootHex
      >),
      ...{ group, offset, pool: BigInt(pool), groupPool: BigInt(out.pool) },
      ...{ k: method.k, topK: method.topK, debitFactor: method.debitFactor },
    };
    return settled.map((receipt, i) => ({
      ...{ id: receiptHash(receipt), settlement: BigInt(settlementId), receipt, roots },
      opened: {
        ...{ receipt: receiptTree.leaf(i), sketch: sketchTree.leaf(i) },
        ...{ group: groups.leaf(group), trace: trace.leaf(offset + i) },
        records: [...recordsOf(offset + i, 0), ...recordsOf(offset + i, 1)],
      },
    }));
  });
}

function listTree(entries: readonly VectorEntry[]): OpenTree {
  return openTree(
    kinds.ENTRY,
    entries.map(({ recordIndex, s, w, points, tallyIndex }) => ({
      sum: BigInt(w),
      payload: encodeEntry({ recordIndex, s: BigInt(s), points: BigInt(points), tallyIndex }),
    })),
  );
}

function tallyTree(tallies: readonly VectorTally[]): OpenTree {
  return openTree(
    kinds.TALLY,
    tallies.map(({ call, entry, points }) => ({ sum: BigInt(points), payload: encodeTally({ call, entry }) })),
  );
}

function openTree(
  { depth }: kinds.Kind,
  leaves: readonly { key?: number; sum: bigint; payload: Uint8Array }[],
  expected?: VectorRoot,
): OpenTree {
  const tree = sumTreeOf(depth, leaves);
  const { hash, sum } = rootHex(tree.root);
  if (expected !== undefined && (hash !== expected.hash || sum !== BigInt(expected.sum)))
    throw new Error(`docs/vectors/epoch.json has the root ${expected.hash}, and its leaves ${hash}`);
  const byKey = new Map(leaves.map((leaf, i) => [leaf.key ?? i, leaf]));
  const leaf = (key: number): LeafJson => {
    const { sum: of, payload } = byKey.get(key)!;
    return { key, sum: String(of), payload: bytesToHex(payload), opening: bytesToHex(tree.open(depth, key)) };
  };
  const open = (level: number, index: number): Hex => bytesToHex(tree.open(level, index));
  return { root: tree.root, leaf, absence: (key) => open(depth, key), open };
}

export function rootHex({ hash, sum }: Root): RootHex {
  return { hash: bytesToHex(hash), sum };
}

function receiptOf(receipt: VectorReceipt): Receipt {
  const { modelVersion, sequence, amount, cumulative, agentId } = receipt;
  return {
    ...receipt,
    ...{ modelVersion: BigInt(modelVersion), sequence: BigInt(sequence), amount: BigInt(amount) },
    ...{ cumulative: BigInt(cumulative), agentId: BigInt(agentId) },
  };
}

function sketchOf(hex: Hex): Int8Array {
  return Int8Array.from(hexToBytes(hex), (byte) => byte - 128);
}
