// Payers' withdrawals on chain, which ask no gateway: they are announced while the load goes on, and taken when their delay is over.
import { setTimeout as sleep } from "node:timers/promises";
import type { Hex, LocalAccount } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { claimedTotals, withdrawing } from "@tributary/protocol/channel-states";
import type { ChannelConfig } from "@tributary/protocol/typed-data/channel";
import { send, wait } from "../../../deploy/testing/send.ts";
import type { SoldModel } from "../testing/sold-model.ts";
import { channelsOf } from "../settlement/chain.ts";

const POLL_MILLISECONDS = 100;
/** What payers need for the gas of their transactions. */
const GAS_WEI = 10n ** 18n;

interface Announced {
  readonly account: LocalAccount;
  readonly config: ChannelConfig;
  readonly channelId: Hex;
}

export class PayerWithdrawals {
  readonly #model: SoldModel;
  readonly #announced: Announced[] = [];

  constructor(model: SoldModel) {
    this.#model = model;
  }

  /** Gives a payer what its transactions need. */
  async fund({ address }: LocalAccount): Promise<void> {
    await this.#model.local.client.setBalance({ address, value: GAS_WEI });
  }

  /**
   * Announces the withdrawal of all that was not claimed of a channel, what it was charged included: the gateway loses that unless it claims it before the delay is over.
   * @returns false where a claim or a refund came first, or nothing is left
   */
  async announce(account: LocalAccount, channelId: Hex): Promise<boolean> {
    const { local, protocol } = this.#model;
    const address = protocol.addresses.BatchSettlement;
    const channels = { address, abi: batchSettlementAbi } as const;
    const created = { ...channels, eventName: "ChannelCreated", args: { channelId }, fromBlock: 0n } as const;
    const [found] = await local.client.getContractEvents({ ...created, strict: true });
    if (found === undefined) return false;
    const { config } = found.args;
    const [balance, claimed] = await local.client.readContract({
      ...{ ...channels, functionName: "channels", args: [channelId] },
    });
    if (balance === claimed) return false;
    try {
      await send(local, account as never, address, batchSettlementAbi, "initiateWithdraw", [config, balance - claimed]);
    } catch {
      return false;
    }
    this.#announced.push({ account, config, channelId });
    return true;
  }

  /**
   * Waits until the gateway has claimed what it charged channels with a withdrawal, of which it is told nothing but by the chain.
   * @param url of its API, with `/v1`
   * @returns what it did not claim in time, in words
   */
  async untilClaimed(url: string, mostMilliseconds: number): Promise<string[]> {
    const until = Date.now() + mostMilliseconds;
    for (;;) {
      const unclaimed = await this.#unclaimed(url);
      if (unclaimed.length === 0 || Date.now() > until) return unclaimed;
      await sleep(POLL_MILLISECONDS);
    }
  }

  /** Lets the delay pass on chain, and takes whatever a claim or refund has left of what was announced. */
  async take(): Promise<void> {
    const { local, chain, protocol } = this.#model;
    await wait(local, Math.max(0, ...this.#announced.map(({ config }) => config.withdrawDelay)));
    const ids = this.#announced.map(({ channelId }) => channelId);
    const pending = await withdrawing(channelsOf(chain), ids);
    const address = protocol.addresses.BatchSettlement;
    for (const { account, config, channelId } of this.#announced)
      if (pending.has(channelId))
        await send(local, account as never, address, batchSettlementAbi, "finalizeWithdraw", [config]);
  }

  async #unclaimed(url: string): Promise<string[]> {
    const ids = this.#announced.map(({ channelId }) => channelId);
    const claimed = await claimedTotals(channelsOf(this.#model.chain), ids);
    const unclaimed: string[] = [];
    for (const id of ids) {
      const { charged } = (await (await fetch(`${url}/channels/${id}`)).json()) as { charged: string };
      if (BigInt(charged) !== claimed.get(id))
        unclaimed.push(`${id}: ${charged} was charged and ${claimed.get(id)} claimed, though its payer withdraws`);
    }
    return unclaimed;
  }
}
