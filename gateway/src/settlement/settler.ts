/**
 * Takes a till's receipts from the books to a closed settlement, step by step; each step is written down before the next, and looks on chain whether it was taken already.
 *
 * What holds at every moment, and is checked before a till is closed:
 * - each receipt is in at most one settlement, and what closed settlements add up to and what is in none add up to what was charged;
 * - of each channel no more is closed than was claimed: `cumulative` of its last receipt is at most the chain's `totalClaimed`;
 * - a till holds what it is closed over; settlements of one till are closed one after another, in the order in which they were cut.
 */
import { join } from "node:path";
import { type Address, encodeFunctionData, erc20Abi, type Hex, isAddressEqual } from "viem";
import type { Channel } from "@x402/evm/batch-settlement/server";
import type { Books, Settlement } from "../books/books.ts";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { claimedTotals } from "@tributary/protocol/channel-states";
import { reasonOf } from "@tributary/protocol/reason";
import { channelsOf, type SettlementChain, type SettlementKeys, type Tell } from "./chain.ts";
import { claimChannels, type Unclaimed } from "./claims.ts";
import type { ClaimPauses } from "./claim-pauses.ts";
import { closeOnce } from "./close.ts";
import { depthReached } from "./depth.ts";
import { readJsonFile, writeJsonFile } from "./durable-file.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { publishReceipts, type PublishedReceipts } from "./publish.ts";
import { hasReceipts, receiptTree, rootArgument, writeReceiptFile } from "./receipt-file.ts";
import { sendAndWait } from "./send.ts";
import { Closes } from "./unknown-close.ts";

export type SettledBooks = Pick<
  Books,
  | "channels"
  | "channelPages"
  | "vouchers"
  | "recover"
  | "cut"
  | "setAside"
  | "receiptsOf"
  | "settlements"
  | "advance"
  | "unreadFrom"
  | "readTo"
>;

export interface SettlerOptions {
  readonly books: SettledBooks;
  readonly chain: SettlementChain;
  readonly keys: SettlementKeys;
  /** Where files of settlements are kept, for as long as receipts may be demanded. */
  readonly folder: string;
  /** In whose `bundles/` receipts are published. */
  readonly publishFolder: string;
  /** Shared by all settlers of these books. */
  readonly pauses: ClaimPauses;
  readonly tell: Tell;
}

/** What a payer's sweep costs at most: one transfer to a till. */
const SWEEP_GAS = 150_000n;

export class Settler {
  readonly #options: SettlerOptions;
  /** Settlements are finished one at a time. */
  readonly #settling = new OneAtATime();
  /** The gateway's account sends one transaction at a time; between those of a settlement, and while its blocks get deep, withdrawals are claimed. */
  readonly #account = new OneAtATime();
  /** How often in a row the chain refused what it should have taken. */
  readonly #refusals = new Map<Hex, number>();
  readonly #closes: Closes;

  constructor(options: SettlerOptions) {
    this.#options = options;
    const { books, chain } = options;
    this.#closes = new Closes({ books, chain, rootHashOf: (settlement) => this.#rootHashOf(settlement) });
  }

