// Faults of a payout: its balance, and the earnings that it adds up.
import { NONE } from "@tributary/protocol/bytes";
import { earningFields, groupFields, pointsFields } from "@tributary/protocol/proofs/fields";
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
  type Way,
  type WayToLeaf,
  wayToEarning,
  wayToGroup,
  wayToPayout,
  wayToRecord,
} from "./ways.ts";

/** The proof against the payout of a position, at whose place the payouts differ. */
export function findPayoutFault(search: Search, position: number): Proof | undefined {
  const way = wayToPayout(search, position);
  const malformed = malformedAt(search, way);
  if (malformed !== undefined) return malformed;
  const fault = search.cheapest(
    { name: "proveMisplaced", inPayouts: true, leaf: chainOf(way) },
    { name: "proveBalance", payout: way.standing.link, previous: standAt(search.honest.previous, position).link },
  );
  if (fault !== undefined) return fault;
  const honest = search.honest.earningsOf(position);
  if (!isLeaf(way)) return findLostEarning(search, position, honest, 0)?.proof;
  const shown = treeUnder(search, way, 0, (known) => known.earningsOf(position));
  return search.firstProof(shown, honest, (place) => findEarningFault(search, position, shown, honest, place));
}

/** The proof against a group's fallback, which differs from the honest one. */
export function findFallbackFault(search: Search, group: number): Proof | undefined {
  const way = wayToGroup(search, group);
  if (!isLeaf(way)) return undefined;
  const proof = search.cheapest({ name: "proveFallback", group: way.standing.link, earning: [] });
  const { fallbackEarningIndex } = groupFields(way.standing.payload);
  if (proof !== undefined || fallbackEarningIndex === NONE) return proof;
  const earning = wayToEarning(search, Number(search.facts.treasuryPosition), fallbackEarningIndex);
  return (
    malformedAt(search, earning) ??
    search.cheapest({ name: "proveFallback", group: way.standing.link, earning: chainOf(earning) })
  );
}

/** The proof against the earning at a place where a position's earnings differ. */
function findEarningFault(
  search: Search,
  position: number,
  shown: ShownTree,
  honest: PayloadTree | undefined,
  place: number,
): Proof | undefined {
  const standing = standAt(shown, place);
  if (standing.what === "malformed") return search.malformed(shown, standing);
  if (standing.what === "absent") {
    return provenGap(search, shown, standing) ?? findLostEarning(search, position, honest, place)?.proof;
  }
  const earning = { shown, standing };
  const misplaced = search.cheapest({ name: "proveMisplaced", inPayouts: true, leaf: chainTo(shown, standing) });
  const proof = misplaced ?? judgeMirror(search, standing.payload, earning) ?? provenNeighbour(search, shown, place);
  if (proof !== undefined) return proof;
  const lost = findLostEarning(search, position, honest, place);
  if (lost === undefined || lost.proof !== undefined) return lost?.proof;
  // Both are mirrored, and the one that ought to stand here stands further back.
  return lost.index === NONE || lost.index <= place ? undefined : provenDisorder(search, shown, place, lost.index);
}

/** The honest earning of a place: what the record or group that earned it points at. */
function findLostEarning(
  search: Search,
  position: number,
  honest: PayloadTree | undefined,
  place: number,
): { proof: Proof | undefined; index: number } | undefined {
  const payload = honest?.payload(place);
  if (payload === undefined) return undefined;
  const { group, record } = earningFields(payload);
  const owed = record === NONE ? wayToGroup(search, group) : wayToRecord(search, group, record);
  const malformed = malformedAt(search, owed);
  if (malformed !== undefined) return { proof: malformed, index: NONE };
  if (!isLeaf(owed)) return undefined;
  const { owner, index } = pointerOf(search, owed, record);
  if (index === NONE) return undefined;
  const named = wayToEarning(search, owner, index);
  const proof = malformedAt(search, named) ?? judgeMirror(search, payload, named);
  return { proof, index: owner === position ? index : NONE };
}

/** The earning that a group's fallback or a record points at. */
function pointerOf(search: Search, { standing }: WayToLeaf, record: number): { owner: number; index: number } {
  if (record === NONE) {
    const { fallbackEarningIndex } = groupFields(standing.payload);
    return { owner: Number(search.facts.treasuryPosition), index: fallbackEarningIndex };
  }
  const { positionId, earningIndex } = pointsFields(standing.payload);
  return { owner: Number(positionId), index: earningIndex };
}

/** The proof that an earning and the record or group that its payload names do not mirror each other. */
function judgeMirror(search: Search, payload: Uint8Array, earning: Way): Proof | undefined {
  const { group, record } = earningFields(payload);
  const way = record === NONE ? wayToGroup(search, group) : wayToRecord(search, group, record);
  const malformed = malformedAt(search, way);
  if (malformed !== undefined) return malformed;
  return search.cheapest(
    record === NONE
      ? { name: "proveFallback", group: way.standing.link, earning: chainOf(earning) }
      : { name: "proveEarning", points: chainOf(way), earning: chainOf(earning) },
  );
}
