// Claims at once what channels were charged whose payers ask for their money back, well before they can have it.
import type { Hex } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { withdrawing } from "@tributary/protocol/channel-states";
import { channelsOf, type SettlementChain, type Tell } from "./chain.ts";
import type { SettledBooks, Settler } from "./settler.ts";

/** Blocks that are read again at each look, since a reorganisation may have put an event into them. */
const OVERLAP_BLOCKS = 64n;
/** A block range that public nodes answer. */
const BLOCKS_AT_A_TIME = 9_999n;

/**
 * Payers' withdrawals from this gateway's channels. A look that fails changes nothing, so the next one reads from where the last good one ended; after a start everything
 * that is pending is read.
 */
export class Withdrawals {
  readonly #books: Pick<SettledBooks, "channels" | "recover">;
  readonly #chain: SettlementChain;
  readonly #settler: Pick<Settler, "claim">;
  readonly #tell: Tell;
  /** Channels with a withdrawal that is not over: what they are charged meanwhile is claimed too. */
  #pending = new Set<Hex>();
  #nextBlock: bigint | undefined;

  constructor(
    books: Pick<SettledBooks, "channels" | "recover">,
    chain: SettlementChain,
    settler: Pick<Settler, "claim">,
    tell: Tell,
  ) {
    this.#books = books;
    this.#chain = chain;
    this.#settler = settler;
    this.#tell = tell;
  }

  /** Looks once. @returns how many channels have a withdrawal pending */
  async look(): Promise<number> {
    const latest = await this.#chain.reader.getBlockNumber({ cacheTime: 0 });
    const found = this.#nextBlock === undefined ? await this.#all() : await this.#initiated(this.#nextBlock, latest);
    this.#pending = await withdrawing(channelsOf(this.#chain), [...new Set([...found, ...this.#pending])]);
    this.#nextBlock = latest > OVERLAP_BLOCKS ? latest - OVERLAP_BLOCKS : 0n;
    // Also what a call served whose charge failed at its end. Where one cannot be charged, the others are claimed all the same.
    const failure = await this.#books.recover().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (this.#pending.size > 0) {
      const unclaimed = await this.#settler.claim(this.#pending);
      for (const { channelId, reason } of unclaimed) this.#tell("withdrawal not covered", { channelId, reason });
    }
    if (failure !== undefined) throw failure.error;
    return this.#pending.size;
  }

  async #all(): Promise<Hex[]> {
    return (await this.#books.channels.list()).map(({ channelId }) => channelId.toLowerCase() as Hex);
  }

  async #initiated(first: bigint, latest: bigint): Promise<Hex[]> {
    const found: Hex[] = [];
    for (let from = first; from <= latest; from += BLOCKS_AT_A_TIME + 1n) {
      const to = from + BLOCKS_AT_A_TIME < latest ? from + BLOCKS_AT_A_TIME : latest;
      const logs = await this.#chain.reader.getContractEvents({
        address: this.#chain.contracts.batchSettlement,
        abi: batchSettlementAbi,
        eventName: "WithdrawInitiated",
        fromBlock: from,
        toBlock: to,
        strict: true,
      });
      // Most are of other gateways' channels.
      for (const { args } of logs)
        if ((await this.#books.channels.get(args.channelId)) !== undefined)
          found.push(args.channelId.toLowerCase() as Hex);
    }
    return found;
  }
}
