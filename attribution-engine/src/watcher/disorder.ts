// Finds the place at which a list that ought to ascend and have no gaps does not.
import { isUnordered } from "@tributary/protocol/proofs/form-checks";
import type { OpenedLeaf } from "@tributary/protocol/proofs/openings";
import type { Proof } from "@tributary/protocol/proofs/proof";
import type { Search } from "./search.ts";
import { chainTo, firstPresentFrom, type ShownTree, standAt, type Standing, type StandingLeaf } from "./shown-tree.ts";

/**
 * The proof that something is wrong between two places of which the later one does not belong behind the earlier: a gap, a malformed node, or two
 * neighbours that do not ascend. A binary search, so that it needs few nodes of a long list.
 */
export function provenDisorder(search: Search, shown: ShownTree, from: number, to: number): Proof | undefined {
  let low = standAt(shown, from);
  let high = standAt(shown, to);
  while (low.place < high.place) {
    if (low.what === "malformed") return search.malformed(shown, low);
    if (high.what === "malformed") return search.malformed(shown, high);
    if (high.what === "absent") return undefined;
    if (low.what === "absent") return gap(search, shown, low, high);
    if (!isBehind(shown, low, high)) return undefined;
    if (low.place + 1 === high.place) return unordered(search, shown, low, high);
    const middle = standAt(shown, Math.floor((low.place + high.place) / 2));
    if (middle.what === "leaf" && isBehind(shown, low, middle)) high = middle;
    else low = middle;
  }
  return undefined;
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

/** Whether the later leaf is not greater than the earlier, as neighbours have to be. */
function isBehind(shown: ShownTree, earlier: StandingLeaf, later: StandingLeaf): boolean {
  return isUnordered(shown.tree.kind, openedOf(earlier), openedOf(later));
}

function openedOf({ place, sum, payload }: StandingLeaf): OpenedLeaf {
  return { what: "leaf", place, sum, payload, prefix: 0n };
}

function gap(search: Search, shown: ShownTree, missing: Standing, present: StandingLeaf): Proof | undefined {
  return search.cheapest({
    name: "proveGap",
    inPayouts: search.isInPayouts(shown),
    missing: chainTo(shown, missing),
    present: present.link,
  });
}

function unordered(search: Search, shown: ShownTree, first: StandingLeaf, second: StandingLeaf): Proof | undefined {
  return search.cheapest({
    name: "proveUnordered",
    inPayouts: search.isInPayouts(shown),
    first: chainTo(shown, first),
    second: second.link,
  });
}
