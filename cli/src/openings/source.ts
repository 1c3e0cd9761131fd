// Where openings come from: an indexer that serves them, or folders of published bundles. Neither is believed: what they give is verified against the chain.
import { type Command, Option } from "commander";
import type { Hex } from "viem";
import type { OpenedCall } from "@tributary/protocol/attribution-opening";
import type { LeafJson } from "@tributary/protocol/opened-leaf";
import { gathered } from "../amounts.ts";
import { type Chain, type IndexerFlags, withIndexer } from "../connection.ts";
import { OPTIONS_OF } from "../help.ts";
import { openBundles } from "./bundles-source.ts";
import type { FinalEpoch } from "./final-epochs.ts";
import { indexerSource } from "./indexer-source.ts";

/** A call, and its part of what it paid to records of a position, base units. */
export interface PayingCall {
  readonly receipt: Hex;
  readonly paid: bigint;
}

/** Of what a source does not keep it says so: NotKept of not-kept.ts. */
export interface OpeningSource {
  /** The payout of a position after an epoch. */
  payout(epoch: FinalEpoch, position: bigint): Promise<LeafJson>;
  /** The payout of a position after the newest final epoch, and nothing of what it came from: what a claim needs. */
  claim(newest: FinalEpoch, position: bigint): Promise<LeafJson>;
  /** The call of a receipt; `undefined` where no final epoch that is kept there has it. */
  call(epochs: readonly FinalEpoch[], receipt: Hex): Promise<{ settlement: bigint; opened: OpenedCall } | undefined>;
  /** The calls that paid a position most in an epoch, best first, and how many there are. */
  payers(epoch: FinalEpoch, position: bigint, most: number): Promise<{ total: number; calls: readonly PayingCall[] }>;
  close(): void;
}

export interface SourceFlags extends IndexerFlags {
  bundles: string[];
}

/** Adds `--indexer` and `--bundles`. */
export function withOpenings(command: Command): Command {
  return withIndexer(command).addOption(
    new Option("--bundles <folder...>", "folders of published bundles, instead of an indexer")
      .argParser(gathered((folder) => folder))
      .default([])
      .helpGroup(OPTIONS_OF.connection),
  );
}

/** The folders where some are named, else the indexer. */
export function openSource({ bundles, indexer }: SourceFlags, chain: Chain): OpeningSource {
  return bundles.length > 0 ? openBundles(bundles) : indexerSource(indexer, chain);
}
