// What a paid call was attributed to, opened from the roots on chain: the shape in which it is handed over, and its verification, which needs nothing but the roots.
import type { Hex } from "viem";
import { bytesToHex } from "./bytes.ts";
import { Checks, type TellStep } from "./check-steps.ts";
import { attributedRecord } from "./attributed-record.ts";
import { keccak256 } from "./keccak.ts";
import { GROUP, RECEIPT, SKETCH } from "./kinds.ts";
import { leafIn, type LeafJson, nestedIn, type RootHex, treeAt } from "./opened-leaf.ts";
import { decodeGroup } from "./payloads/group.ts";
import { decodeReceipt } from "./payloads/receipt.ts";
import { decodeSketch } from "./payloads/sketch.ts";
import { decodeTrace } from "./payloads/trace.ts";
import { amountOfCall } from "./proofs/calls.ts";
import { type Receipt, receiptHash } from "./typed-data/receipt.ts";

export {
  leafJson,
  type LeafJson,
  type RootHex,
  type ShownLeaf,
  verifyLeafJson,
  verifyPresence,
} from "./opened-leaf.ts";

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

/** What the chain says: of the settlement, of its place in its epoch, of the model version's index and method, and of the proposal. */
export type AttributionRoots = {
  readonly receipts: RootHex;
  readonly sketches: RootHex;
  readonly index: RootHex;
  readonly groups: RootHex;
  readonly payouts: RootHex;
  /** The settlement's group and the place of its first call in it. */
  readonly group: number;
  readonly offset: number;
  /** Of the settlement, and of its whole group; base units. */
  readonly pool: bigint;
  readonly groupPool: bigint;
  /** Of the method: coordinates of sketches, most entries of a list, and 1/256 parts of an amount that harmful records are debited. */
  readonly k: number;
  readonly topK: number;
  readonly debitFactor: number;
};

/** A record that shaped the answer; amounts in base units. */
export type AttributedRecord = {
  readonly list: "helpful" | "harmful";
  /** On its list, from 0. */
  readonly rank: number;
  /** In the index of the model version. */
  readonly place: number;
  readonly s: bigint;
  readonly w: bigint;
  readonly points: bigint;
  readonly recordHash: Hex;
  readonly contributionId: bigint;
  readonly recordIndex: number;
  readonly novelty: number;
  /** To which the record's earnings are owed; `undefined` where its points are not opened, which they are if it has any by this call. */
  readonly position: bigint | undefined;
  /** What the record was paid for its net points of the whole epoch's group; 0 where its points are not opened. */
  readonly paid: bigint;
  /** The call's part of that: `⌊paid · points / credits⌋`; 0 for harmful records. Payment is per record and epoch, this is its attribution to calls. */
  readonly paidByCall: bigint;
};

export type AttributedCall = {
  readonly receipt: Receipt;
  readonly place: number;
  /** What the settlement's receipts before this one amount to, base units. */
  readonly prefix: bigint;
  readonly call: number;
  /** The call's part of the settlement's pool. */
  readonly amount: bigint;
  readonly records: readonly AttributedRecord[];
};

/**
 * Verifies every opening of a call against the roots, and every number that follows from others: the call's amount, the influence of each listed record from both
 * sketches, the order of both lists and that no entry of them was left out, points, and what each record was paid from its points. Whether a record that is on
 * no list belongs on one, and what other calls brought a record, needs the whole bundle.
 * @param id struct hash of the receipt that is asked about
 * @param tell told each check as it is made; none follows one that does not hold
 * @throws Error saying what does not hold
 */
export function verifyOpenedCall(
  opened: OpenedCall,
  id: Hex,
  roots: AttributionRoots,
  tell?: TellStep,
): AttributedCall {
  const checks = new Checks(tell);
  const receiptLeaf = leafIn(treeAt(RECEIPT, roots.receipts), opened.receipt, "receipt", checks);
  const receipt = { ...decodeReceipt(receiptLeaf.payload), amount: receiptLeaf.sum };
  checks.same(receiptHash(receipt), id, "the receipt's hash", "viewer");
  const place = receiptLeaf.place;

  const sketchLeaf = leafIn({ ...treeAt(SKETCH, roots.sketches), k: roots.k }, opened.sketch, "sketch", checks);
  checks.same(sketchLeaf.place, place, "the sketch's place", "opening");
  const { sketch, receiptHash: sketched } = decodeSketch(sketchLeaf.payload, roots.k);
  checks.same(bytesToHex(sketched), id, "the sketch's receipt", "opening");

  const groupLeaf = leafIn(treeAt(GROUP, roots.groups), opened.group, "group", checks);
  checks.same(groupLeaf.place, roots.group, "the group", "chain");
  checks.same(groupLeaf.sum, roots.groupPool, "the group's pool", "chain");
  checks.same(
    decodeGroup(groupLeaf.payload).modelVersion,
    receipt.modelVersion,
    "the group's model version",
    "opening",
  );
  const traceLeaf = leafIn(nestedIn(GROUP, groupLeaf, 0), opened.trace, "trace", checks);
  checks.same(traceLeaf.place, roots.offset + place, "the call's place in its group", "chain");
  const trace = decodeTrace(traceLeaf.payload);
  checks.same(bytesToHex(trace.receiptHash), id, "the trace's receipt", "opening");
  checks.same(bytesToHex(trace.sketchHash), bytesToHex(keccak256(sketchLeaf.payload)), "the trace's sketch", "opening");
  checks.same(traceLeaf.sum, amountOfCall(receiptLeaf, roots), "the call's part of its settlement's pool", "computed");

  const totals = { helpful: 0n, harmful: 0n };
  const before = new Map<string, AttributedRecord>();
  const records = opened.records.map((record, i) => {
    if (!(record.list in totals)) throw new Error(`entry ${i}: its list is ${String(record.list)}`);
    const call = { group: groupLeaf, trace: traceLeaf, sketch, before: before.get(record.list) };
    const attributed = attributedRecord(record, call, roots, `entry ${i}`, checks);
    totals[record.list] += attributed.w;
    before.set(record.list, attributed);
    return attributed;
  });
  checks.same(totals.helpful, trace.helpful.sum, "the weights of the helpful records", "opening");
  checks.same(totals.harmful, trace.harmful.sum, "the weights of the harmful records", "opening");
  return { receipt, place, prefix: receiptLeaf.prefix, call: traceLeaf.place, amount: traceLeaf.sum, records };
}
