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
  if (fault !== undefined || !isLeaf(way)) return fault;
  const honest = search.honest.earningsOf(position);
  const shown = treeUnder(way, 0, honest);
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
    return provenGap(search, shown, standing) ?? findLostEarning(search, position, shown, honest, place);
  }
  const earning = { shown, standing };
  const misplaced = search.cheapest({ name: "proveMisplaced", inPayouts: true, leaf: chainTo(shown, standing) });
  return (
    misplaced ??
    judgeMirror(search, standing.payload, earning) ??
    provenNeighbour(search, shown, place) ??
    findLostEarning(search, position, shown, honest, place)
  );
}

/** The honest earning of a place: what the record or group that earned it points at, or the disorder between there and here. */
function findLostEarning(
  search: Search,
  position: number,
  shown: ShownTree,
  honest: PayloadTree | undefined,
  place: number,
): Proof | undefined {
  const payload = honest?.payload(place);
  if (payload === undefined) return undefined;
  const { group, record } = earningFields(payload);
  const owed = record === NONE ? wayToGroup(search, group) : wayToRecord(search, group, record);
  const malformed = malformedAt(search, owed);
  if (malformed !== undefined || !isLeaf(owed)) return malformed;
  const pointer =
    record === NONE
      ? { owner: position, index: groupFields(owed.standing.payload).fallbackEarningIndex }
      : {
          owner: Number(pointsFields(owed.standing.payload).positionId),
          index: pointsFields(owed.standing.payload).earningIndex,
        };
  if (pointer.index === NONE) return undefined;
  const named = wayToEarning(search, pointer.owner, pointer.index);
  const proof = malformedAt(search, named) ?? judgeMirror(search, payload, named);
  if (proof !== undefined || pointer.owner !== position || pointer.index <= place) return proof;
  return provenDisorder(search, shown, place, pointer.index);
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
