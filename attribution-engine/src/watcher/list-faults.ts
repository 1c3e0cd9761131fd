// Faults of one list of a call: form, influence, omission and points, in the order in which one rests on the other (docs/faults.md).
import { NONE } from "@tributary/protocol/bytes";
import { influence, weight } from "@tributary/protocol/points";
import { isListedBefore, type ListKey } from "@tributary/protocol/proofs/calls";
import { type EntryFields, entryFields } from "@tributary/protocol/proofs/fields";
import { unusedLink } from "@tributary/protocol/proofs/link";
import type { Proof } from "@tributary/protocol/proofs/proof";
import { dot } from "@tributary/protocol/sketch";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { provenGap, provenNeighbour } from "./disorder.ts";
import type { CallPlace } from "./honest-epoch.ts";
import type { Search } from "./search.ts";
import { chainTo, type ShownTree, standAt, type StandingLeaf } from "./shown-tree.ts";
import { chainOf, malformedAt, treeUnder, wayToTally, type WayToLeaf } from "./ways.ts";

/** A list under judgement, with what its proofs are made of. */
interface JudgedList {
  readonly search: Search;
  readonly group: number;
  readonly callPlace: number;
  readonly which: 0 | 1;
  readonly shown: ShownTree;
  readonly honest: PayloadTree;
  readonly way: WayToLeaf;
  readonly settled: CallPlace;
}

interface Listed extends EntryFields {
  readonly standing: StandingLeaf;
}

/** The proof against the list, if it differs from the honest one. */
export function findListFault(
  search: Search,
  group: number,
  call: number,
  way: WayToLeaf,
  which: 0 | 1,
): Proof | undefined {
  const list = judgedList(search, group, call, way, which);
  if (list === undefined) return undefined;
  const entries: Listed[] = [];
  for (let place = 0; place < 2 ** list.shown.tree.root.depth; place++) {
    const standing = standAt(list.shown, place);
    if (standing.what === "absent") {
      const gap = provenGap(search, list.shown, standing);
      if (gap !== undefined) return gap;
      break;
    }
    if (standing.what === "malformed") return search.malformed(list.shown, standing);
    const entry = { ...entryFields(standing.payload), standing };
    const fault = findEntryFault(list, entry, entries.at(-1));
    if (fault !== undefined) return fault;
    entries.push(entry);
  }
  return findOmission(list, entries) ?? findWrongPoints(list, entries) ?? findWrongPointer(list);
}

/** `undefined` if the list is the honest one. */
function judgedList(search: Search, group: number, call: number, way: WayToLeaf, which: 0 | 1): JudgedList | undefined {
  const honest = search.honest.listOf(group, call, which)!;
  const shown = treeUnder(search, way, which, (known) => known.listOf(group, call, which));
  const settled = search.honest.callAt(group, call)!;
  const isHonest =
    Buffer.compare(shown.tree.root.hash, honest.root.hash) === 0 && shown.tree.root.sum === honest.root.sum;
  return isHonest ? undefined : { search, group, callPlace: call, which, shown, honest, way, settled };
}

/** Form and influence of one entry; those before it are in order. */
function findEntryFault(list: JudgedList, { standing, recordIndex, s }: Listed, before?: Listed): Proof | undefined {
  const { search, shown, group } = list;
  const { index, method } = search.honest.inputs.groups[group]!;
  if (standing.place >= method.topK || recordIndex >= index.count) {
    return search.cheapest({ name: "proveMisplaced", inPayouts: false, leaf: chainTo(shown, standing) });
  }
  const truth = influenceOn(list, recordIndex);
  if (truth.s !== s || truth.w !== standing.sum) {
    const proof = search.cheapest({
      name: "proveInfluence",
      ...callArguments(list),
      entry: standing.link,
      record: standAt(search.honest.indexOf(group), recordIndex).link,
    });
    if (proof !== undefined) return proof;
  }
  const isInOrder = before === undefined || isListedBefore(keyOf(before), keyOf({ standing, recordIndex }));
  return isInOrder ? undefined : provenNeighbour(search, shown, standing.place);
}

function keyOf({ standing, recordIndex }: Pick<Listed, "standing" | "recordIndex">): ListKey {
  return { record: recordIndex, w: standing.sum };
}

/** Of lists that only hold true entries in order: the first honest entry that is not there. */
function findOmission(list: JudgedList, entries: readonly Listed[]): Proof | undefined {
  const { search, shown, honest } = list;
  for (let place = 0; ; place++) {
    const payload = honest.payload(place);
    if (payload === undefined) return undefined;
    const { recordIndex } = entryFields(payload);
    const owed = { record: recordIndex, w: honest.node(honest.root.depth, place).sum };
    const listed = entries[place];
    if (listed !== undefined && !isListedBefore(owed, keyOf(listed))) continue;
    return search.cheapest({
      name: "proveOmission",
      ...callArguments(list),
      before: entries[place - 1]?.standing.link ?? unusedLink(),
      entry: standAt(shown, place).link,
      record: standAt(search.honest.indexOf(list.group), recordIndex).link,
    });
  }
}

/** Of lists with the honest entries: the first with other points. */
function findWrongPoints(list: JudgedList, entries: readonly Listed[]): Proof | undefined {
  const { search, honest } = list;
  for (const { points, standing } of entries) {
    const payload = honest.payload(standing.place);
    if (payload !== undefined && entryFields(payload).points === points) continue;
    const proof = search.cheapest({ name: "provePoints", call: callArguments(list).call, entry: standing.link });
    if (proof !== undefined) return proof;
  }
  return undefined;
}

/** Of lists that only point elsewhere than honest ones: the first entry whose tally is not its mirror. */
function findWrongPointer(list: JudgedList): Proof | undefined {
  return list.search.firstProof(list.shown, list.honest, (place) => mirrorOf(list, place));
}

/** The proof that the tally which an entry points at is not its mirror. */
function mirrorOf({ search, group, which, shown }: JudgedList, place: number): Proof | undefined {
  const standing = standAt(shown, place);
  if (standing.what !== "leaf") return undefined;
  const { recordIndex, tallyIndex } = entryFields(standing.payload);
  if (tallyIndex === NONE) return undefined;
  const tally = wayToTally(search, group, recordIndex, which, tallyIndex);
  return (
    malformedAt(search, tally) ??
    search.cheapest({ name: "proveMirror", entry: chainTo(shown, standing), tally: chainOf(tally) })
  );
}

/** `s` and `w` of a record by the tables: 0 where record or sketch count as absent. */
function influenceOn({ search, group, settled }: JudgedList, record: number): { s: bigint; w: bigint } {
  const { index, method, settlements } = search.honest.inputs.groups[group]!;
  const { sketches } = settlements.find(({ settlementId }) => settlementId === settled.settlementId)!;
  const { k } = method;
  const query = sketches.subarray(k * settled.place, k * settled.place + k);
  const product = dot(query, index.sketches.subarray(k * record, k * record + k));
  const s = influence(index.scales[record]!, product);
  return { s, w: weight(s, index.novelties[record]!) };
}

function callArguments({ way, which, settled }: JudgedList) {
  return {
    settlement: settled.settlementId,
    call: chainOf(way, which),
    sketch: standAt(settled.sketches, settled.place).link,
  };
}
