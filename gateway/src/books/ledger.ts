// The books over a database: what a channel is charged and the receipt of it are written together.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Channel, ChannelStorage, ChannelUpdateResult } from "@x402/evm/batch-settlement/server";
import type { Address, Hex } from "viem";
import { receiptHash } from "@tributary/protocol/typed-data/receipt";
import {
  type Account,
  type Books,
  BooksRefusal,
  type ChannelFilter,
  type Charge,
  type Settlement,
  type SettlementState,
  type SignedRefund,
  type Written,
} from "./books.ts";
import type { Entry } from "../receipts/entry.ts";
import { Accounts, type Held, lastVoucher } from "./accounts.ts";
import { auditBooks } from "./audit.ts";
import { pagesOfChannels } from "./channel-pages.ts";
import { Commits } from "./commits.ts";
import { afterRefund, checkRefund, refundedStatement, refundStatement, refuseRefunded } from "./refunding.ts";
import {
  channelOf,
  channelStatements,
  ENTRY_COLUMNS,
  entryOf,
  key,
  receiptStatement,
  type StoredChannel,
} from "./rows.ts";
import { advanceStatement, cutSettlement, forgetTexts, receiptsOf, setAside, settlementOnChain } from "./settling.ts";
import { settlementOf } from "./rows.ts";
import { sql, type Sql } from "./sql.ts";
import { isUsed, useMaximum, type Vouchers } from "./used-maxima.ts";
import { readVersionRuns } from "./version-runs.ts";

/** A `charging` under way. */
interface Charging {
  readonly charge: Charge;
  readonly sign: ((written: Written) => Promise<Hex>) | undefined;
  written: Written | undefined;
  failure: Error | undefined;
}

/** Records of channels that were never charged, nor anything of them, are the chain's to tell. */
const FRESH = { sequence: 0n, settled: 0n, serving: undefined, used: [], refund: undefined } as const;

export class Ledger implements Books, ChannelStorage {
  readonly #database: Sql;
  readonly #commits: Commits;
  readonly #accounts: Accounts;
  readonly #charging = new AsyncLocalStorage<Charging>();
  #settling: Promise<unknown> = Promise.resolve();
  #isRecovered = false;

  constructor(database: Sql) {
    this.#database = database;
    this.#commits = new Commits(database);
    this.#accounts = new Accounts(database);
  }

  get channels(): ChannelStorage {
    return this;
  }

  get(channelId: string): Promise<Channel | undefined> {
    return this.#accounts.alone(channelId, async ({ state }) => state?.channel);
  }

