// What a paid call was attributed to, opened from the roots on chain: the shape in which it is handed over, and its verification, which needs nothing but the roots.
import type { Hex } from "viem";
import { bytesToHex, hexToBytes, NONE } from "./bytes.ts";
import { GROUP, INDEX, type Kind, PAYOUT, RECEIPT, SKETCH, TRACE } from "./kinds.ts";
import type { Node } from "./node.ts";
import { decodeEarning } from "./payloads/earning.ts";
import { decodeEntry } from "./payloads/entry.ts";
import { decodeGroup } from "./payloads/group.ts";
import { decodeIndex, type IndexPayload } from "./payloads/index.ts";
import { decodePoints } from "./payloads/points.ts";
import { decodeReceipt } from "./payloads/receipt.ts";
import { decodeSketch } from "./payloads/sketch.ts";
import { decodeTrace } from "./payloads/trace.ts";
import type { Link } from "./proofs/link.ts";
import { nestedTree, openInput, openLeaf, type Tree } from "./proofs/openings.ts";
import { dot } from "./sketch.ts";
import { type Receipt, receiptHash } from "./typed-data/receipt.ts";

/** An opened leaf in JSON: its place, its sum in decimal, its payload and its opening (docs/formats.md §4). */
export type LeafJson = { readonly key: number; readonly sum: string; readonly payload: Hex; readonly opening: Hex };

/** A record on one of a call's lists. `points` is left out where it has no points leaf, `payout` and `earning` where it was paid nothing. */
export type OpenedRecord = {
  readonly list: "helpful" | "harmful";
  /** In the list of the trace leaf. */
  readonly entry: LeafJson;
  /** In the index of the model version. */
  readonly record: LeafJson;
  /** In the points of the group. */
  readonly points?: LeafJson;
  /** In the payouts, and in the earnings of that leaf. */
  readonly payout?: LeafJson;
  readonly earning?: LeafJson;
};

/** A call with all that leads from the roots to what it paid. */
export type OpenedCall = {
  /** In the receipts, and in the sketches, of the settlement. */
  readonly receipt: LeafJson;
  readonly sketch: LeafJson;
  /** In the groups of the proposal, and in the trace of that leaf. */
  readonly group: LeafJson;
  readonly trace: LeafJson;
  readonly records: readonly OpenedRecord[];
};

/** What the chain says: of the settlement, of its place in its epoch, of the model version's index, and of the proposal. */
export type AttributionRoots = {
  readonly receipts: RootHex;
  readonly sketches: RootHex;
  readonly index: RootHex;
  readonly groups: RootHex;
  readonly payouts: RootHex;
  /** The settlement's group and the place of its first call in it. */
  readonly group: number;
  readonly offset: number;
  /** Coordinates of the method's sketches. */
  readonly k: number;
};

/** Kinds of trees that proposals are computed from. */
const INPUTS: ReadonlySet<Kind> = new Set([RECEIPT, SKETCH, INDEX]);

/** A leaf that its opening has shown; without payload where it shows that nothing stands there. */
export type ShownLeaf = { place: number; sum: bigint; payload: Uint8Array };

type Leaf = ShownLeaf;

export type RootHex = { readonly hash: Hex; readonly sum: bigint };

/** A record that shaped the answer; amounts in base units. */
export type AttributedRecord = {
  readonly list: "helpful" | "harmful";
  readonly place: number;
  readonly s: bigint;
  readonly w: bigint;
  readonly points: bigint;
  readonly recordHash: Hex;
  readonly contributionId: bigint;
  readonly recordIndex: number;
  readonly novelty: number;
  /** To which the record's earnings are owed; `undefined` where it has no points. */
  readonly position: bigint | undefined;
  /** What the record was paid for its net points of the whole epoch's group. */
  readonly paid: bigint;
  /** The call's part of that: `⌊paid · points / credits⌋`; 0 for harmful records. Payment is per record and epoch, this is its attribution to calls. */
  readonly paidByCall: bigint;
};

export type AttributedCall = {
  readonly receipt: Receipt;
  readonly place: number;
  readonly call: number;
  /** The call's part of the settlement's pool. */
  readonly amount: bigint;
  readonly records: readonly AttributedRecord[];
};

