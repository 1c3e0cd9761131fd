// Claims at once what channels were charged whose payers ask for their money back, well before they can have it.
import type { Hex } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { withdrawing } from "@tributary/protocol/channel-states";
import { channelsOf, type SettlementChain, type Tell } from "./chain.ts";
import { rereadFrom } from "./overlap.ts";
import type { SettledBooks, Settler } from "./settler.ts";

/** A block range that public nodes answer. */
const BLOCKS_AT_A_TIME = 9_999n;

/**
 * Payers' withdrawals from this gateway's channels. A look that fails changes nothing, so the next one reads from where the last good one ended; after a start everything
 * that is pending is read.
 */
export class Withdrawals {
  readonly #books: Pick<SettledBooks, "channels" | "channelPages" | "recover">;
  readonly #chain: SettlementChain;
  readonly #settler: Pick<Settler, "claim">;
  readonly #tell: Tell;
  /** Channels with a withdrawal that is not over: what they are charged meanwhile is claimed too. */
  #pending = new Set<Hex>();
  /** Those, and channels whose withdrawal ended in a block that is not deep: a reorganisation may take its end back, and claims that were made before it. */
  #followed = new Set<Hex>();
  #nextBlock: bigint | undefined;

  constructor(
    books: Pick<SettledBooks, "channels" | "channelPages" | "recover">,
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
    const found =
      this.#nextBlock === undefined ? await this.#allFollowed(latest) : await this.#initiated(this.#nextBlock, latest);
    const seen = new Set([...found, ...this.#followed]);
    this.#pending = await withdrawing(channelsOf(this.#chain), [...seen]);
    this.#followed = new Set([...this.#followed, ...this.#pending]);
    // The next call of these looks at the chain, and is not served.
    for (const id of this.#pending)
      await this.#books.channels
        .updateChannel(id, (current) =>
          current?.onchainSyncedAt === undefined ? current : { ...current, onchainSyncedAt: undefined },
        )
        // What could not be charged before is told below.
        .catch(() => undefined);
    this.#nextBlock = rereadFrom(this.#chain, latest);
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
    const ended = [...seen].filter((id) => !this.#pending.has(id));
    this.#followed = new Set([...this.#pending, ...(await this.#notDeeplyOver(ended, latest))]);
    return this.#pending.size;
  }

  /** Of channels that are withdrawn from no more, those that were as deep as `confirmations` says. */
  async #notDeeplyOver(ended: readonly Hex[], latest: bigint): Promise<Iterable<Hex>> {
    const { confirmations, fromBlock } = this.#chain;
    const blockNumber = latest - BigInt(confirmations - 1);
    // What begins in later blocks is read again.
    if (confirmations === 1 || blockNumber < fromBlock || ended.length === 0) return [];
    return withdrawing({ ...channelsOf(this.#chain), blockNumber }, ended);
  }

  /** Of all channels, those with a withdrawal pending, or over in no deep block. */
  async #allFollowed(latest: bigint): Promise<Hex[]> {
    const found: Hex[] = [];
    for await (const page of this.#books.channelPages()) {
      const ids = page.map(({ channelId }) => channelId.toLowerCase() as Hex);
      const pending = await withdrawing(channelsOf(this.#chain), ids);
      found.push(...pending);
      const ended = ids.filter((id) => !pending.has(id));
      found.push(...(await this.#notDeeplyOver(ended, latest)));
    }
    return found;
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
