// Whether books hold what can be claimed in another token than the one that is sold in now: nothing of this program would claim it.
import type { Channel } from "@x402/evm/batch-settlement/server";
import { type Address, type Hex, isAddressEqual } from "viem";
import { type ChannelSource, holdings } from "@tributary/protocol/channel-states";
import type { Books } from "../books/books.ts";
import { ConfigError } from "../config/config.ts";

/**
 * Refuses books with channels of another token from which something can still be claimed: tills, ledger and claims are of one token.
 * @throws ConfigError naming the token, and what to do first
 */
export async function refuseOtherToken(
  books: Pick<Books, "channelPages">,
  source: ChannelSource,
  token: Address,
): Promise<void> {
  for await (const page of books.channelPages({ isUnclaimed: true })) {
    const others = page.filter(({ channelConfig }) => !isAddressEqual(channelConfig.token as Address, token));
    if (others.length === 0) continue;
    const held = await holdings(source, others.map(idOf));
    for (const channel of others) {
      const { balance, claimed } = held.get(idOf(channel))!;
      const charged = BigInt(channel.chargedCumulativeAmount);
      const claimable = (charged < balance ? charged : balance) - claimed;
      if (claimable > 0n)
        throw new ConfigError(
          `token: the books hold channels in ${channel.channelConfig.token}, of which ${claimable} is not claimed yet in ${channel.channelId} alone, and this gateway would claim in ${token} only: set the token back, run \`gateway settle\` until nothing is left, then change it, or take other books`,
        );
    }
  }
}

function idOf({ channelId }: Channel): Hex {
  return channelId.toLowerCase() as Hex;
}
