// Proofs that a list which ought to ascend and have no gaps does not.
import type { Proof } from "@tributary/protocol/proofs/proof";
import type { Search } from "./search.ts";
import { chainTo, firstPresentFrom, type ShownTree, standAt, type Standing, type StandingLeaf } from "./shown-tree.ts";

/** The proof that a place and a later one contradict each other: a malformed node, a gap, or two leaves that do not ascend. */
export function provenDisorder(search: Search, shown: ShownTree, from: number, to: number): Proof | undefined {
  const earlier = standAt(shown, from);
  const later = standAt(shown, to);
  if (earlier.what === "malformed") return search.malformed(shown, earlier);
  if (later.what !== "leaf") return search.malformed(shown, later);
  if (earlier.what === "absent") return gap(search, shown, earlier, later);
  const inPayouts = search.isInPayouts(shown);
  return search.cheapest({ name: "proveUnordered", inPayouts, first: chainTo(shown, earlier), second: later.link });
}

/** The proof that a leaf, and the place before it, do not belong side by side. */
export function provenNeighbour(search: Search, shown: ShownTree, place: number): Proof | undefined {
  return place === 0 ? undefined : provenDisorder(search, shown, place - 1, place);
}

/** The proof that something stands behind an absent place of a contiguous tree. */
export function provenGap(search: Search, shown: ShownTree, missing: Standing): Proof | undefined {
  const next = firstPresentFrom(shown, missing.place + 1);
  if (next === undefined) return undefined;
  const present = standAt(shown, next);
  return present.what === "leaf" ? gap(search, shown, missing, present) : search.malformed(shown, present);
}

function gap(search: Search, shown: ShownTree, missing: Standing, present: StandingLeaf): Proof | undefined {
  return search.cheapest({
    name: "proveGap",
    inPayouts: search.isInPayouts(shown),
    missing: chainTo(shown, missing),
    present: present.link,
  });
}
