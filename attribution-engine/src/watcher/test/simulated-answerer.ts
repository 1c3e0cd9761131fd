// Simulates who proposed a lie: it shows nothing but what is demanded, and may stay silent.
import { concatBytes, isZero } from "@tributary/protocol/bytes";
import { ANSWER_LEVELS, kindAt } from "@tributary/protocol/demand";
import { MOST_PAYLOAD } from "@tributary/protocol/kinds";
import { INNER_PREIMAGE_BYTES, type Node, readNode } from "@tributary/protocol/node";
import { findFault, type Finding } from "../find-fault.ts";
import type { HonestEpoch } from "../honest-epoch.ts";
import { PreimageStore } from "../preimage-store.ts";
import type { NodeDemand } from "../shown-tree.ts";
import type { BuiltProposal } from "./plain-proposal.ts";

/** What came of a search that had to demand everything. */
export interface Inquiry {
  /** `unanswered`: the last demand has no answer, which ends the proposal (docs/faults.md, Availability). */
  readonly end: Finding | { readonly what: "unanswered"; readonly demand: NodeDemand };
  readonly demands: number;
  /** Rounds of demands that were made at the same time. */
  readonly rounds: number;
}

/** The answer of docs/formats.md §9 to a demand, `undefined` if a preimage or the payload is not one of an answer's. */
export function simulateAnswer(
  store: Pick<PreimageStore, "get">,
  { commitment, path, level, node }: NodeDemand,
): Uint8Array | undefined {
  const { depth } = kindAt(commitment.kind, path);
  if (level === depth) {
    const preimage = store.get(node.hash);
    const payload = preimage && store.get(preimage.subarray(25));
    return preimage?.length === 57 && payload !== undefined && payload.length <= MOST_PAYLOAD
      ? concatBytes(Uint8Array.of(1), preimage, payload)
      : undefined;
  }
  const preimages: Uint8Array[] = [];
  let nodes: Node[] = [node];
  for (let l = level; l < Math.min(level + ANSWER_LEVELS, depth); l++) {
    const below: Node[] = [];
    for (const { hash } of nodes.filter((inner) => !isZero(inner.hash))) {
      const preimage = store.get(hash);
      if (preimage?.length !== INNER_PREIMAGE_BYTES || preimage[0] !== 1) return undefined;
      preimages.push(preimage);
      below.push(readNode(preimage, 1), readNode(preimage, 49));
    }
    nodes = below;
  }
  return concatBytes(Uint8Array.of(preimages.length), ...preimages);
}

/**
 * Searches a proposal of which nothing was published, demanding node after node.
 * @param isSilent for which demands the simulated proposer stays silent
 */
export function inquire(
  honest: HonestEpoch,
  accused: BuiltProposal,
  isSilent: (demand: NodeDemand) => boolean = () => false,
): Inquiry {
  const shown = new PreimageStore();
  let demands = 0;
  for (let rounds = 0; rounds < 200; rounds++) {
    const finding = findFault(honest, { epoch: honest.inputs.epoch, proposal: 0, ...accused }, shown);
    if (finding.what !== "demand") return { end: finding, demands, rounds };
    for (const demand of [finding.demand, ...finding.others]) {
      demands++;
      const answer = isSilent(demand) ? undefined : simulateAnswer(accused.store, demand);
      if (answer === undefined) return { end: { what: "unanswered", demand }, demands, rounds: rounds + 1 };
      shown.addAnswer(demand, demand.node, kindAt(demand.commitment.kind, demand.path).depth, answer);
    }
  }
  throw new Error("200 rounds of demands did not lead to a fault");
}
