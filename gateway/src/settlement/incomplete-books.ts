// Whether books lack a channel that their gateway has claimed: a part of them was lost, or they are other ones.
import type { Channel } from "@x402/evm/batch-settlement/server";
import type { Address, Hex, PublicClient } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { claimedTotals } from "@tributary/protocol/channel-states";
import type { Books } from "../books/books.ts";
import { type ChannelPlace, LostBooks, ownChannels } from "./lost-books.ts";

/** Where channels are, and the token that the tills are paid in. */
export type ClaimedPlace = ChannelPlace & { readonly reader: PublicClient; readonly token: Address };

/**
 * Compares what each till was claimed in all with what was claimed of the channels that the books know. Only where that is more are the channels looked up, as anybody can have channels under another key pay a till.
 * @param authorizers this gateway's keys, without which nothing is claimed of a channel that names them
 * @throws LostBooks naming the channel that was claimed and that the books lack
 */
export async function refuseIncompleteBooks(
  books: Pick<Books, "channelPages">,
  place: ClaimedPlace,
  tills: readonly Address[],
  authorizers: readonly Address[],
): Promise<void> {
  const sums = await claimedOfTills(books, place);
  const short: Address[] = [];
  for (const till of tills) {
    const [total] = await place.reader.readContract({
      ...{ address: place.batchSettlement, abi: batchSettlementAbi, functionName: "receivers" },
      args: [till, place.token],
    });
    if (total > (sums.get(till.toLowerCase()) ?? 0n)) short.push(till);
  }
  if (short.length === 0) return;
  const known = new Set<Hex>();
  for (const till of short)
    for await (const page of books.channelPages({ till })) for (const channel of page) known.add(idOf(channel));
  const unknown: Hex[] = [];
  for await (const { channelId } of ownChannels(place, short, authorizers))
    if (!known.has(channelId.toLowerCase() as Hex)) unknown.push(channelId);
  for (const [channelId, total] of await claimedTotals(place, unknown))
    if (total > 0n)
      throw new LostBooks(
        `these books lack the channel ${channelId}, of which ${total} was claimed under this gateway's key: a part of them was lost, or they are other ones. Serving from them would give other receipts under numbers that are given, for which the gateway is slashed: find the books, or take another key and a new till`,
      );
}

/** What was claimed in the token of the channels that the books know, of each till. */
async function claimedOfTills(books: Pick<Books, "channelPages">, place: ClaimedPlace): Promise<Map<string, bigint>> {
  const sums = new Map<string, bigint>();
  const token = place.token.toLowerCase();
  for await (const page of books.channelPages()) {
    const own = page.filter(({ channelConfig }) => channelConfig.token.toLowerCase() === token);
    const claimed = await claimedTotals(place, own.map(idOf));
    for (const channel of own) {
      const till = channel.channelConfig.receiver.toLowerCase();
      sums.set(till, (sums.get(till) ?? 0n) + claimed.get(idOf(channel))!);
    }
  }
  return sums;
}

function idOf({ channelId }: Channel): Hex {
  return channelId.toLowerCase() as Hex;
}
