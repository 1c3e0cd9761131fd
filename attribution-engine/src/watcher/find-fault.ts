// Finds a proof against a proposal that is not the honest one, or the node to demand for one.
import type { Node } from "@tributary/protocol/node";
import { groupFields } from "@tributary/protocol/proofs/fields";
import type { Proof } from "@tributary/protocol/proofs/proof";
import type { Hex } from "viem";
import { findCallFault } from "./call-faults.ts";
import type { HonestEpoch } from "./honest-epoch.ts";
import type { EpochTrees } from "./nested-trees.ts";
import { findFallbackFault, findPayoutFault } from "./payout-faults.ts";
import type { PreimageSource } from "./preimage-store.ts";
import { findRecordFault } from "./record-faults.ts";
import { type AccusedRoots, Search } from "./search.ts";
import type { NodeDemand } from "./shown-tree.ts";
import { chainOf, isLeaf, malformedAt, treeUnder, wayToGroup, type WayToLeaf } from "./ways.ts";

/**
 * What there is to do about a proposal: nothing, since its roots are the honest ones; send a proof; or demand a node first; `others` are in other parts of the proposal, and may be demanded
 * at the same time to lose none. `unproven` says that everything
 * was shown and no fault found, which the completeness argument of docs/faults.md excludes.
 */
export type Finding =
  | { readonly what: "honest" }
  | { readonly what: "proof"; readonly proof: Proof }
  | { readonly what: "demand"; readonly demand: NodeDemand; readonly others: readonly NodeDemand[] }
  | { readonly what: "unproven" };

/**
 * Differences without a proof after which a tree is left for later. Where entries and tallies mirror each other in a wrong order, each of them differs, and the
 * proof is in the tallies alone.
 */
const FIRST_PATIENCE = 32;

/**
 * Searches a proposal for a fault in the order of the completeness argument of docs/faults.md: groups, calls, lists, points, tallies, earnings, payouts; it
 * only looks where the trees differ from the honest ones. Whatever the accused trees hold, it ends and does not throw.
 * @param source what was shown of the proposal, in answers to demands or otherwise
 * @param rebuilt what its bundle was rebuilt to; trees in it that are not the proposal's do no harm
 * @param excluded keccak256 of the calldata of proofs that the court refused: another one is found, if there is one
 */
export function findFault(
  honest: HonestEpoch,
  accused: AccusedRoots,
  source: PreimageSource,
  rebuilt?: EpochTrees,
  excluded?: ReadonlySet<Hex>,
): Finding {
  const { groupsTree, payoutsTree } = honest.epoch;
  if (isSame(accused.groups, groupsTree.root) && isSame(accused.payouts, payoutsTree.root)) return { what: "honest" };
  const search = new Search(honest, accused, source, rebuilt, excluded);
  for (const patience of [FIRST_PATIENCE, Infinity]) {
    search.patience = patience;
    const proof = findInGroups(search) ?? findInPayouts(search);
    if (proof !== undefined) return { what: "proof", proof };
    if (!search.isImpatient) break;
  }
  const [demand, ...others] = search.demands;
  return demand === undefined ? { what: "unproven" } : { what: "demand", demand, others };
}

function findInGroups(search: Search): Proof | undefined {
  return search.firstProof(search.groups, search.honest.epoch.groupsTree, (group) => {
    const way = wayToGroup(search, group);
    const malformed = malformedAt(search, way);
    if (malformed !== undefined) return malformed;
    const fault = search.cheapest(
      { name: "proveGroup", group: way.standing.link },
      { name: "proveMisplaced", inPayouts: false, leaf: chainOf(way) },
    );
    // Where no group ought to be, nothing in it can be compared.
    if (fault !== undefined || !isLeaf(way) || search.honest.epoch.groups[group] === undefined) return fault;
    return findInTrace(search, group, way) ?? findInPoints(search, group, way) ?? findInFallback(search, group, way);
  });
}

function findInTrace(search: Search, group: number, way: WayToLeaf): Proof | undefined {
  const { trace } = search.honest.epoch.groups[group]!;
  const shown = treeUnder(search, way, 0, ({ epoch }) => epoch.groups[group]?.trace);
  return search.firstProof(shown, trace, (call) => findCallFault(search, group, call));
}

function findInPoints(search: Search, group: number, way: WayToLeaf): Proof | undefined {
  const { points } = search.honest.epoch.groups[group]!;
  const shown = treeUnder(search, way, 1, ({ epoch }) => epoch.groups[group]?.points);
  return search.firstProof(shown, points, (record) => findRecordFault(search, group, record));
}

function findInFallback(search: Search, group: number, way: WayToLeaf): Proof | undefined {
  const honest = search.honest.epoch.groups[group]!.reduced.fallbackEarningIndex;
  const isHonest = groupFields(way.standing.payload).fallbackEarningIndex === honest;
  return isHonest ? undefined : findFallbackFault(search, group);
}

function findInPayouts(search: Search): Proof | undefined {
  return search.firstProof(search.payouts, search.honest.epoch.payoutsTree, (position) =>
    findPayoutFault(search, position),
  );
}

function isSame(a: Node, b: Node): boolean {
  return a.sum === b.sum && Buffer.compare(a.hash, b.hash) === 0;
}
