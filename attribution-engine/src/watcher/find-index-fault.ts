// Finds a proof against an index commit, or the node to demand for one. What an index attests (sketches, scales, signatures) is taken as it stands.
import { equalBytes, NONE } from "@tributary/protocol/bytes";
import { CONTENT, INDEX } from "@tributary/protocol/kinds";
import type { Novelty } from "@tributary/protocol/novelty";
import { decodeContent } from "@tributary/protocol/payloads/content";
import { decodeIndex, type IndexPayload, isWithdrawnForm } from "@tributary/protocol/payloads/index";
import { checkIndexProof } from "@tributary/protocol/proofs/check-index-proof";
import { type IndexCase, layoutAt } from "@tributary/protocol/proofs/index-facts";
import { type AccusedIndex, costOfIndexProof, type IndexProof } from "@tributary/protocol/proofs/index-proof";
import { computeNovelty, type NoveltyOptions } from "../index/novelty.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { wholeIndex } from "./committed-inputs.ts";
import type { PreimageSource } from "./preimage-store.ts";
import {
  contentsOf,
  firstPresentFrom,
  MissingNode,
  type NodeDemand,
  type ShownTree,
  standAt,
  wholeTree,
} from "./shown-tree.ts";

/** What is known besides the chain. */
export interface IndexKnowledge {
  /** What was shown of the accused index, in answers to demands or otherwise. */
  readonly source: PreimageSource;
  /** Trees that the index may be: what its bundle was rebuilt to. */
  readonly twins?: readonly PayloadTree[];
  /** The content tree of a contribution whose records the searcher has. */
  contentTreeOf?(contribution: bigint): PayloadTree | undefined;
  /** How novelty is recomputed; changes no result. */
  readonly novelty?: NoveltyOptions;
}

/**
 * What there is to do about an index: nothing, since nothing provable is wrong with it; send a proof; or demand a node first, which `others` may be demanded beside.
 */
export type IndexFinding =
  | { readonly what: "sound" }
  | { readonly what: "proof"; readonly proof: IndexProof }
  | { readonly what: "demand"; readonly demand: NodeDemand; readonly others: readonly NodeDemand[] };

/** Proofs to choose the cheapest from; more would take longer than they save. */
const MOST_CANDIDATES = 64;
/** Missing nodes after which no more are looked for. */
const MOST_MISSING = 64;

/**
 * Searches a pending index for a fault (docs/faults.md, index faults): every place for its form, layout and content, and the novelty of all records, computed
 * anew from what the index says of them. Of the faults that it finds it gives the cheapest proof. Whatever the accused tree holds, it ends and does not throw.
 */
export async function findIndexFault(
  facts: IndexCase,
  accused: AccusedIndex,
  known: IndexKnowledge,
): Promise<IndexFinding> {
  const shown: ShownTree = {
    tree: { root: facts.root, kind: INDEX, k: facts.k },
    parents: [],
    path: [],
    commitment: { kind: INDEX, id: accused.version, sub: accused.sub },
    source: known.source,
    twins: known.twins ?? [],
  };
  const search: Search = { facts, shown, known, candidates: [], demands: [], isWhole: true };
  searchPlaces(search);
  searchAbove(search);
  if (search.isWhole && search.candidates.length < MOST_CANDIDATES) await searchNovelties(search);
  const [proof] = search.candidates
    .filter((candidate) => checkIndexProof(facts, candidate).verdict === "fault")
    .sort((a, b) => costOfIndexProof(a) - costOfIndexProof(b));
  if (proof !== undefined) return { what: "proof", proof };
  const [demand, ...others] = search.demands;
  return demand === undefined ? { what: "sound" } : { what: "demand", demand, others };
}

interface Search {
  readonly facts: IndexCase;
  readonly shown: ShownTree;
  readonly known: IndexKnowledge;
  readonly candidates: IndexProof[];
  readonly demands: NodeDemand[];
  /** Whether every record below the count is there and could be read. */
  isWhole: boolean;
}

