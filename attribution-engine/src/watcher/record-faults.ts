// Faults of a record's points leaf: its tallies, net, owner and earning.
import { NONE } from "@tributary/protocol/bytes";
import { pointsFields, tallyFields, entryFields } from "@tributary/protocol/proofs/fields";
import type { Proof } from "@tributary/protocol/proofs/proof";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { provenDisorder, provenGap, provenNeighbour } from "./disorder.ts";
import type { Search } from "./search.ts";
import { chainTo, type ShownTree, standAt } from "./shown-tree.ts";
import {
  chainOf,
  isLeaf,
  malformedAt,
  treeUnder,
  type WayToLeaf,
  wayToEarning,
  wayToEntry,
  wayToRecord,
  wayToTally,
} from "./ways.ts";

const SIDES = [0, 1] as const;

/** The proof against the points leaf of a record, at whose place the points differ. */
export function findRecordFault(search: Search, group: number, record: number): Proof | undefined {
  const way = wayToRecord(search, group, record);
  const malformed = malformedAt(search, way);
  if (malformed !== undefined) return malformed;
  if (!isLeaf(way)) return findLostTally(search, group, record);
  const points = chainOf(way);
  return (
    search.cheapest({ name: "proveMisplaced", inPayouts: false, leaf: points }) ??
    search.cheapest(
      { name: "proveNet", points },
      { name: "proveOwner", points, record: standAt(search.honest.indexOf(group), record).link },
      { name: "proveEarning", points, earning: [] },
    ) ??
    findTallyFaults(search, group, record, way) ??
    findEarningMirror(search, way)
  );
}

/** A record without a points leaf though it has tallies: the first honest entry that ought to be tallied there. */
function findLostTally(search: Search, group: number, record: number): Proof | undefined {
  for (const which of SIDES) {
    const tallies = search.honest.talliesOf(group, record, which);
    const proof = findLostMirror(search, group, record, which, tallies, 0);
    if (proof !== undefined) return proof;
  }
  return undefined;
}

function findTallyFaults(search: Search, group: number, record: number, way: WayToLeaf): Proof | undefined {
  for (const which of SIDES) {
    const honest = search.honest.talliesOf(group, record, which);
    const shown = treeUnder(search, way, which, (known) => known.talliesOf(group, record, which));
    const proof = search.firstProof(shown, honest, (place) =>
      findTallyFault(search, group, record, which, shown, honest, place),
    );
    if (proof !== undefined) return proof;
  }
  return undefined;
}

/** The proof against the tally at a place where a record's tallies differ. */
function findTallyFault(
  search: Search,
  group: number,
  record: number,
  which: 0 | 1,
  shown: ShownTree,
  honest: PayloadTree | undefined,
  place: number,
): Proof | undefined {
  const standing = standAt(shown, place);
  if (standing.what === "malformed") return search.malformed(shown, standing);
  if (standing.what === "absent") {
    return provenGap(search, shown, standing) ?? findLostMirror(search, group, record, which, honest, place);
  }
  const tally = chainTo(shown, standing);
  const misplaced = search.cheapest({ name: "proveMisplaced", inPayouts: false, leaf: tally });
  if (misplaced !== undefined) return misplaced;
  const { call, entry } = tallyFields(standing.payload);
  const mirror = wayToEntry(search, group, call, which, entry);
  return (
    malformedAt(search, mirror) ??
    search.cheapest({ name: "proveMirror", entry: chainOf(mirror), tally }) ??
    provenNeighbour(search, shown, place) ??
    findLostMirror(search, group, record, which, honest, place) ??
    findLater(search, group, record, which, shown, honest, place)
  );
}

/** The honest tally of a place: the proof that its entry's pointer leads nowhere, if it does. */
function findLostMirror(
  search: Search,
  group: number,
  record: number,
  which: 0 | 1,
  honest: PayloadTree | undefined,
  place: number,
): Proof | undefined {
  const entry = wayToHonestEntry(search, group, which, honest, place);
  if (entry === undefined) return undefined;
  const tallyIndex = isLeaf(entry) ? entryFields(entry.standing.payload).tallyIndex : place;
  // What is wrong with an entry that ought to have one is found in the trace.
  if (tallyIndex === NONE) return undefined;
  const tally = wayToTally(search, group, record, which, tallyIndex);
  return (
    malformedAt(search, entry) ??
    malformedAt(search, tally) ??
    search.cheapest({ name: "proveMirror", entry: chainOf(entry), tally: chainOf(tally) })
  );
}

/** Where the entry of a place's honest tally points to a later place: the disorder between the two. */
function findLater(
  search: Search,
  group: number,
  record: number,
  which: 0 | 1,
  shown: ShownTree,
  honest: PayloadTree | undefined,
  place: number,
): Proof | undefined {
  const entry = wayToHonestEntry(search, group, which, honest, place);
  if (entry === undefined || !isLeaf(entry)) return undefined;
  const { recordIndex, tallyIndex } = entryFields(entry.standing.payload);
  if (recordIndex !== record || tallyIndex === NONE || tallyIndex <= place) return undefined;
  return provenDisorder(search, shown, place, tallyIndex);
}

function wayToHonestEntry(search: Search, group: number, which: 0 | 1, honest: PayloadTree | undefined, place: number) {
  const payload = honest?.payload(place);
  if (payload === undefined) return undefined;
  const { call, entry } = tallyFields(payload);
  return wayToEntry(search, group, call, which, entry);
}

/** The earning that a points leaf points at. */
function findEarningMirror(search: Search, way: WayToLeaf): Proof | undefined {
  const { positionId, earningIndex } = pointsFields(way.standing.payload);
  if (earningIndex === NONE) return undefined;
  const earning = wayToEarning(search, Number(positionId), earningIndex);
  return (
    malformedAt(search, earning) ??
    search.cheapest({ name: "proveEarning", points: chainOf(way), earning: chainOf(earning) })
  );
}
