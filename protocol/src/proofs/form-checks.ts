// Checks of form: malformed nodes, groups that are not the ledger's, leaves out of place or range, order and gaps (docs/faults.md, Form).
import { NONE } from "../bytes.ts";
import { EARNING, ENTRY, GROUP, type Kind, PAYOUT, POINTS, TALLY, TRACE } from "../kinds.ts";
import { groupOf, indexOfGroup, isListedBefore, listKeyOf } from "./calls.ts";
import type { ChainFacts } from "./chain-facts.ts";
import { earningFields, entryFields, groupFields, pointsFields, tallyFields } from "./fields.ts";
import type { Link } from "./link.ts";
import { openLeaf, type OpenedLeaf, openParents, showsMalformed, type Tree } from "./openings.ts";
import type { ProofOf } from "./proof.ts";
import { refuse } from "./refusal.ts";

/** Trees whose leaves are contiguous from 0. */
const CONTIGUOUS: readonly Kind[] = [TRACE, ENTRY, TALLY, GROUP, EARNING];

/** Form a. */
export function checkMalformed(facts: ChainFacts, { inPayouts, node }: ProofOf<"proveMalformed">): boolean {
  const { tree } = openParents(treeOf(facts, inPayouts), node, 0);
  return showsMalformed(tree, node.at(-1)!, node.length - 1);
}

/** Form b. */
export function checkGroup(facts: ChainFacts, proof: ProofOf<"proveGroup">): boolean {
  if (proof.group.key >= BigInt(facts.groupCount)) refuse("WrongPlace", 0);
  const group = openLeaf({ root: facts.groups, kind: GROUP }, proof.group, 0);
  if (group.what === "absent") return true;
  const { version, pool } = groupOf(facts, group.place);
  return groupFields(group.payload).modelVersion !== version || group.sum !== pool;
}

/** Form c and h. */
export function checkMisplaced(facts: ChainFacts, { inPayouts, leaf }: ProofOf<"proveMisplaced">): boolean {
  const { tree, leaves } = openParents(treeOf(facts, inPayouts), leaf, 0);
  const last = openLeaf(tree, leaf.at(-1)!, leaf.length - 1);
  return last.what === "leaf" && isMisplaced(facts, tree.kind, leaves[0]?.place ?? last.place, last);
}

/** Form d. */
export function checkUnordered(facts: ChainFacts, proof: ProofOf<"proveUnordered">): boolean {
  const { tree, first, second } = openPair(facts, proof.inPayouts, proof.first, proof.second);
  if (first.what === "absent" || second.what === "absent") return false;
  return isUnordered(tree.kind, first, second);
}

/** Form e. */
export function checkGap(facts: ChainFacts, proof: ProofOf<"proveGap">): boolean {
  const { tree, first, second } = openPair(facts, proof.inPayouts, proof.missing, proof.present);
  return first.what === "absent" && second.what === "leaf" && CONTIGUOUS.includes(tree.kind);
}

/** Whether two leaves of an ordered tree, the second at a later place, are not strictly ascending (docs/formats.md §8.2); leaves of other trees have no order. */
export function isUnordered(kind: Kind, first: OpenedLeaf, second: OpenedLeaf): boolean {
  if (kind === ENTRY) return !isListedBefore(listKeyOf(first), listKeyOf(second));
  if (kind === TALLY) {
    const [a, b] = [tallyFields(first.payload), tallyFields(second.payload)];
    return a.call > b.call || (a.call === b.call && a.entry >= b.entry);
  }
  if (kind === EARNING) {
    const [a, b] = [earningFields(first.payload), earningFields(second.payload)];
    return a.group > b.group || (a.group === b.group && a.record >= b.record);
  }
  return false;
}

/**
 * Whether a leaf stands where none may, or points to where nothing can be (docs/formats.md §5.5).
 * @param outermost place of the outermost leaf above it: the group, where it is in the groups tree
 */
export function isMisplaced(facts: ChainFacts, kind: Kind, outermost: number, leaf: OpenedLeaf): boolean {
  if (kind === GROUP) return leaf.place >= facts.groupCount;
  if (kind === PAYOUT) return leaf.place === 0 || BigInt(leaf.place) > facts.positionCount;
  if (kind === EARNING) {
    const { group, record } = earningFields(leaf.payload);
    return group >= facts.groupCount || (record !== NONE && record >= indexOfGroup(facts, group).records);
  }
  const { records, topK } = indexOfGroup(facts, outermost);
  const { callCount } = groupOf(facts, outermost);
  if (kind === TRACE) return leaf.place >= callCount;
  if (kind === ENTRY) return leaf.place >= topK || entryFields(leaf.payload).recordIndex >= records;
  if (kind === TALLY) {
    const { call, entry } = tallyFields(leaf.payload);
    return call >= callCount || entry >= topK;
  }
  if (kind === POINTS) return leaf.place >= records || pointsFields(leaf.payload).positionId > facts.positionCount;
  return false;
}

function treeOf(facts: ChainFacts, inPayouts: boolean): Tree {
  return inPayouts ? { root: facts.payouts, kind: PAYOUT } : { root: facts.groups, kind: GROUP };
}

/** The end of a chain, and a later place of the same tree. */
function openPair(facts: ChainFacts, inPayouts: boolean, chain: readonly Link[], other: Link) {
  const { tree } = openParents(treeOf(facts, inPayouts), chain, 0);
  const last = chain.length - 1;
  if (other.key <= chain[last]!.key) refuse("WrongPlace", last + 1);
  return { tree, first: openLeaf(tree, chain[last]!, last), second: openLeaf(tree, other, last + 1) };
}
