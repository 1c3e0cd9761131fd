// The ways through an accused proposal to the leaves that proofs compare, as chains of links.
import type { Link } from "@tributary/protocol/proofs/link";
import type { Proof } from "@tributary/protocol/proofs/proof";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { EpochTrees } from "./nested-trees.ts";
import type { Search } from "./search.ts";
import { chainTo, nestedIn, type ShownTree, standAt, type Standing, type StandingLeaf } from "./shown-tree.ts";

/** A tree and what stands at a place of it; a way that ended before its last tree stands in the tree where it ended. */
export interface Way {
  readonly shown: ShownTree;
  readonly standing: Standing;
}

/** Picks a tree of an epoch. */
type Pick = (known: EpochTrees) => PayloadTree | undefined;

/** A way that goes on through a leaf. */
export interface WayToLeaf extends Way {
  readonly standing: StandingLeaf;
}

/** Whether a leaf stands at the end. */
export function isLeaf(way: Way): way is WayToLeaf {
  return way.standing.what === "leaf";
}

/** The chain of a way; `which` names the list or tallies of its last leaf where a proof asks for that. */
export function chainOf({ shown, standing }: Way, which = 0): Link[] {
  return chainTo(shown, standing, which);
}

export function wayToGroup(search: Search, group: number): Way {
  return { shown: search.groups, standing: standAt(search.groups, group) };
}

export function wayToCall(search: Search, group: number, call: number): Way {
  return goOn(search, wayToGroup(search, group), 0, ({ epoch }) => epoch.groups[group]?.trace, call);
}

export function wayToEntry(search: Search, group: number, call: number, which: 0 | 1, entry: number): Way {
  return goOn(search, wayToCall(search, group, call), which, (known) => known.listOf(group, call, which), entry);
}

export function wayToRecord(search: Search, group: number, record: number): Way {
  return goOn(search, wayToGroup(search, group), 1, ({ epoch }) => epoch.groups[group]?.points, record);
}

export function wayToTally(search: Search, group: number, record: number, which: 0 | 1, tally: number): Way {
  return goOn(
    search,
    wayToRecord(search, group, record),
    which,
    (known) => known.talliesOf(group, record, which),
    tally,
  );
}

export function wayToPayout(search: Search, position: number): Way {
  return { shown: search.payouts, standing: standAt(search.payouts, position) };
}

export function wayToEarning(search: Search, position: number, earning: number): Way {
  return goOn(search, wayToPayout(search, position), 0, (known) => known.earningsOf(position), earning);
}

/** The tree nested in the leaf at the end of a way; `pick` names its counterpart in epochs that are known. */
export function treeUnder(search: Search, { shown, standing }: WayToLeaf, which: 0 | 1, pick: Pick): ShownTree {
  return nestedIn(shown, standing, which, search.twins(pick));
}

/** The proof that the end of a way is malformed, if it is. */
export function malformedAt(search: Search, { shown, standing }: Way): Proof | undefined {
  return search.malformed(shown, standing);
}

function goOn(search: Search, way: Way, which: 0 | 1, pick: Pick, place: number): Way {
  if (!isLeaf(way)) return way;
  const shown = treeUnder(search, way, which, pick);
  return { shown, standing: standAt(shown, place) };
}
