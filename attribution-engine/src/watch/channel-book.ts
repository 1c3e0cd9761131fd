// What is known of the payment channels that receipts name: what was claimed from them, and what they are fixed to.
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { claimedTotals } from "@tributary/protocol/channel-states";
import type { ChannelFacts } from "@tributary/protocol/proofs/settlement-checks";
import { type ChannelConfig, channelId } from "@tributary/protocol/typed-data/channel";
import { BlockSpan } from "@tributary/protocol/block-span";
import { type Address, getAbiItem, type Hex, isAddressEqual, zeroAddress } from "viem";
import type { ChannelConfigs } from "../watcher/find-settlement-fault.ts";
import type { DataSource } from "./committed-data.ts";
import type { Head } from "./head.ts";

const CREATED = getAbiItem({ abi: batchSettlementAbi, name: "ChannelCreated" });
/** Ids that one request for events names. */
const IDS_AT_A_TIME = 500;

/** The channel contract of a ledger's court. */
interface ChannelContract {
  readonly address: Address;
  readonly chainId: number;
}

/** Blocks that are searched again: what a reorganisation may have replaced. */
const REREAD_BLOCKS = 64n;

/** Reads them. Configurations never change, so each is looked for until it is found, and hardly in a block twice. */
export class ChannelBook {
  readonly #source: DataSource;
  readonly #span = new BlockSpan();
  readonly #configs = new Map<Hex, ChannelConfig>();
  /** Of ids that no event told of: up to which block events of the deployment's time were read. */
  readonly #searchedTo = new Map<Hex, bigint>();
  /** Those that no earlier event tells of either. */
  readonly #nowhere = new Set<Hex>();
  #contract: ChannelContract | "none" | undefined;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** What the channel contract says of channels after the block; `undefined` if there is nothing to ask, or the court compares receipts with no channels. */
  async factsOf(ids: readonly Hex[], { number: blockNumber }: Head): Promise<ChannelFacts | undefined> {
    const contract = ids.length === 0 ? undefined : await this.#contractOf();
    if (contract === undefined) return undefined;
    const { reader, contracts } = this.#source;
    const { address, chainId } = contract;
    // A node that is behind the block must not answer: it would not know of claims that the settlement's gateway made.
    const totals = await claimedTotals({ reader, batchSettlement: address, blockNumber }, ids);
    return {
      token: contracts.token,
      claimedOf: (id) => totals.get(id) ?? 0n,
      idOf: (config) => channelId(config, chainId, address),
    };
  }

  /**
   * What channels are fixed to, as far as events tell. A channel of a till is made after the till, so only others are looked for in blocks before the deployment's; where
   * a node does not have those any more, they stay unknown.
   */
  async configsOf(ids: readonly Hex[], head: Head): Promise<ChannelConfigs> {
    const { first } = this.#source.logs;
    const recent = this.#unknown(ids);
    const since = recent.map((id) => this.#searchedTo.get(id) ?? 0n).reduce((a, b) => (a < b ? a : b), head.number);
    await this.#search(recent, since - REREAD_BLOCKS > first ? since - REREAD_BLOCKS : first, head.number);
    for (const id of this.#unknown(recent)) this.#searchedTo.set(id, head.number);
    const older = this.#unknown(recent).filter((id) => !this.#nowhere.has(id));
    try {
      await this.#search(older, 0n, first - 1n);
      for (const id of this.#unknown(older)) this.#nowhere.add(id);
    } catch {
      // Another node may have them.
    }
    return this.#configs;
  }

  #unknown(ids: readonly Hex[]): Hex[] {
    return ids.filter((id) => !this.#configs.has(id));
  }

  /** Reads events of these ids, the newest first, until each is found. */
  async #search(ids: readonly Hex[], from: bigint, to: bigint): Promise<void> {
    const contract = ids.length === 0 ? undefined : await this.#contractOf();
    if (contract === undefined) return;
    for (let last = to; last >= from;) {
      const wanted = this.#unknown(ids);
      if (wanted.length === 0) return;
      const start = last - this.#span.blocks + 1n;
      const fromBlock = start > from ? start : from;
      try {
        for (let i = 0; i < wanted.length; i += IDS_AT_A_TIME) {
          const channelIds = wanted.slice(i, i + IDS_AT_A_TIME);
          await this.#read(contract.address, channelIds, fromBlock, last);
        }
        this.#span.answered();
        last = fromBlock - 1n;
      } catch (error) {
        this.#span.failed(last - fromBlock + 1n, error);
      }
    }
  }

  async #read(address: Address, ids: Hex[], fromBlock: bigint, toBlock: bigint): Promise<void> {
    const found = await this.#source.reader.getLogs({
      address,
      event: CREATED,
      args: { channelId: ids },
      strict: true,
      fromBlock,
      toBlock,
    });
    for (const { args } of found) this.#configs.set(args.channelId, args.config);
  }

  async #contractOf(): Promise<ChannelContract | undefined> {
    if (this.#contract === undefined) {
      const { reader, contracts } = this.#source;
      const [address, chainId] = await Promise.all([
        reader.readContract({
          address: contracts.settlementProofs,
          abi: settlementProofsAbi,
          functionName: "channels",
        }),
        reader.getChainId(),
      ]);
      this.#contract = isAddressEqual(address, zeroAddress) ? "none" : { address, chainId };
    }
    return this.#contract === "none" ? undefined : this.#contract;
  }
}