  /** Runs what sends from the gateway's account when nothing else does. */
  alone<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#account.run(task);
  }

  /**
   * Finishes the till's open settlements, then settles what is in none of its receipts for one version.
   * @returns the settlements that this closed
   * @throws UnknownClose if the till was closed by other books
   */
  settle(till: Address, version: bigint): Promise<Settlement[]> {
    return this.#settling.run(async () => {
      const closed = await this.#finishOpen(till);
      await this.#closes.check(till);
      this.#options.chain.stopping?.throwIfAborted();
      await this.#recover();
      const cut = await this.#options.books.cut(till, version);
      const last = cut === undefined ? undefined : await this.#finish(cut);
      return last === undefined ? closed : [...closed, last];
    });
  }

  /** @throws UnknownClose if the till was closed by other books */
  checkCloses(till: Address): Promise<void> {
    return this.#settling.run(async () => {
      await this.#closes.check(till);
    });
  }

  /** Finishes the open settlements of a till, and cuts none. */
  finishOpen(till: Address): Promise<Settlement[]> {
    return this.#settling.run(() => this.#finishOpen(till));
  }

  /** Claims what these channels were charged beyond what was claimed of them. @returns those that could not be claimed */
  async claim(channelIds: Iterable<Hex>): Promise<Unclaimed[]> {
    const { books } = this.#options;
    const found = [...channelIds].map(async (id): Promise<Channel[]> => {
      const channel = await books.channels.get(id);
      if (channel === undefined) return [];
      // Not the voucher of a call under way, which a claim would publish before it is charged by.
      return [{ ...channel, ...((await books.vouchers(id)).last as Partial<Channel> | undefined) }];
    });
    return this.#claim((await Promise.all(found)).flat());
  }

  /** How many channels' claims the chain refused as often in a row, through no payer's doing. */
  refused(times: number): number {
    return [...this.#refusals.values()].filter((count) => count >= times).length;
  }

  /** What a till's channels were charged beyond what was claimed of them, base units. */
  async owed(till: Address): Promise<bigint> {
    let sum = 0n;
    for await (const page of this.#unclaimedOf(till)) for (const { amount } of await this.#due(page)) sum += amount;
    return sum;
  }

  /** The rows of a settlement, written again from the books where they are missing. @returns their file */
  async receiptsFile(settlement: Settlement): Promise<string> {
    const path = this.#path(settlement, "receipts.rows");
    if (await hasReceipts(path, settlement.count)) return path;
    const { count, sum } = await writeReceiptFile(path, this.#options.books.receiptsOf(settlement.number, false));
    if (count !== settlement.count || sum !== settlement.sum)
      throw new Error(
        `settlement ${settlement.number}: the books have ${count} receipts over ${sum}, and say ${settlement.count} over ${settlement.sum}`,
      );
    return path;
  }

  /** What was served and not charged yet belongs into the cut; a channel that cannot be charged now waits for the next one. */
  async #recover(): Promise<void> {
    const { books, tell } = this.#options;
    try {
      await books.recover();
    } catch (error) {
      tell("failed", { what: "charge what was served", reason: reasonOf(error) });
    }
  }

  async #finishOpen(till: Address): Promise<Settlement[]> {
    const open = (await this.#options.books.settlements())
      .filter((settlement) => settlement.state !== "closed" && isAddressEqual(settlement.till, till))
      .sort((a, b) => a.number - b.number);
    if (open.length > 0) await this.#closes.check(till);
    const closed: Settlement[] = [];
    for (const settlement of open) {
      const finished = await this.#finish(settlement);
      if (finished !== undefined) closed.push(finished);
    }
    return closed;
  }

  async #finish(settlement: Settlement): Promise<Settlement | undefined> {
    let current: Settlement | undefined = settlement;
    let paidAt: bigint | undefined;
    const { stopping } = this.#options.chain;
    stopping?.throwIfAborted();
    if (current.state === "cut") [current, paidAt] = await this.#cover(current);
    stopping?.throwIfAborted();
    if (current?.state === "claimed") current = await this.#sweep(current, paidAt);
    stopping?.throwIfAborted();
    if (current?.state === "swept") current = await this.#close(current);
    return current;
  }

  /** From `cut` to `claimed`: every receipt that is left is covered by what was claimed of its channel, in a block that is deep. @returns that block too: the till was paid by then */
  async #cover(settlement: Settlement): Promise<[Settlement?, bigint?]> {
    const { books, chain, tell } = this.#options;
    const reasons = new Map<Hex, string>();
    for await (const page of this.#unclaimedOf(settlement.till))
      for (const { channelId, reason } of await this.#claim(page)) reasons.set(channelId, reason);
    let left: Settlement | undefined = settlement;
    while (left !== undefined) {
      const { number } = left;
      const { cumulatives } = await writeReceiptFile(
        this.#path(left, "receipts.rows"),
        books.receiptsOf(number, false),
      );
      const totals = await claimedTotals(channelsOf(chain), [...cumulatives.keys()]);
      const uncovered = [...cumulatives].filter(([id, cumulative]) => cumulative > (totals.get(id) ?? 0n));
      if (uncovered.length === 0) {
        // Paid before the claims are deep, so that the two are waited for together.
        await this.#pay(left);
        const blockNumber = await depthReached(chain);
        const deep = await claimedTotals({ ...channelsOf(chain), blockNumber }, [...cumulatives.keys()]);
        const lost = [...cumulatives].find(([id, cumulative]) => cumulative > (deep.get(id) ?? 0n));
        if (lost !== undefined)
          throw new Error(
            `settlement ${number}: what was claimed of the channel ${lost[0]} is not on chain any more, it is claimed again`,
          );
        return [await this.#advance(left, { state: "claimed" }), blockNumber];
      }
      for (const [channelId, cumulative] of uncovered) {
        const reason = reasons.get(channelId) ?? "less was claimed of it than its receipts say";
        const claimed = String(totals.get(channelId));
        tell("channel set aside", { settlement: number, channelId, cumulative: String(cumulative), claimed, reason });
      }
      // What is covered stays: it can be demanded.
      left = await books.setAside(number, new Map(uncovered.map(([id]) => [id, totals.get(id) ?? 0n])));
    }
    return [];
  }

  async #claim(channels: readonly Channel[]): Promise<Unclaimed[]> {
    const { chain, keys, pauses, tell } = this.#options;
    const due = (await this.#due(channels)).map(({ channel }) => channel);
    const unclaimed = await claimChannels({ chain, keys, pauses, alone: (task) => this.alone(task) }, due);
    if (due.length > 0) tell("claimed", { channels: due.length - unclaimed.length });
    this.#note(channels, unclaimed);
    for (const { channelId, reason } of unclaimed) tell("not claimed", { channelId, reason });
    return unclaimed;
  }

  #note(channels: readonly Channel[], unclaimed: readonly Unclaimed[]): void {
    const refused = new Set(unclaimed.filter(({ fault }) => fault === "gateway").map(({ channelId }) => channelId));
    for (const id of this.#refusals.keys())
      if (!refused.has(id) && channels.some(({ channelId }) => channelId.toLowerCase() === id))
        this.#refusals.delete(id);
    for (const id of refused) this.#refusals.set(id, (this.#refusals.get(id) ?? 0) + 1);
  }

  /** A till's channels of which something may not be claimed yet. */
  #unclaimedOf(till: Address): AsyncIterable<readonly Channel[]> {
    return this.#options.books.channelPages({ till, isUnclaimed: true });
  }

  /** Channels that were charged more than the chain says was claimed of them, and how much more. */
  async #due(channels: readonly Channel[]): Promise<{ channel: Channel; amount: bigint }[]> {
    const charged = channels.filter(({ chargedCumulativeAmount }) => BigInt(chargedCumulativeAmount) > 0n);
    const ids = charged.map(({ channelId }) => channelId.toLowerCase() as Hex);
    const totals = await claimedTotals(channelsOf(this.#options.chain), ids);
    return charged
      .map((channel, i) => ({
        channel,
        amount: BigInt(channel.chargedCumulativeAmount) - (totals.get(ids[i]!) ?? 0n),
      }))
      .filter(({ amount }) => amount > 0n);
  }

  /** From `claimed` to `swept`: the till holds what it is to be closed over, in a block that is deep. @param paidAt such a block, where it was paid before */
  async #sweep(settlement: Settlement, paidAt?: bigint): Promise<Settlement> {
    const { chain } = this.#options;
    const { till, number, sum } = settlement;
    if (paidAt === undefined) await this.#pay(settlement);
    const balance = await chain.reader.readContract({
      address: chain.contracts.token,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [till],
      blockNumber: paidAt ?? (await depthReached(chain)),
    });
    if (balance < sum)
      throw new Error(
        `settlement ${number}: the till ${till} holds ${balance}, its receipts add up to ${sum}; was it closed without receipts (closePlain)? Pay ${sum - balance} into it`,
      );
    return this.#advance(settlement, { state: "swept" });
  }

  /** Pays the till what was claimed for it and not paid yet. */
  async #pay({ till, number }: Settlement): Promise<void> {
    const { chain, keys, tell } = this.#options;
    const { batchSettlement, token } = chain.contracts;
    const call = { address: batchSettlement, abi: batchSettlementAbi } as const;
    const [claimed, settled] = await chain.reader.readContract({
      ...call,
      functionName: "receivers",
      args: [till, token],
    });
    if (claimed === settled) return;
    const data = encodeFunctionData({ abi: batchSettlementAbi, functionName: "settle", args: [till, token] });
    const what = `sweep into the till ${till}`;
    await this.alone(() => sendAndWait(chain, keys.gateway, { what, to: batchSettlement, data, gas: SWEEP_GAS }));
    tell("swept", { settlement: number, till, amount: String(claimed - settled) });
  }

  /** From `swept` to `closed`: the root that is closed is the one of the published bundle, and of these receipts. */
  async #close(settlement: Settlement): Promise<Settlement> {
    const { chain, keys, tell } = this.#options;
    const { till, version, count } = settlement;
    const unreadFrom = await this.#closes.check(till);
    const { root, bundleHash } = await this.#publish(settlement);
    const attempts = this.#path(settlement, "closing.json");
    const closing = { till, version, root, count, bundleHash };
    const onChain = await closeOnce({ ...chain, fromBlock: unreadFrom }, keys, attempts, closing, (task) =>
      this.alone(task),
    );
    const closed = await this.#advance(settlement, { state: "closed", onChain });
    tell("closed", { settlement: settlement.number, onChain: String(onChain), till, count, sum: String(root.sum) });
    return closed;
  }

  async #publish(settlement: Settlement) {
    const { chain, publishFolder } = this.#options;
    const kept = this.#path(settlement, "bundle.json");
    const file = await this.receiptsFile(settlement);
    let published = await readJsonFile<PublishedReceipts>(kept);
    // What lies here may be of newer books than these.
    if (published !== undefined && (await this.#rootHashOf(settlement)) !== published.root.hash) published = undefined;
    if (published === undefined) {
      published = await publishReceipts(publishFolder, file, chain.chainId, settlement.version);
      // Two builders, of two programs, must agree before anything is signed.
      const own = rootArgument(await receiptTree(file));
      if (own.hash !== published.root.hash || own.sum !== settlement.sum || published.count !== settlement.count)
        throw new Error(
          `settlement ${settlement.number}: the bundle has ${published.count} receipts with the root ${published.root.hash}, the books ${settlement.count} with ${own.hash} over ${own.sum}`,
        );
      await writeJsonFile(kept, published);
    }
    return { root: { hash: published.root.hash, sum: settlement.sum }, bundleHash: published.bundleHash };
  }

  /** From the books, whatever files are there. */
  async #rootHashOf(settlement: Settlement): Promise<Hex> {
    const path = this.#path(settlement, "receipts.rows");
    await writeReceiptFile(path, this.#options.books.receiptsOf(settlement.number, false));
    return rootArgument(await receiptTree(path)).hash;
  }

  async #advance(settlement: Settlement, to: Pick<Settlement, "state"> & { onChain?: bigint }): Promise<Settlement> {
    await this.#options.books.advance(settlement.number, to);
    return { ...settlement, ...to };
  }

  /** Other books, as those after lost ones, number theirs alike: for another till, as they are told to. */
  #path({ till, number }: Settlement, name: string): string {
    return join(this.#options.folder, till.toLowerCase(), String(number), name);
  }
}
