// The state of a search for a fault: the accused trees as far as they were shown, the honest ones, and the first node that is missing.
import { GROUP, PAYOUT } from "@tributary/protocol/kinds";
import type { Node } from "@tributary/protocol/node";
import type { ChainFacts } from "@tributary/protocol/proofs/chain-facts";
import { proofCalldata } from "@tributary/protocol/proofs/calldata";
import { checkProof } from "@tributary/protocol/proofs/check-proof";
import { costOfProof } from "@tributary/protocol/proofs/cost";
import type { Proof } from "@tributary/protocol/proofs/proof";
import { type Hex, keccak256 } from "viem";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { HonestEpoch } from "./honest-epoch.ts";
import type { EpochTrees } from "./nested-trees.ts";
import type { PreimageSource } from "./preimage-store.ts";
import { chainTo, differingPlaces, MissingNode, type NodeDemand, type ShownTree, type Standing } from "./shown-tree.ts";

/** A proposal of an epoch: its number and its roots. */
export interface AccusedRoots {
  readonly epoch: bigint;
  readonly proposal: number;
  readonly groups: Node;
  readonly payouts: Node;
}

/** Missing nodes of one tree after which a search of it ends: another one would be demanded no sooner. */
const MOST_MISSING = 64;

/** One search. */
export class Search {
  readonly honest: HonestEpoch;
  readonly facts: ChainFacts;
  readonly groups: ShownTree;
  readonly payouts: ShownTree;
  /** The first missing node that was met, and the first of each other tree: groups, traces, points, payouts. */
  readonly demands: NodeDemand[] = [];

  /** Differences without a proof after which `firstProof` leaves a tree. */
  patience = Infinity;
  /** Whether one was left. */
  isImpatient = false;
  /** Epochs whose trees may be those of the proposal. */
  readonly #known: readonly EpochTrees[];
  readonly #accused: AccusedRoots;
  readonly #excluded: ReadonlySet<Hex>;

  /**
   * @param rebuilt what the proposal's bundle was rebuilt to, if it was
   * @param excluded keccak256 of the calldata of proofs that are passed over
   */
  constructor(
    honest: HonestEpoch,
    accused: AccusedRoots,
    source: PreimageSource,
    rebuilt?: EpochTrees,
    excluded: ReadonlySet<Hex> = new Set(),
  ) {
    const { epoch, proposal, groups, payouts } = accused;
    this.honest = honest;
    this.#accused = accused;
    this.#excluded = excluded;
    this.#known = rebuilt === undefined ? [honest] : [honest, rebuilt];
    this.facts = honest.factsFor(groups, payouts);
    const shown = { parents: [], path: [], source };
    this.groups = {
      ...shown,
      tree: { kind: GROUP, root: this.facts.groups },
      commitment: { kind: GROUP, id: epoch, sub: proposal },
      twins: this.twins(({ epoch: known }) => known.groupsTree),
    };
    this.payouts = {
      ...shown,
      tree: { kind: PAYOUT, root: this.facts.payouts },
      commitment: { kind: PAYOUT, id: epoch, sub: proposal },
      twins: this.twins(({ epoch: known }) => known.payoutsTree),
    };
  }

  /** Trees that one of the accused may be. */
  twins(pick: (known: EpochTrees) => PayloadTree | undefined): PayloadTree[] {
    return this.#known.map(pick).filter((tree) => tree !== undefined);
  }

  /** The first proof that `judge` finds at a place where a tree differs from the honest one. A missing node is noted and passed over. */
  firstProof(
    shown: ShownTree,
    honest: PayloadTree | undefined,
    judge: (place: number) => Proof | undefined,
  ): Proof | undefined {
    let missing = 0;
    let fruitless = 0;
    for (const difference of differingPlaces(shown, honest)) {
      const proof = this.orMissing(() => {
        if (difference instanceof MissingNode) throw difference;
        return judge(difference);
      });
      if (proof === MISSING) {
        if (++missing === MOST_MISSING) return undefined;
      } else if (proof !== undefined) {
        return proof;
      } else if (++fruitless === this.patience) {
        this.isImpatient = true;
        return undefined;
      }
    }
    return undefined;
  }

  /** What `find` gives, or that it met a missing node, which is noted. */
  orMissing<Found>(find: () => Found): Found | typeof MISSING {
    try {
      return find();
    } catch (error) {
      if (!(error instanceof MissingNode)) throw error;
      if (error.demand !== undefined) this.#note(error.demand);
      return MISSING;
    }
  }

  /** Of the candidates, which are about one difference, the one of least cost that shows a fault and is not excluded. */
  cheapest(...candidates: readonly (Proof | undefined)[]): Proof | undefined {
    return candidates
      .filter((candidate) => candidate !== undefined)
      .sort((a, b) => costOfProof(a) - costOfProof(b))
      .find((candidate) => checkProof(this.facts, candidate).verdict === "fault" && !this.#isExcluded(candidate));
  }

  #isExcluded(candidate: Proof): boolean {
    if (this.#excluded.size === 0) return false;
    const { epoch, proposal } = this.#accused;
    return this.#excluded.has(keccak256(proofCalldata({ epoch, proposal }, candidate)));
  }

  /** The proof that what stands there is malformed, `undefined` if it is not. */
  malformed(shown: ShownTree, standing: Standing): Proof | undefined {
    if (standing.what !== "malformed") return undefined;
    return this.cheapest({
      name: "proveMalformed",
      inPayouts: this.isInPayouts(shown),
      node: chainTo(shown, standing),
    });
  }

  #note(demand: NodeDemand): void {
    if (!this.demands.some((noted) => branchOf(noted) === branchOf(demand))) this.demands.push(demand);
  }

  isInPayouts(shown: ShownTree): boolean {
    return shown.commitment?.kind === PAYOUT;
  }
}

/** Stands for a result that needs a node which was not shown. */
export const MISSING = Symbol("a node was not shown");

/** The part of the proposal in which a node is: demands in several parts can be answered at the same time. */
function branchOf({ commitment, path }: NodeDemand): string {
  const [first] = path;
  return `${commitment.kind.name} ${commitment.kind === PAYOUT || first === undefined ? "" : first.which}`;
}