/** Form, layout and content of what stands below the record count, by the nodes that were shown: however many records there ought to be, an unshown root is one step. */
function searchPlaces(search: Search): void {
  const { facts, shown, candidates, demands } = search;
  let expected = 0;
  const breaks = (place: number): void => {
    search.isWhole = false;
    candidates.push({ name: "proveForm", node: standAt(shown, place).link });
  };
  for (const found of contentsOf(shown)) {
    if (candidates.length >= MOST_CANDIDATES || demands.length === MOST_MISSING) return;
    const { from, end } = found instanceof MissingNode ? found : { from: found.place, end: found.place + 1 };
    if (expected < Math.min(from, facts.records)) breaks(expected);
    if (from >= facts.records) return;
    expected = end;
    if (found instanceof MissingNode) {
      search.isWhole = false;
      demands.push(found.demand!);
    } else if (found.what === "malformed") {
      breaks(found.place);
      // How much of the tree it takes up does not matter: it is wrong.
      expected = Infinity;
    } else {
      searchRecord(search, found.place, decodeIndex(found.payload, facts.k));
    }
  }
  if (expected < facts.records) breaks(expected);
}

/** A record's layout and content, and whether it is in withdrawn form exactly if it was withdrawn. */
function searchRecord(search: Search, place: number, record: IndexPayload): void {
  const { facts, shown, candidates } = search;
  const honest = layoutAt(facts.layout, place)!;
  const isElsewhere = record.contributionId !== honest.contribution || record.recordIndex !== honest.recordIndex;
  if (isElsewhere || isWithdrawnForm(record) !== facts.isWithdrawn(honest.contribution))
    candidates.push({
      name: "proveLayout",
      record: standAt(shown, place).link,
      accepted: BigInt(honest.accepted),
    });
  searchContent(search, place, record);
}

/** The record's hash against the content tree of the contribution that it names. */
function searchContent({ facts, shown, known, candidates }: Search, place: number, record: IndexPayload): void {
  const tree = known.contentTreeOf?.(record.contributionId);
  const payload = tree?.payload(record.recordIndex);
  if (tree === undefined || payload === undefined) return;
  const root = facts.contentOf(record.contributionId);
  if (root === undefined || !equalBytes(root.hash, tree.root.hash)) return;
  if (equalBytes(decodeContent(payload).recordHash, record.recordHash)) return;
  candidates.push({
    name: "proveContent",
    record: standAt(shown, place).link,
    content: standAt(wholeTree(CONTENT, tree), record.recordIndex).link,
  });
}

/** A leaf, or something malformed, at or above the record count. */
function searchAbove(search: Search): void {
  const { facts, shown, candidates } = search;
  const place = firstPresentFrom(shown, facts.records);
  if (place === undefined) return;
  const standing = orDemand(search, () => standAt(shown, place));
  if (standing !== undefined) candidates.push({ name: "proveForm", node: standing.link });
}

/** Novelty and witness of every record, from the sketches, hashes and signatures that the index states. */
async function searchNovelties({ facts, shown, known, candidates }: Search): Promise<void> {
  const index = wholeIndex(facts.records, facts.k, shown);
  if (index === undefined) return;
  const { novelties, witnesses } = await computeNovelty(index, facts.rule, known.novelty);
  for (let place = 0; place < index.count && candidates.length < MOST_CANDIDATES; place++) {
    const stated = { novelty: index.novelties[place]!, witness: index.witnesses[place]! };
    // What was withdrawn has no witness, however it resembles others.
    if (isWithdrawnForm(stated)) continue;
    const earlier = contradicting(stated, { novelty: novelties[place]!, witness: witnesses[place]! });
    if (earlier === undefined) continue;
    const [later, before] = [standAt(shown, place).link, standAt(shown, earlier).link];
    candidates.push({ name: "proveNovelty", record: later, earlier: before });
  }
}

/** The earlier record that contradicts what a record states: the true witness where it allows less or stands before the stated one, else the stated witness. */
function contradicting(stated: Novelty, actual: Novelty): number | undefined {
  if (stated.novelty === actual.novelty && stated.witness === actual.witness) return undefined;
  const isTooMuch =
    stated.novelty > actual.novelty || (stated.novelty === actual.novelty && actual.witness < stated.witness);
  const earlier = isTooMuch ? actual.witness : stated.witness;
  return earlier === NONE ? undefined : earlier;
}

function orDemand<Found>({ demands }: Search, find: () => Found): Found | undefined {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof MissingNode)) throw error;
    const demand = error.demand!;
    const isNoted = demands.some(({ level, index }) => level === demand.level && index === demand.index);
    if (!isNoted) demands.push(demand);
    return undefined;
  }
}
