// Whether books are empty where the chain has channels of theirs: they were lost, or another file is named.
import { type Address, type Hex, isAddressEqual, type PublicClient } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import type { Books } from "../books/books.ts";

/** Books without the channels that their gateway has served. */
export class LostBooks extends Error {
  override readonly name = "LostBooks";
}

/** A block range that public nodes answer. */
const BLOCKS_AT_A_TIME = 9_999n;

export interface ChannelPlace {
  readonly reader: Pick<PublicClient, "getBlockNumber" | "getContractEvents">;
  readonly batchSettlement: Address;
  /** No channel is older. */
  readonly fromBlock: bigint;
}

/**
 * Refuses books that have no channel of a till of which the chain has one under a key of this gateway. What was charged of it and not claimed no chain can tell: charged again, its receipts would begin at 1 again.
 * @param authorizers this gateway's keys
 * @throws LostBooks naming the till and the channel
 */
export async function refuseLostBooks(
  books: Pick<Books, "channelPages">,
  place: ChannelPlace,
  tills: readonly Address[],
  authorizers: readonly Address[],
): Promise<void> {
  const missing: Address[] = [];
  for (const till of tills) if (!(await hasChannel(books, till))) missing.push(till);
  if (missing.length === 0) return;
  for await (const { channelId, receiver } of ownChannels(place, missing, authorizers))
    throw new LostBooks(
      `these books know no channel of the till ${receiver}, and the chain has one that names this gateway's key: ${channelId}. If they were lost, or other ones are named, serving from these would give other receipts under numbers that are given, for which the gateway is slashed: find the books, or take another key and a new till. If that channel never paid for a call, start once with --new-books`,
    );
}

async function hasChannel(books: Pick<Books, "channelPages">, till: Address): Promise<boolean> {
  for await (const page of books.channelPages({ till })) return page.length > 0;
  return false;
}

/** The channels on chain that pay one of the tills under one of the keys, the oldest first. */
export async function* ownChannels(
  { reader, batchSettlement, fromBlock }: ChannelPlace,
  tills: readonly Address[],
  authorizers: readonly Address[],
): AsyncGenerator<{ channelId: Hex; receiver: Address }> {
  const latest = await reader.getBlockNumber({ cacheTime: 0 });
  for (let from = fromBlock; from <= latest; from += BLOCKS_AT_A_TIME + 1n) {
    const logs = await reader.getContractEvents({
      address: batchSettlement,
      abi: batchSettlementAbi,
      eventName: "ChannelCreated",
      fromBlock: from,
      toBlock: from + BLOCKS_AT_A_TIME < latest ? from + BLOCKS_AT_A_TIME : latest,
      strict: true,
    });
    for (const { args } of logs) {
      const { receiver, receiverAuthorizer } = args.config;
      const isOwn = authorizers.some((key) => isAddressEqual(key, receiverAuthorizer));
      if (isOwn && tills.some((till) => isAddressEqual(till, receiver))) yield { channelId: args.channelId, receiver };
    }
  }
}
