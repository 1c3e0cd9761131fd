// Judges the settlements that are not ready: their receipts, their sketches, and both beside the other settlements of the till and beside the channels.
import { RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import type { Commitment } from "@tributary/protocol/demand";
import { isUncovered, type SettledFacts } from "@tributary/protocol/proofs/settlement-checks";
import { settlementProofCalldata, type SettlementProof } from "@tributary/protocol/proofs/settlement-proof";
import type { Hex } from "viem";
import { type ChannelConfigs, type Channels, findSettlementFault } from "../watcher/find-settlement-fault.ts";
import { joinSources } from "../watcher/preimage-store.ts";
import { ChannelBook } from "./channel-book.ts";
import type { DataSource } from "./committed-data.ts";
import { type KnownInput, takenInput } from "./committed-trees.ts";
import type { MadeDemand } from "./demand-book.ts";
import type { Head } from "./head.ts";
import { type InputFinding, titleOf } from "./input-finding.ts";
import type { LiveSettlement } from "./live-inputs.ts";
import { type OpenedSettlement, readChannels, TillHistory } from "./till-history.ts";

/** What is known of a settlement; sketches only once they are committed. */
export interface KnownSettlement {
  readonly receipts: KnownInput<unknown>;
  readonly sketches: KnownInput<unknown> | undefined;
}

/** Other settlements of a till. */
export interface Others {
  readonly known: OpenedSettlement[];
  readonly unknown: OpenedSettlement[];
}

/** Searches settlements for faults. */
export class SettlementJudge {
  readonly #source: DataSource;
  readonly #history: TillHistory;
  readonly #channels: ChannelBook;

  constructor(source: DataSource) {
    this.#source = source;
    this.#history = new TillHistory(source);
    this.#channels = new ChannelBook(source);
  }

  /** Settlements of the till to compare with, by whether all their receipts are known. @param live as `TillHistory.othersOf` takes it @param now as well */
  async othersOf({ view }: LiveSettlement, live: ReadonlySet<bigint>, made: readonly MadeDemand[], now: number) {
    const others: Others = { known: [], unknown: [] };
    for (const other of this.#history.othersOf(view, live))
      ((await this.#history.isKnown(other, made, now)) ? others.known : others.unknown).push(other);
    return others;
  }

  /** What there is to say of a settlement, by what is known of it and of the others. */
  async judge(
    live: LiveSettlement,
    known: KnownSettlement,
    others: Others,
    made: readonly MadeDemand[],
    head: Head,
  ): Promise<InputFinding> {
    const { settlementId: id, count } = live.view;
    const inputs = new Map<string, KnownInput<unknown>>();
    const note = (input: KnownInput<unknown>): void => void inputs.set(titleOf(input.input.commitment), input);
    note(known.receipts);
    if (known.sketches !== undefined) note(known.sketches);
    const facts = new Map<bigint, SettledFacts>([[id, factsOf(live)]]);
    const { channels } = readChannels(known.receipts, count);
    const paying = await this.#channelsOf(channels, head);
    const compared = [...others.known, ...others.unknown];
    const contradicting = compared.filter((other) => this.#history.contradicts(other, id, channels));
    for (const other of contradicting) {
      const receipts = await this.#history.receiptsOf(other, made);
      note(receipts);
      facts.set(other.settlement, {
        till: other.till,
        version: other.version,
        count: other.count,
        k: live.k,
        receipts: { ...receipts.input.root, depth: RECEIPT.depth },
        isPending: false,
        isVoid: false,
        sketches: undefined,
      });
    }
    const finding = findSettlementFault(
      { settlementOf: (settlement) => facts.get(settlement), channels: paying.facts },
      id,
      joinSources(...[...inputs.values()].map((input) => takenInput(input).source)),
      contradicting.map(({ settlement }) => settlement),
      (commitment) => {
        const input = inputs.get(titleOf(commitment));
        return input === undefined ? [] : takenInput(input).twins;
      },
      paying.configs,
    );
    const unchecked = [
      ...others.unknown.map(
        ({ settlement }) =>
          `the receipts of settlement ${settlement} of its till are not known, so it is not compared with them`,
      ),
      ...paying.unknown.map((id) => `no event tells whom channel ${id} pays, so whether it is the till is not known`),
    ];
    if (finding.what === "clean") return { what: "sound", unchecked };
    return finding.what === "demand" ? { what: "unshown" } : { what: "proof", proof: this.#proofOf(finding.proof) };
  }

  /** What the channels of receipts hold and are fixed to; the latter of those from which anything was claimed, since no others cover anything. */
  async #channelsOf(channels: Channels, head: Head) {
    const ids = [...channels.keys()];
    const facts = await this.#channels.factsOf(ids, head);
    const isShort = facts !== undefined && [...channels.values()].some(({ last }) => isUncovered(last.receipt, facts));
    // One that is uncovered ends the settlement anyway.
    const covering = facts === undefined || isShort ? [] : ids.filter((id) => facts.claimedOf(id) > 0n);
    const configs: ChannelConfigs = await this.#channels.configsOf(covering, head);
    return { facts, configs, unknown: covering.filter((id: Hex) => !configs.has(id)) };
  }

  #proofOf(proof: SettlementProof) {
    const { settlement: id, name } = proof;
    const accused: Commitment =
      "commit" in proof ? { kind: SKETCH, id, sub: proof.commit } : { kind: RECEIPT, id, sub: 0 };
    const court = this.#source.contracts.settlementProofs;
    return { court, accused, name, data: settlementProofCalldata(proof) };
  }
}

function factsOf({ view, k, receipts, sketches }: LiveSettlement): SettledFacts {
  return {
    till: view.till,
    version: view.modelVersion,
    count: view.count,
    k,
    receipts: { ...receipts.input.root, depth: RECEIPT.depth },
    isPending: true,
    isVoid: false,
    sketches: sketches && {
      root: { ...sketches.input.root, depth: SKETCH.depth },
      commit: sketches.input.commitment.sub,
    },
  };
}