export function leafJson({ key, sum, payload, opening }: Link): LeafJson {
  return { key: Number(key), sum: String(sum), payload: bytesToHex(payload), opening: bytesToHex(opening) };
}

/**
 * Verifies every opening of a call against the roots, and every number that follows from others: the influence of each listed record from both sketches, and that no
 * entry of either list was left out.
 * @param id struct hash of the receipt that is asked about
 * @throws Error saying what does not hold
 */
export function verifyOpenedCall(opened: OpenedCall, id: Hex, roots: AttributionRoots): AttributedCall {
  const receiptLeaf = leafIn(treeAt(RECEIPT, roots.receipts), opened.receipt, "receipt");
  const receipt = { ...decodeReceipt(receiptLeaf.payload), amount: receiptLeaf.sum };
  expect(receiptHash(receipt), id, "the receipt's hash");
  const place = receiptLeaf.place;

  const sketchLeaf = leafIn({ ...treeAt(SKETCH, roots.sketches), k: roots.k }, opened.sketch, "sketch");
  expect(sketchLeaf.place, place, "the sketch's place");
  const { sketch, receiptHash: sketched } = decodeSketch(sketchLeaf.payload, roots.k);
  expect(bytesToHex(sketched), id, "the sketch's receipt");

  const groupLeaf = leafIn(treeAt(GROUP, roots.groups), opened.group, "group");
  expect(groupLeaf.place, roots.group, "the group");
  expect(decodeGroup(groupLeaf.payload).modelVersion, receipt.modelVersion, "the group's model version");
  const traceLeaf = leafIn(nested(GROUP, groupLeaf, 0), opened.trace, "trace");
  expect(traceLeaf.place, roots.offset + place, "the call's place in its group");
  const trace = decodeTrace(traceLeaf.payload);
  expect(bytesToHex(trace.receiptHash), id, "the trace's receipt");

  const totals = { helpful: 0n, harmful: 0n };
  const records = opened.records.map((record, i) => {
    const entryLeaf = leafIn(nested(TRACE, traceLeaf, record.list === "helpful" ? 0 : 1), record.entry, `entry ${i}`);
    totals[record.list] += entryLeaf.sum;
    return attributedRecord(record, entryLeaf, groupLeaf, sketch, roots, i);
  });
  expect(totals.helpful, trace.helpful.sum, "the weights of the helpful records");
  expect(totals.harmful, trace.harmful.sum, "the weights of the harmful records");
  expect(new Set(opened.records.map(({ list, entry }) => `${list} ${entry.key}`)).size, records.length, "entries");
  return { receipt, place, call: traceLeaf.place, amount: traceLeaf.sum, records };
}

/**
 * Opens one leaf of a tree of a kind from its root on chain.
 * @param k coordinates of the method's sketches, where the kind has one
 * @throws Error naming `what` if the opening does not lead there, or shows that nothing stands there
 */
export function verifyLeafJson(kind: Kind, root: RootHex, leaf: LeafJson, what: string, k?: number): ShownLeaf {
  return leafIn(k === undefined ? treeAt(kind, root) : { ...treeAt(kind, root), k }, leaf, what);
}

/** As {@link verifyLeafJson}, of a tree of a proposal and of a leaf that may be absent: one without payload is `undefined` if its opening shows that nothing stands there. */
export function verifyPresence(kind: Kind, root: RootHex, leaf: LeafJson, what: string): ShownLeaf | undefined {
  if (leaf.payload !== "0x") return verifyLeafJson(kind, root, leaf, what);
  try {
    openLeaf(treeAt(kind, root), linkOf(leaf), 0);
  } catch (cause) {
    throw new Error(`${what}: its absence does not open from the ${kind.name} root on chain`, { cause });
  }
  return undefined;
}

