// Whether books are older than what their gateway has done since: such would give other receipts under numbers that are taken, which is slashed.
import type { Hex } from "viem";
import { type ChannelSource, claimedTotals } from "@tributary/protocol/channel-states";
import type { Books } from "../books/books.ts";

/** Books from which nothing may be charged. */
export class OlderCopy extends Error {}

/**
 * Compares the books with the chain, on which only their gateway claims: what it has claimed it had charged. What was charged and not claimed since a copy was made, no chain can tell.
 * @throws OlderCopy if more was claimed of a channel than these books have charged it
 */
export async function refuseOlderCopy(books: Pick<Books, "channelPages">, source: ChannelSource): Promise<void> {
  for await (const page of books.channelPages()) {
    const charged = new Map(
      page.map((channel) => [channel.channelId.toLowerCase() as Hex, BigInt(channel.chargedCumulativeAmount)]),
    );
    const claimed = await claimedTotals(source, [...charged.keys()]);
    for (const [id, total] of claimed)
      if (total > charged.get(id)!)
        throw new OlderCopy(
          `the books are an older copy: ${total} was claimed of the channel ${id}, and they have charged it ${charged.get(id)!}. Serving from them would sign other receipts under numbers that are given, for which the gateway is slashed: start with the newest books, or with another key and new tills`,
        );
  }
}
