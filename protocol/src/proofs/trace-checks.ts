// Checks of a call against what was settled: receipt, sketch hash, influence, omission and points (docs/faults.md).
import { equalBytes } from "../bytes.ts";
import { INDEX, RECEIPT, SKETCH } from "../kinds.ts";
import { keccak256 } from "../keccak.ts";
import { partOf } from "../split.ts";
import {
  amountOfCall,
  CALL_LINKS,
  indexOfGroup,
  indexOfVersion,
  influenceOf,
  isListedBefore,
  type ListKey,
  listKeyOf,
  listOf,
  openCall,
  settledReceiptHash,
  settlementOfCall,
} from "./calls.ts";
import type { ChainFacts, IndexFacts, SettlementFacts } from "./chain-facts.ts";
import { entryFields, traceFields } from "./fields.ts";
import type { Link } from "./link.ts";
import { openInput, openLeaf, type Tree } from "./openings.ts";
import type { ProofOf } from "./proof.ts";
import { refuse } from "./refusal.ts";

const HARMFUL = 1;
const NO_HASH = new Uint8Array(32);

/** A call whose list is judged. */
type Judged = { list: Tree; isHarmful: boolean; place: number; settled: SettlementFacts; index: IndexFacts };

/** Receipt a, b and d. */
export function checkReceipt(facts: ChainFacts, proof: ProofOf<"proveReceipt">): boolean {
  const call = openCall(facts, proof.call);
  const { settled, place } = settlementOfCall(facts, proof.settlement, call);
  if (call.leaf === undefined) return true;
  const receipt = openInput({ root: settled.receipts, kind: RECEIPT }, proof.receipt, place, CALL_LINKS);
  if (call.leaf.sum !== amountOfCall(receipt, settled)) return true;
  return !equalBytes(traceFields(call.leaf.payload).receiptHash, settledReceiptHash(receipt));
}

/** Receipt c. */
export function checkSketchHash(facts: ChainFacts, proof: ProofOf<"proveSketchHash">): boolean {
  const call = openCall(facts, proof.call);
  const { settled, place } = settlementOfCall(facts, proof.settlement, call);
  if (call.leaf === undefined) return true;
  const { k } = indexOfGroup(facts, call.group);
  const sketch = openInput({ root: settled.sketches, kind: SKETCH, k }, proof.sketch, place, CALL_LINKS);
  const expected = sketch.isPresent ? keccak256(sketch.payload) : NO_HASH;
  return !equalBytes(traceFields(call.leaf.payload).sketchHash, expected);
}

/** Influence: a listed `s` or `w` is not what the sketches give, or the record does not exist. */
export function checkInfluence(facts: ChainFacts, proof: ProofOf<"proveInfluence">): boolean {
  const judged = judge(facts, proof.settlement, proof.call);
  if (judged === undefined) return false;
  const entry = openLeaf(judged.list, proof.entry, CALL_LINKS);
  if (entry.what === "absent") return false;
  const { recordIndex, s } = entryFields(entry.payload);
  if (proof.record.key !== BigInt(recordIndex)) refuse("WrongPlace", CALL_LINKS + 2);
  const truth = truthOf(judged, proof.sketch, proof.record, CALL_LINKS + 1);
  return truth === undefined || truth.s !== s || truth.w !== entry.sum;
}

/** Omission: a record belongs between two neighbours of a list, or on its free end. */
export function checkOmission(facts: ChainFacts, proof: ProofOf<"proveOmission">): boolean {
  const judged = judge(facts, proof.settlement, proof.call);
  if (judged === undefined) return false;
  const truth = truthOf(judged, proof.sketch, proof.record, CALL_LINKS + 2);
  if (truth === undefined || truth.w === 0n || truth.s < 0n !== judged.isHarmful) return false;
  const omitted = { record: Number(proof.record.key), w: truth.w };
  return followsBefore(judged.list, proof, omitted) && precedesEntry(judged, proof.entry, omitted);
}

/** Form g: an entry's points are not its part of the call's amount. */
export function checkPoints(facts: ChainFacts, proof: ProofOf<"provePoints">): boolean {
  const call = openCall(facts, proof.call);
  if (call.leaf === undefined) return false;
  const entry = openLeaf(listOf(call.leaf, call.which), proof.entry, CALL_LINKS);
  if (entry.what === "absent") return false;
  const { helpful, harmful } = traceFields(call.leaf.payload);
  const { debitFactor } = indexOfVersion(facts, call.version);
  const isHarmful = call.which === HARMFUL;
  const amount = isHarmful ? (call.leaf.sum * BigInt(debitFactor)) / 256n : call.leaf.sum;
  const total = isHarmful && harmful.sum > helpful.sum ? harmful.sum : helpful.sum;
  const expected = helpful.sum === 0n ? 0n : partOf(amount, entry.prefix, entry.sum, total);
  return entryFields(entry.payload).points !== expected;
}

/** What a call's list follows from, `undefined` if its trace leaf is absent. */
function judge(facts: ChainFacts, settlement: bigint, links: readonly Link[]): Judged | undefined {
  const call = openCall(facts, links);
  const { settled, place } = settlementOfCall(facts, settlement, call);
  if (call.leaf === undefined) return undefined;
  const list = listOf(call.leaf, call.which);
  const index = indexOfGroup(facts, call.group);
  return { list, isHarmful: call.which === HARMFUL, place, settled, index };
}

/** `s` and `w` of a record for a call, `undefined` if the sketch or the record counts as absent. */
function truthOf(
  { place, settled, index }: Judged,
  sketchLink: Link,
  recordLink: Link,
  at: number,
): { s: bigint; w: bigint } | undefined {
  const { root, records, k } = index;
  const sketch = openInput({ root: settled.sketches, kind: SKETCH, k }, sketchLink, place, at);
  if (!sketch.isPresent || recordLink.key >= BigInt(records)) return undefined;
  const record = openInput({ root, kind: INDEX, k }, recordLink, recordLink.key, at + 1);
  return record.isPresent ? influenceOf(sketch, record) : undefined;
}

/** Whether the key comes after the entry at the place before `entry`, which must be there; nothing stands before place 0. */
function followsBefore(list: Tree, { before, entry }: ProofOf<"proveOmission">, key: ListKey): boolean {
  if (entry.key === 0n) return true;
  if (before.key !== entry.key - 1n) refuse("WrongPlace", CALL_LINKS);
  const leaf = openLeaf(list, before, CALL_LINKS);
  return leaf.what === "leaf" && isListedBefore(listKeyOf(leaf), key);
}

/** Whether the key comes before `entry`, or `entry` is a free place of the list. */
function precedesEntry({ list, index }: Judged, entry: Link, key: ListKey): boolean {
  const leaf = openLeaf(list, entry, CALL_LINKS + 1);
  return leaf.what === "leaf" ? isListedBefore(key, listKeyOf(leaf)) : leaf.place < index.topK;
}
