// The events of a ledger, its courts and the indexes it uses, read once and kept up to date across reorganisations of the chain.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { indexProofsAbi } from "@tributary/protocol/abi/index-proofs";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { sketchDisputesAbi } from "@tributary/protocol/abi/sketch-disputes";
import { BlockSpan } from "@tributary/protocol/block-span";
import { type Address, getAbiItem, type Log } from "viem";
import type { Reader } from "../chain/chain-access.ts";

const EVENTS = [
  getAbiItem({ abi: demandsAbi, name: "Demanded" }),
  getAbiItem({ abi: demandsAbi, name: "Answered" }),
  getAbiItem({ abi: demandsAbi, name: "EndedUnanswered" }),
  getAbiItem({ abi: demandsAbi, name: "Refunded" }),
  getAbiItem({ abi: demandsAbi, name: "Penalized" }),
  getAbiItem({ abi: modelRegistryAbi, name: "IndexCommitted" }),
  getAbiItem({ abi: modelRegistryAbi, name: "IndexHeld" }),
  getAbiItem({ abi: modelRegistryAbi, name: "IndexEnded" }),
  getAbiItem({ abi: indexProofsAbi, name: "IndexProofReserved" }),
  getAbiItem({ abi: indexProofsAbi, name: "IndexProofRevealed" }),
  getAbiItem({ abi: settlementProofsAbi, name: "ProofReserved" }),
  getAbiItem({ abi: settlementProofsAbi, name: "ProofRevealed" }),
  getAbiItem({ abi: settlementProofsAbi, name: "BreachProven" }),
  getAbiItem({ abi: settlementProofsAbi, name: "InclusionUnanswered" }),
  getAbiItem({ abi: royaltyLedgerAbi, name: "SettlementOpened" }),
  getAbiItem({ abi: royaltyLedgerAbi, name: "SketchesCommitted" }),
  getAbiItem({ abi: royaltyLedgerAbi, name: "SketchesEnded" }),
  getAbiItem({ abi: royaltyLedgerAbi, name: "SettlementVoided" }),
  getAbiItem({ abi: royaltyLedgerAbi, name: "Proposed" }),
  getAbiItem({ abi: royaltyLedgerAbi, name: "ProposalEnded" }),
  getAbiItem({ abi: royaltyLedgerAbi, name: "Finalized" }),
  getAbiItem({ abi: sketchDisputesAbi, name: "Disputed" }),
  getAbiItem({ abi: sketchDisputesAbi, name: "RoundOpened" }),
  getAbiItem({ abi: sketchDisputesAbi, name: "VoteCommitted" }),
  getAbiItem({ abi: sketchDisputesAbi, name: "VoteRevealed" }),
] as const;

/** One of the events that are kept. */
export type KeptLog = Log<bigint, number, false, undefined, true, typeof EVENTS>;
export type KeptLogOf<Name extends KeptLog["eventName"]> = Extract<KeptLog, { eventName: Name }>;

/** Blocks that are read again each time: what a reorganisation may have replaced. */
const REREAD_BLOCKS = 64n;

/** Events in the order of the chain. */
export class LogBook {
  readonly #reader: Reader;
  readonly #addresses: Address[];
  readonly #span = new BlockSpan();
  /** Block from which on events are read. */
  readonly first: bigint;
  #logs: KeptLog[] = [];
  #end: bigint;

  /** @param first block from which on events are read */
  constructor(reader: Reader, addresses: readonly Address[], first: bigint) {
    this.#reader = reader;
    this.#addresses = [...addresses];
    this.first = first;
    this.#end = first;
  }

  /**
   * Reads up to a block, and the last blocks before it again. Nodes that refuse long ranges are asked for shorter ones, and for longer ones again later.
   * @throws what keeps the events from being read; what was known stays
   */
  async refresh(head: bigint): Promise<void> {
    const known = this.#end < head ? this.#end : head;
    let from = known - REREAD_BLOCKS > this.first ? known - REREAD_BLOCKS : this.first;
    const kept = this.#logs.filter(({ blockNumber }) => blockNumber < from);
    while (from <= head) {
      const end = from + this.#span.blocks - 1n;
      const last = end < head ? end : head;
      try {
        const found = await this.#reader.getLogs({
          address: this.#addresses,
          events: EVENTS,
          strict: true,
          fromBlock: from,
          toBlock: last,
        });
        kept.push(...found);
        from = last + 1n;
        this.#span.answered();
      } catch (error) {
        this.#span.failed(last - from + 1n, error);
      }
    }
    this.#logs = kept;
    this.#end = head + 1n;
  }

  of<Name extends KeptLog["eventName"]>(name: Name): KeptLogOf<Name>[] {
    return this.#logs.filter((log): log is KeptLogOf<Name> => log.eventName === name);
  }

  /** The last event of a name that fits. */
  last<Name extends KeptLog["eventName"]>(
    name: Name,
    fits: (log: KeptLogOf<Name>) => boolean = () => true,
  ): KeptLogOf<Name> | undefined {
    return this.of(name).findLast(fits);
  }
}
