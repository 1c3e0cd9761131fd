// Finds a proof against the receipts or the sketches of a settlement, or the node to demand for one.
import { equalBytes, hexToBytes } from "@tributary/protocol/bytes";
import type { Commitment } from "@tributary/protocol/demand";
import { RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import type { Tree } from "@tributary/protocol/proofs/openings";
import {
  areContradictory,
  areDisordered,
  checkSettlementProof,
  isForeignChannel,
  isUncovered,
  isWrongAlone,
  receiptOfLeaf,
  type SettledFacts,
  type SettlementChain,
} from "@tributary/protocol/proofs/settlement-checks";
import { costOfSettlementProof, type SettlementProof } from "@tributary/protocol/proofs/settlement-proof";
import type { ChannelConfig } from "@tributary/protocol/typed-data/channel";
import { type Receipt, receiptHash } from "@tributary/protocol/typed-data/receipt";
import type { Hex } from "viem";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { PreimageSource } from "./preimage-store.ts";
import { contentsOf, MissingNode, type NodeDemand, type ReadLeaf, type ShownTree, standAt } from "./shown-tree.ts";

/**
 * What there is to do about a settlement: nothing that its trees show; send a proof, the cheapest of those found; or demand the nodes that were not shown, where
 * what was shown is as it should be.
 */
export type SettlementFinding =
  | { readonly what: "clean" }
  | { readonly what: "proof"; readonly proof: SettlementProof }
  | { readonly what: "demand"; readonly demands: readonly NodeDemand[] };

/** Missing nodes after which no more are looked for: each is the root of all that is under it. */
const MOST_MISSING = 16;

/** A receipt at its place. */
type Placed = { place: number; receipt: Receipt };

/** Trees that a commit may be, by its name. */
export type TwinsOf = (commitment: Commitment) => readonly PayloadTree[];

/** What channels are fixed to, as far as it is known, by their ids. */
export type ChannelConfigs = ReadonlyMap<Hex, ChannelConfig>;

/** The first and the last receipt of each channel of a settlement. */
export type Channels = Map<Hex, { first: Placed; last: Placed }>;

/**
 * Searches a settlement's receipts and its pending sketches, and compares its channels with those of other settlements of the till and with the channel contract. Whatever
 * the trees hold, it ends and does not throw.
 * @param settlement the accused one, which `chain` knows
 * @param source what was shown of its trees, and of the others'
 * @param others settlements of the same till to compare with; those that are void say nothing
 * @param twinsOf trees that a committed one may be, which need not be shown
 * @param configs of channels of its receipts
 */
export function findSettlementFault(
  chain: SettlementChain,
  settlement: bigint,
  source: PreimageSource,
  others: readonly bigint[] = [],
  twinsOf: TwinsOf = () => [],
  configs: ChannelConfigs = new Map(),
): SettlementFinding {
  const settled = chain.settlementOf(settlement);
  if (settled === undefined) return { what: "clean" };
  const search = new SettlementSearch(chain, settlement, settled, source, twinsOf);
  const receipts = search.lookAtReceipts();
  search.compareWithChannels(receipts.leaves, configs);
  for (const other of others) search.compareWith(other, receipts.channels);
  search.lookAtSketches(receipts.leaves);
  return search.finding();
}

class SettlementSearch {
  readonly #chain: SettlementChain;
  readonly #settlement: bigint;
  readonly #settled: SettledFacts;
  readonly #source: PreimageSource;
  readonly #twinsOf: TwinsOf;
  readonly #proofs: SettlementProof[] = [];
  readonly #demands: NodeDemand[] = [];

  constructor(
    chain: SettlementChain,
    settlement: bigint,
    settled: SettledFacts,
    source: PreimageSource,
    twinsOf: TwinsOf,
  ) {
    this.#chain = chain;
    this.#settlement = settlement;
    this.#settled = settled;
    this.#source = source;
    this.#twinsOf = twinsOf;
  }

  finding(): SettlementFinding {
    const [proof] = this.#proofs
      .filter((candidate) => checkSettlementProof(this.#chain, candidate).verdict === "fault")
      .sort((a, b) => costOfSettlementProof(a) - costOfSettlementProof(b));
    if (proof !== undefined) return { what: "proof", proof };
    return this.#demands.length === 0 ? { what: "clean" } : { what: "demand", demands: this.#demands };
  }

  /** Form, and what receipts say alone and beside their neighbours; the first breach of each sort. */
  lookAtReceipts(): { leaves: Map<number, ReadLeaf>; channels: Channels } {
    const settlement = this.#settlement;
    const shown = this.#receiptsOf(settlement, this.#settled);
    const leaves = this.#read(shown, this.#settled.isPending, (place) => ({
      name: "proveReceiptForm",
      settlement,
      node: standAt(shown, place).link,
    }));
    if (!this.#settled.isPending) return { leaves, channels: channelsOf(leaves.values()) };
    const link = (place: number) => standAt(shown, place).link;
    const receipts = [...leaves.values()].map((leaf) => ({ place: leaf.place, receipt: receiptOfLeaf(leaf) }));
    const alone = receipts.find(({ receipt }) => isWrongAlone(receipt, this.#settled));
    if (alone !== undefined) this.#propose({ name: "proveReceiptAlone", settlement, receipt: link(alone.place) });
    const second = receipts.find(({ place, receipt }, i) => {
      const before = receipts[i - 1];
      return before?.place === place - 1 && areDisordered(before.receipt, receipt);
    });
    if (second !== undefined)
      this.#propose({
        name: "proveReceiptOrder",
        settlement,
        first: link(second.place - 1),
        second: link(second.place),
      });
    return { leaves, channels: channelsOf(leaves.values()) };
  }

  /** What receipts say of their channels beside what the channel contract does: the first that is uncovered, and the first whose channel is known to be foreign. */
  compareWithChannels(leaves: ReadonlyMap<number, ReadLeaf>, configs: ChannelConfigs): void {
    const { channels } = this.#chain;
    if (channels === undefined || !this.#settled.isPending) return;
    const settlement = this.#settlement;
    const linkTo = (place: number) => standAt(this.#receiptsOf(settlement, this.#settled), place).link;
    let isCovered = true;
    for (const leaf of leaves.values()) {
      const receipt = receiptOfLeaf(leaf);
      if (isCovered && isUncovered(receipt, channels)) {
        isCovered = false;
        this.#propose({ name: "proveUncovered", settlement, receipt: linkTo(leaf.place) });
      }
      const config = configs.get(receipt.channelId);
      if (config === undefined || !isForeignChannel(config, this.#settled.till, channels.token)) continue;
      this.#propose({ name: "proveForeignChannel", settlement, receipt: linkTo(leaf.place), config });
      return;
    }
  }

  /** Continuity: in an ordered channel the last receipt of the earlier settlement and the first of the later one contradict each other if any do. */
  compareWith(other: bigint, channels: Channels): void {
    const others = this.#chain.settlementOf(other);
    if (others === undefined || others.isVoid || other === this.#settlement || !this.#settled.isPending) return;
    const shown = this.#receiptsOf(other, others);
    const strange = channelsOf(this.#read(shown, false).values());
    const isLater = this.#settlement > other;
    for (const [channel, own] of channels) {
      const theirs = strange.get(channel);
      if (theirs === undefined) continue;
      const [earlier, later] = isLater ? [theirs.last, own.first] : [own.last, theirs.first];
      if (!areContradictory(earlier.receipt, later.receipt)) continue;
      const mine = isLater ? later : earlier;
      const its = isLater ? earlier : later;
      this.#propose({
        name: "proveContinuity",
        settlement: this.#settlement,
        receipt: standAt(this.#receiptsOf(this.#settlement, this.#settled), mine.place).link,
        other,
        otherReceipt: standAt(shown, its.place).link,
      });
      return;
    }
  }

  /** Form of the pending sketches, and whether each is of the receipt at its place. */
  lookAtSketches(receipts: ReadonlyMap<number, ReadLeaf>): void {
    if (this.#settled.sketches === undefined) return;
    const settlement = this.#settlement;
    const { root, commit } = this.#settled.sketches;
    const tree: Tree = { root, kind: SKETCH, k: this.#settled.k };
    const shown = this.#shown(tree, { kind: SKETCH, id: settlement, sub: commit });
    const leaves = this.#read(shown, true, (place) => ({
      name: "proveSketchForm",
      settlement,
      commit,
      node: standAt(shown, place).link,
    }));
    for (const { place, payload } of leaves.values()) {
      const receipt = receipts.get(place);
      if (receipt === undefined) continue;
      if (equalBytes(payload.subarray(1, 33), hexToBytes(receiptHash(receiptOfLeaf(receipt))))) continue;
      this.#propose({
        name: "proveSketchReceipt",
        settlement,
        commit,
        sketch: standAt(shown, place).link,
        receipt: standAt(this.#receiptsOf(settlement, this.#settled), place).link,
      });
      return;
    }
  }

  /**
   * The leaves of a tree that count. Where it is accused, what breaks its form is proposed, and what is missing noted.
   * @param proofOf the proof of form at a place
   */
  #read(shown: ShownTree, isAccused: boolean, proofOf?: (place: number) => SettlementProof): Map<number, ReadLeaf> {
    const { count } = this.#settledOf(shown);
    const leaves = new Map<number, ReadLeaf>();
    let missing = 0;
    let expected = 0;
    let isBroken = false;
    const breaks = (place: number): void => {
      if (isAccused && !isBroken && proofOf !== undefined) this.#propose(proofOf(place));
      isBroken = true;
    };
    for (const found of contentsOf(shown)) {
      if (found instanceof MissingNode) {
        if (isAccused && found.demand !== undefined) this.#demands.push(found.demand);
        // What is under it is not known, so no place is known to be absent.
        expected = Infinity;
        if (++missing === MOST_MISSING) break;
        continue;
      }
      if (found.place > expected && expected < count) breaks(expected);
      if (found.what === "malformed") {
        breaks(found.place);
        expected = Infinity;
        continue;
      }
      if (found.place >= count) {
        breaks(found.place);
        break;
      }
      leaves.set(found.place, found);
      expected = found.place + 1;
    }
    if (missing === 0 && expected < count) breaks(expected);
    return leaves;
  }

  #receiptsOf(settlement: bigint, { receipts: root }: SettledFacts): ShownTree {
    return this.#shown({ root, kind: RECEIPT }, { kind: RECEIPT, id: settlement, sub: 0 });
  }

  #shown(tree: Tree, commitment: Commitment): ShownTree {
    return { tree, commitment, parents: [], path: [], source: this.#source, twins: this.#twinsOf(commitment) };
  }

  #settledOf({ commitment }: ShownTree): SettledFacts {
    return this.#chain.settlementOf(commitment!.id)!;
  }

  #propose(proof: SettlementProof): void {
    this.#proofs.push(proof);
  }
}

/** The channels of receipts in the order of their places. */
export function channelsOf(leaves: Iterable<ReadLeaf>): Channels {
  const channels: Channels = new Map();
  for (const leaf of leaves) {
    const placed = { place: leaf.place, receipt: receiptOfLeaf(leaf) };
    const known = channels.get(placed.receipt.channelId);
    channels.set(placed.receipt.channelId, { first: known?.first ?? placed, last: placed });
  }
  return channels;
}