  async list(): Promise<Channel[]> {
    const rows = await this.#database.all(sql`SELECT channel_id, record, sequence, settled, used FROM channels`);
    const channels = new Map(rows.map((row) => [String(row.channel_id), channelOf(row).channel]));
    // A voucher that is not charged by yet is shown to nobody: claims are public.
    for (const held of this.#accounts.held())
      if (held.state !== undefined)
        channels.set(key(held.state.channel.channelId), asCharged(held.state.channel, held));
    return [...channels.values()];
  }

  async *channelPages(filter: ChannelFilter = {}): AsyncGenerator<readonly Channel[]> {
    for await (const rows of pagesOfChannels(this.#database, filter))
      yield rows.map((row) => {
        const held = this.#accounts.heldOf(String(row.channel_id));
        return held?.state === undefined ? channelOf(row).channel : asCharged(held.state.channel, held);
      });
  }

  updateChannel(
    channelId: string,
    update: (current: Channel | undefined) => Channel | undefined,
  ): Promise<ChannelUpdateResult> {
    const charging = this.#charging.getStore();
    return this.#accounts.alone(channelId, async (held) => {
      if (charging === undefined) await this.#chargeAbandoned(held);
      const current = held.state?.channel;
      const updated = update(current);
      if (updated === current) return { channel: current, status: "unchanged" };
      if (updated === undefined) return this.#delete(held);
      const next = asConfigured(updated, current);
      refuseUsed(held, next);
      refuseRefunded(held.state, next);
      const raise = BigInt(next.chargedCumulativeAmount) - BigInt(current?.chargedCumulativeAmount ?? 0n);
      if (raise === 0n) await this.#put(held, next);
      else await this.#raise(held, next, raise, charging);
      return { channel: next, status: "updated" };
    });
  }

  async charging(
    charge: Charge,
    settle: () => Promise<void>,
    sign?: (written: Written) => Promise<Hex>,
  ): Promise<Written> {
    const charging: Charging = { charge, sign, written: undefined, failure: undefined };
    try {
      await this.#charging.run(charging, settle);
    } catch (error) {
      // What was written stands, whatever came after it; and the first failure says why the rest failed.
      if (charging.written === undefined) throw charging.failure ?? error;
    }
    if (charging.written === undefined)
      throw charging.failure ?? new BooksRefusal(`nothing was charged to ${charge.channelId}`);
    return charging.written;
  }

  serving(channelId: Hex, charge: Charge, pendingId: string): Promise<void> {
    return this.#accounts.alone(channelId, async (held) => {
      const { state } = held;
      const reservation = state?.channel.pendingRequest;
      if (state === undefined || reservation?.pendingId !== pendingId || reservation.expiresAt <= Date.now())
        throw new BooksRefusal(`the time of a call in ${channelId} is over: nothing more of it may be sent`);
      if (charge.amount > BigInt(state.channel.signedMaxClaimable) - BigInt(state.channel.chargedCumulativeAmount))
        throw new BooksRefusal(`${charge.amount} is above what the voucher of ${channelId} is for`);
      await this.#write(held, { ...state, serving: charge });
    });
  }

  unserved(channelId: Hex): Promise<void> {
    return this.#accounts.alone(channelId, async (held) => {
      if (held.state?.serving !== undefined) await this.#write(held, { ...held.state, serving: undefined });
    });
  }

  async recover(): Promise<number> {
    // Every channel that is served has its prompt in that small table, but in books of an earlier program: those are read whole, once.
    const rows = await this.#database.all(
      this.#isRecovered
        ? sql`SELECT channel_id FROM served_prompts`
        : sql`SELECT channel_id FROM channels WHERE serving IS NOT NULL`,
    );
    // Side by side, as one may wait for the signer of its charge; and one that cannot be charged keeps no other from it.
    const outcomes = await Promise.allSettled(
      rows.map((row) => this.#accounts.alone(String(row.channel_id), (held) => this.#chargeAbandoned(held))),
    );
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    this.#isRecovered = true;
    return outcomes.reduce((charged, outcome) => charged + (outcome.status === "fulfilled" ? outcome.value : 0), 0);
  }

  async receipt(id: Hex): Promise<(Omit<Entry, "signature"> & { signature: Hex | undefined }) | undefined> {
    const [row] = await this.#database.all({
      text: `SELECT ${ENTRY_COLUMNS}, r.signature FROM receipts r WHERE r.id = ?`,
      values: [id.toLowerCase()],
    });
    if (row === undefined) return undefined;
    const entry = entryOf(row, await settlementOnChain(this.#database, String(row.channel_id), Number(row.sequence)));
    return { ...entry, signature: row.signature === null ? undefined : (row.signature as Hex) };
  }

  keepSignature(id: Hex, signature: Hex): Promise<void> {
    return this.#commits.commit([
      sql`UPDATE receipts SET signature = ${signature} WHERE id = ${id.toLowerCase()} AND signature IS NULL`,
    ]);
  }

  async account(channelId: Hex): Promise<Account | undefined> {
    const [row] = await this.#database.all(
      sql`SELECT record, sequence, settled, used FROM channels WHERE channel_id = ${key(channelId)}`,
    );
    if (row === undefined) return undefined;
    const { channel, sequence, settled } = channelOf(row);
    return { channelId, charged: BigInt(channel.chargedCumulativeAmount), sequence, settled };
  }

  vouchers(channelId: string): Promise<Vouchers> {
    return this.#accounts.alone(channelId, ({ state, last }) =>
      Promise.resolve({
        charged: BigInt(state?.channel.chargedCumulativeAmount ?? 0n),
        used: state?.used ?? [],
        last,
        isRefunded: state?.refund !== undefined,
      }),
    );
  }

  refunding(refund: SignedRefund): Promise<void> {
    return this.#accounts.alone(refund.channelId, async (held) => {
      const { state } = held;
      checkRefund(state, refund);
      const kept = { ...state, channel: asCharged(state.channel, held) };
      await this.#commits.commit([...channelStatements(kept, state), refundStatement(refund)]);
      held.state = { ...state, refund: { nonce: refund.nonce, amount: refund.amount } };
      held.stored = true;
    });
  }

  refund(channelId: Hex): Promise<SignedRefund | undefined> {
    return this.#accounts.alone(channelId, ({ state }) =>
      Promise.resolve(state?.refund && { channelId, ...state.refund }),
    );
  }

  async refunds(): Promise<SignedRefund[]> {
    const rows = await this.#database.all(sql`SELECT channel_id, nonce, amount FROM refunds ORDER BY channel_id`);
    return rows.map((row) => ({
      channelId: row.channel_id as Hex,
      nonce: BigInt(row.nonce!),
      amount: BigInt(row.amount!),
    }));
  }

  refunded(refund: SignedRefund): Promise<void> {
    return this.#accounts.alone(refund.channelId, async (held) => {
      const { state } = held;
      if (state?.refund?.nonce !== refund.nonce) return;
      const next = { ...state, channel: afterRefund(state.channel, refund.nonce), refund: undefined };
      const kept = { ...next, channel: asCharged(next.channel, held) };
      await this.#commits.commit([...channelStatements(kept, state), refundedStatement(refund)]);
      held.state = next;
    });
  }

  unsettledVersions(channelId: Hex): Promise<readonly bigint[]> {
    return this.#accounts.alone(channelId, async (held) => {
      const sequence = held.state?.sequence ?? 0n;
      held.runs = await readVersionRuns(this.#database, key(channelId), sequence, held.runs);
      return held.runs.versions;
    });
  }

  cut(till: Address, version: bigint, limit?: number): Promise<Settlement | undefined> {
    const cut = this.#settling.then(() =>
      cutSettlement(this.#database, (statements) => this.#commits.commit(statements), till, version, limit),
    );
    this.#settling = cut.catch(() => undefined);
    return cut;
  }

  setAside(settlement: number, claimed: ReadonlyMap<Hex, bigint>): Promise<Settlement | undefined> {
    const done = this.#settling.then(() =>
      setAside(this.#database, (statements) => this.#commits.commit(statements), settlement, claimed),
    );
    this.#settling = done.catch(() => undefined);
    return done;
  }

  receiptsOf(settlement: number, withTexts = true): AsyncIterable<Omit<Entry, "signature">> {
    return receiptsOf(this.#database, settlement, withTexts);
  }

  async settlements(): Promise<Settlement[]> {
    return (await this.#database.all(sql`SELECT * FROM settlements ORDER BY number`)).map(settlementOf);
  }

  async unsettled(): Promise<{ till: Address; version: bigint; since: number }[]> {
    const rows = await this.#database.all(sql`SELECT c.till, r.model_version, MIN(r.issued_at) AS since FROM channels c
      JOIN receipts r ON r.channel_id = c.channel_id AND r.sequence = c.settled + 1
      WHERE c.sequence > c.settled GROUP BY c.till, r.model_version ORDER BY c.till, r.model_version`);
    return rows.map((row) => ({
      till: row.till as Address,
      version: BigInt(row.model_version!),
      since: Number(row.since),
    }));
  }

  async advance(settlement: number, to: { state: SettlementState; onChain?: bigint }): Promise<void> {
    await this.#commits.commit([await advanceStatement(this.#database, settlement, to)]);
  }

  async unreadFrom(of: Address): Promise<bigint | undefined> {
    const [row] = await this.#database.all(sql`SELECT next_block FROM read_events WHERE address = ${of.toLowerCase()}`);
    return row === undefined ? undefined : BigInt(row.next_block!);
  }

  readTo(of: Address, nextBlock: bigint): Promise<void> {
    return this.#commits.commit([
      sql`INSERT INTO read_events (address, next_block) VALUES (${of.toLowerCase()}, ${Number(nextBlock)})
        ON CONFLICT (address) DO UPDATE SET next_block = excluded.next_block`,
    ]);
  }

  async unhanded(): Promise<Settlement[]> {
    const rows = await this.#database.all(sql`SELECT * FROM settlements
      WHERE state = 'closed' AND on_chain IS NOT NULL AND handed IS NULL AND forgotten IS NULL ORDER BY number`);
    return rows.map(settlementOf);
  }

  handed(settlement: number): Promise<void> {
    return this.#commits.commit([sql`UPDATE settlements SET handed = 1 WHERE number = ${settlement}`]);
  }

  forget(issuedBefore: number, settlements?: readonly number[]): Promise<number> {
    return forgetTexts(this.#database, issuedBefore, settlements);
  }

  probe(): Promise<void> {
    return this.#commits.commit([sql`UPDATE migrations SET number = number WHERE number = 1`]);
  }

  audit(): Promise<string[]> {
    return auditBooks(this.#database);
  }

  async close(): Promise<void> {
    await this.#commits.drained();
    await this.#database.close();
  }

  /** A record that was charged stays: by its total the channel's next receipts run on. x402 deletes it when all that is left was refunded, and the next look at the chain tells what is there. */
  async #delete(held: Held): Promise<ChannelUpdateResult> {
    const { state } = held;
    if (state === undefined) return { channel: undefined, status: "unchanged" };
    if (!held.stored) held.state = undefined;
    else {
      const charged = state.channel.chargedCumulativeAmount;
      const { pendingRequest: _reservation, onchainSyncedAt: _look, ...record } = state.channel;
      await this.#write(held, { ...state, channel: { ...record, balance: charged, totalClaimed: charged } });
    }
    return { channel: undefined, status: "deleted" };
  }

  /** A change that charges nothing. What is only reserved or let go of lasts as long as the process. */
  async #put(held: Held, channel: Channel): Promise<void> {
    if (held.state === undefined && channel.chargedCumulativeAmount !== "0")
      throw new BooksRefusal(`${channel.channelId} begins above 0`);
    const isServing = held.state?.serving !== undefined;
    // A call that ended without a charge leaves its voucher unused: it is not kept.
    const isLetGo = channel.pendingRequest === undefined && !isServing;
    const next = { ...(held.state ?? FRESH), channel: isLetGo ? asCharged(channel, held) : channel };
    const lasts = held.stored && CHAIN_FIELDS.some((field) => held.state!.channel[field] !== channel[field]);
    if (lasts) await this.#write(held, next);
    else held.state = next;
  }

  async #raise(held: Held, channel: Channel, raise: bigint, charging: Charging | undefined): Promise<void> {
    try {
      if (charging === undefined) throw new BooksRefusal(`${channel.channelId}: ${raise} charged without a receipt`);
      if (
        charging.written !== undefined ||
        raise !== charging.charge.amount ||
        key(channel.channelId) !== key(charging.charge.channelId)
      )
        throw new BooksRefusal(`${channel.channelId}: ${raise} is not the charge of its receipt`);
      // Whoever says that a deposit was made: nothing is sold that the channel has no money for. What was sent already is charged, whatever there is.
      const isSent = held.state?.serving !== undefined;
      if (!isSent && BigInt(channel.chargedCumulativeAmount) > BigInt(channel.balance))
        throw new BooksRefusal(`${channel.channelId}: charged above what it has`);
      charging.written = await this.#charge(held, channel, charging.charge, charging.sign);
    } catch (error) {
      // The scheme's hooks turn errors into refusals of their own.
      if (charging !== undefined) charging.failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  async #charge(
    held: Held,
    channel: Channel,
    charge: Charge,
    sign?: (written: Written) => Promise<Hex>,
  ): Promise<Written> {
    const { salt: _salt, exchange: _exchange, ...fields } = charge;
    const state = held.state ?? { ...FRESH, channel };
    const receipt = { ...fields, sequence: state.sequence + 1n, cumulative: BigInt(channel.chargedCumulativeAmount) };
    if (receipt.cumulative > BigInt(channel.signedMaxClaimable))
      throw new BooksRefusal(`${channel.channelId}: charged above its voucher`);
    const written = { id: receiptHash(receipt), receipt };
    const signature = await sign?.(written);
    const used = useMaximum(state.used, BigInt(channel.signedMaxClaimable), receipt.cumulative);
    const next: StoredChannel = { ...state, channel, sequence: receipt.sequence, serving: undefined, used };
    await this.#commits.commit([...channelStatements(next, held.state), receiptStatement(written, charge, signature)]);
    held.state = next;
    held.stored = true;
    held.last = lastVoucher(next);
    return written;
  }

  /** What was served of a call that nobody works on any more is charged before the channel serves another. @returns how many: 0 or 1 */
  async #chargeAbandoned(held: Held): Promise<number> {
    const { state } = held;
    const reservation = state?.channel.pendingRequest;
    if (state?.serving === undefined || (reservation !== undefined && reservation.expiresAt > Date.now())) return 0;
    const charged = BigInt(state.channel.chargedCumulativeAmount) + state.serving.amount;
    await this.#charge(
      held,
      { ...state.channel, chargedCumulativeAmount: String(charged), pendingRequest: undefined },
      state.serving,
    );
    return 1;
  }

  async #write(held: Held, next: StoredChannel): Promise<void> {
    const isServing = next.serving !== undefined;
    const kept = isServing ? next : { ...next, channel: asCharged(next.channel, held) };
    await this.#commits.commit(channelStatements(kept, held.state));
    held.state = next;
    held.stored = true;
  }
}

/** The id is over the configuration, so that cannot change; a payment may spell its addresses otherwise, which libraries then refuse. */
function asConfigured(channel: Channel, before: Channel | undefined): Channel {
  if (before === undefined || before.channelConfig === channel.channelConfig) return channel;
  return { ...channel, channelConfig: before.channelConfig };
}

/** A channel with the voucher of its last charge instead of one that may never be charged by. */
function asCharged(channel: Channel, { last }: Held): Channel {
  return last === undefined ? channel : ({ ...channel, ...last } as Channel);
}

/** Where two calls come with the same voucher, the check before has seen neither charged. @throws BooksRefusal */
function refuseUsed({ state }: Held, next: Channel): void {
  const { pendingRequest } = next;
  if (state === undefined || pendingRequest === undefined) return;
  if (pendingRequest.pendingId === state.channel.pendingRequest?.pendingId) return;
  const most = BigInt(pendingRequest.signedMaxClaimable);
  if (most > BigInt(state.channel.chargedCumulativeAmount) && isUsed(state.used, most))
    throw new BooksRefusal(`${next.channelId}: a voucher for ${most} was charged by before`);
}

/** What the chain says of a channel. */
const CHAIN_FIELDS = ["balance", "totalClaimed", "withdrawRequestedAt", "refundNonce"] as const;
