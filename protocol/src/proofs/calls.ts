// A call of a group: its trace leaf, the settlement it belongs to, and what the settled receipt, sketch and index make of it.
import { hexToBytes } from "../bytes.ts";
import { ENTRY, GROUP, INDEX, TRACE } from "../kinds.ts";
import { emptyRoot } from "../node.ts";
import { decodeIndex } from "../payloads/index.ts";
import { decodeReceipt } from "../payloads/receipt.ts";
import { decodeSketch } from "../payloads/sketch.ts";
import { influence, weight } from "../points.ts";
import { dot } from "../sketch.ts";
import { partOf } from "../split.ts";
import { receiptHash } from "../typed-data/receipt.ts";
import type { ChainFacts, GroupFacts, IndexFacts, SettlementFacts } from "./chain-facts.ts";
import { entryFields, groupFields } from "./fields.ts";
import type { Link } from "./link.ts";
import { nestedTree, openChain, type OpenedInput, type OpenedLeaf, type Tree } from "./openings.ts";
import { refuse } from "./refusal.ts";

/** A call that a chain (group, trace) leads to; `leaf` is `undefined` where it is absent, `which` the list that the chain names. */
export type OpenedCall = {
  group: number;
  version: bigint;
  place: number;
  which: number;
  leaf: OpenedLeaf | undefined;
};

/** Links of a call's chain. */
export const CALL_LINKS = 2;

/** Opens a chain (group, trace), the first two links of a proof. */
export function openCall(facts: ChainFacts, call: readonly Link[]): OpenedCall {
  if (call.length !== CALL_LINKS) refuse("WrongChain", call.length);
  const [group, trace] = openChain({ root: facts.groups, kind: GROUP }, [GROUP, TRACE], call, 0);
  const { modelVersion } = groupFields((group as OpenedLeaf).payload);
  const leaf = trace!.what === "leaf" ? trace : undefined;
  return { group: group!.place, version: modelVersion, place: trace!.place, which: call[1]!.which, leaf };
}

/** The tree of the list that the chain names. */
export function listOf(leaf: OpenedLeaf, which: number): Tree {
  const tree = nestedTree(TRACE, leaf.payload, which);
  return tree?.kind === ENTRY ? tree : refuse("WrongPlace", 1);
}

/** The settlement of a call, if `settlement` is it, and the call's place in it. */
export function settlementOfCall(
  facts: ChainFacts,
  settlement: bigint,
  call: OpenedCall,
): { settled: SettlementFacts; place: number } {
  const settled = facts.settlementOf(settlement);
  const isOfCall =
    settled !== undefined &&
    settled.epoch === facts.epoch &&
    settled.group === call.group &&
    call.place >= settled.offset &&
    call.place < settled.offset + settled.count;
  if (!isOfCall) return refuse("WrongSettlement", settlement);
  return { settled, place: call.place - settled.offset };
}

/** The ledger's group. */
export function groupOf(facts: ChainFacts, group: number): GroupFacts {
  return facts.groupOf(group) ?? refuse("UnknownGroup", group);
}

/** The index of a version; of one that has none all is 0, as in the registry. */
export function indexOfVersion(facts: ChainFacts, version: bigint): IndexFacts {
  return facts.indexOf(version) ?? { root: emptyRoot(INDEX.depth), records: 0, k: 0, topK: 0, debitFactor: 0 };
}

/** The index of a group's model version. */
export function indexOfGroup(facts: ChainFacts, group: number): IndexFacts {
  return indexOfVersion(facts, groupOf(facts, group).version);
}

/** What a trace leaf has as `receiptHash`: 0 for a receipt that counts as absent (docs/formats.md §6.3). */
export function settledReceiptHash({ isPresent, payload, sum }: OpenedInput): Uint8Array {
  return isPresent ? hexToBytes(receiptHash({ ...decodeReceipt(payload), amount: sum })) : new Uint8Array(32);
}

/** What a call pays: its part of the pool by the sums that the receipts tree states. */
export function amountOfCall(
  { prefix, sum }: Pick<OpenedInput, "prefix" | "sum">,
  { pool, receipts }: { pool: bigint; receipts: { sum: bigint } },
): bigint {
  return sum === 0n ? 0n : partOf(pool, prefix, sum, receipts.sum);
}

/** `s` and `w` of a record for a call, from leaves that are present. */
export function influenceOf(sketch: OpenedInput, record: OpenedInput): { s: bigint; w: bigint } {
  const { scale, novelty, sketch: x } = decodeIndex(record.payload);
  const s = influence(scale, dot(decodeSketch(sketch.payload).sketch, x));
  return { s, w: weight(s, novelty) };
}

/** What lists are ordered by. */
export type ListKey = { record: number; w: bigint };

export function listKeyOf(entry: OpenedLeaf): ListKey {
  return { record: entryFields(entry.payload).recordIndex, w: entry.sum };
}

/** Whether `a` stands before `b` on a list: by `w` descending, then by record (docs/formats.md §8.2). */
export function isListedBefore(a: ListKey, b: ListKey): boolean {
  return a.w > b.w || (a.w === b.w && a.record < b.record);
}