function attributedRecord(
  opened: OpenedRecord,
  entryLeaf: Leaf,
  groupLeaf: Leaf,
  sketch: Int8Array,
  roots: AttributionRoots,
  i: number,
): AttributedRecord {
  const { recordIndex: place, s, points } = decodeEntry(entryLeaf.payload);
  expect(s > 0n, opened.list === "helpful", `entry ${i}: its sign`);
  const recordLeaf = leafIn({ ...treeAt(INDEX, roots.index), k: roots.k }, opened.record, `record of entry ${i}`);
  expect(recordLeaf.place, place, `entry ${i}: its record's place`);
  const record = decodeIndex(recordLeaf.payload, roots.k);
  checkInfluence(record, sketch, s, entryLeaf.sum, i);
  const paid = payOf(opened, place, groupLeaf, roots, i);
  return {
    list: opened.list,
    place,
    s,
    w: entryLeaf.sum,
    points,
    recordHash: bytesToHex(record.recordHash),
    contributionId: record.contributionId,
    recordIndex: record.recordIndex,
    novelty: record.novelty,
    position: paid?.position,
    paid: paid?.amount ?? 0n,
    paidByCall:
      opened.list === "harmful" || paid === undefined || paid.credits === 0n
        ? 0n
        : (paid.amount * points) / paid.credits,
  };
}

/** docs/formats.md §6.3: `s = scale · ⟨q, x⟩`, `w = |s| · novelty`. */
function checkInfluence(record: IndexPayload, sketch: Int8Array, s: bigint, w: bigint, i: number): void {
  const exact = BigInt(record.scale) * BigInt(dot(sketch, record.sketch));
  expect(s, exact, `entry ${i}: its influence`);
  expect(w, (exact < 0n ? -exact : exact) * BigInt(record.novelty), `entry ${i}: its weight`);
}

function payOf(opened: OpenedRecord, place: number, groupLeaf: Leaf, roots: AttributionRoots, i: number) {
  if (opened.points === undefined) return undefined;
  const pointsLeaf = leafIn(nested(GROUP, groupLeaf, 1), opened.points, `points of entry ${i}`);
  expect(pointsLeaf.place, place, `entry ${i}: its points' place`);
  const { credits, positionId: position, earningIndex } = decodePoints(pointsLeaf.payload);
  if (earningIndex === NONE) return { position, credits: credits.sum, amount: 0n };
  if (opened.payout === undefined || opened.earning === undefined)
    throw new Error(`entry ${i}: its record was paid, and the payment is not opened`);
  const payoutLeaf = leafIn(treeAt(PAYOUT, roots.payouts), opened.payout, `payout of entry ${i}`);
  expect(BigInt(payoutLeaf.place), position, `entry ${i}: the position that was paid`);
  const earningLeaf = leafIn(nested(PAYOUT, payoutLeaf, 0), opened.earning, `earning of entry ${i}`);
  expect(earningLeaf.place, earningIndex, `entry ${i}: the earning's place`);
  const earning = decodeEarning(earningLeaf.payload);
  expect(earning.group, groupLeaf.place, `entry ${i}: the earning's group`);
  expect(earning.record, place, `entry ${i}: the earning's record`);
  return { position, credits: credits.sum, amount: earningLeaf.sum };
}

function treeAt(kind: Kind, { hash, sum }: RootHex): Tree {
  const node: Node = { hash: hexToBytes(hash), sum };
  return { root: { ...node, depth: kind.depth }, kind };
}

function nested(kind: Kind, leaf: Leaf, which: 0 | 1): Tree {
  const tree = nestedTree(kind, leaf.payload, which);
  if (tree === undefined) throw new RangeError(`kind ${kind.name} has no nested root number ${which}`);
  return tree;
}

function linkOf({ key, sum, payload, opening }: LeafJson): Link {
  const [preimage, bytes] = [new Uint8Array(), hexToBytes(payload)];
  return { key: BigInt(key), which: 0, sum: BigInt(sum), payload: bytes, preimage, opening: hexToBytes(opening) };
}

function leafIn(tree: Tree, leaf: LeafJson, what: string): Leaf {
  const { key } = leaf;
  const link = linkOf(leaf);
  try {
    if (!INPUTS.has(tree.kind)) {
      const shown = openLeaf(tree, link, 0);
      if (shown.what === "leaf") return shown;
    } else if (openInput(tree, link, key, 0).isPresent) return { place: key, sum: link.sum, payload: link.payload };
  } catch (cause) {
    throw new Error(`${what}: it does not open from the ${tree.kind.name} root on chain`, { cause });
  }
  throw new Error(`${what}: nothing stands there`);
}

function expect<Value>(found: Value, expected: Value, what: string): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)}, not ${String(expected)}`);
}
