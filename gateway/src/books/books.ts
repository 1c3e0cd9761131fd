// What must survive the gateway's end at any instant: channels, calls under way, receipts, settlements (docs/gateway.md, the books).
import type { Channel, ChannelStorage } from "@x402/evm/batch-settlement/server";
import type { Address, Hex } from "viem";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import type { Entry, Exchange } from "../receipts/entry.ts";
import type { Vouchers } from "./used-maxima.ts";

/** A receipt but for what the channel decides: its place and its running total. */
export type Charge = Omit<Receipt, "sequence" | "cumulative"> & { readonly salt: Hex; readonly exchange: Exchange };

/** A receipt that has its place. */
export interface Written {
  readonly id: Hex;
  readonly receipt: Receipt;
}

/** Where a settlement of a till stands; each state is written down before the step after it is taken. */
export const SETTLEMENT_STATES = ["cut", "claimed", "swept", "closed"] as const;
export type SettlementState = (typeof SETTLEMENT_STATES)[number];

export interface Settlement {
  /** Of these books, counted from 1; the number on chain comes with closing. */
  readonly number: number;
  readonly till: Address;
  readonly version: bigint;
  readonly state: SettlementState;
  /** How many receipts it has, and their sum in base units. */
  readonly count: number;
  readonly sum: bigint;
  readonly onChain: bigint | undefined;
}

/** What the books know of a channel that was charged or is being served. */
export interface Account {
  readonly channelId: Hex;
  /** Base units: the sum of its receipts. */
  readonly charged: bigint;
  /** Of its last receipt; 0 without one. */
  readonly sequence: bigint;
  /** Of its last receipt that is in a settlement; 0 without one. */
  readonly settled: bigint;
}

/** Which channels a reader of pages wants; all that are written by default. */
export interface ChannelFilter {
  /** Only those that pay this till. */
  readonly till?: Address;
  /** Only those with receipts that are in no settlement, or in one that is not `claimed` yet: of all others what was charged is claimed, in a block that is deep. */
  readonly isUnclaimed?: boolean;
}

/** A refund that is signed, or is about to be: whoever has it can have it paid until the chain has used its number. */
export interface SignedRefund {
  readonly channelId: Hex;
  readonly nonce: bigint;
  /** Base units. */
  readonly amount: bigint;
}

/** A change that would break the books: nothing of it was written. */
export class BooksRefusal extends Error {}

export interface Books {
  /** x402's own records. What a channel was charged changes only inside `charging`, and begins at 0. A record that was charged outlives its deletion. */
  readonly channels: ChannelStorage;
  /**
   * What `channels.list()` gives of channels that were charged or are being served, a page at a time: however many there are, memory stays bounded and commits come between.
   * Ascending by id; what changes meanwhile is shown as it is when its page is read.
   */
  channelPages(filter?: ChannelFilter): AsyncIterable<readonly Channel[]>;
  /**
   * Runs `settle`, in which one channel is charged once by `charge.amount`.
   * @param sign signs the receipt before it is written, and with it its signature; if it rejects, nothing is charged
   * @returns the receipt that was written with it
   * @throws if `settle` does, or charged nothing
   */
  charging(charge: Charge, settle: () => Promise<void>, sign?: (written: Written) => Promise<Hex>): Promise<Written>;
  /**
   * Replaces what is to be charged for the call under way in a channel if the process ends; gone with the charge or with `unserved`.
   * @param pendingId of the call's reservation of the channel
   * @throws BooksRefusal if the channel is reserved no more
   */
  serving(channelId: Hex, charge: Charge, pendingId: string): Promise<void>;
  /** Forgets what `serving` wrote down: nothing of it was sent. */
  unserved(channelId: Hex): Promise<void>;
  /**
   * Charges what was served by calls that nobody works on any more: that ended without their charge, or were under way when the process ended. What is reserved is left alone.
   * @returns how many were charged
   * @throws the first Error of a channel, after all were tried
   */
  recover(): Promise<number>;
  /** Without a signature where it was charged by `recover`, and none was kept since. */
  receipt(id: Hex): Promise<(Omit<Entry, "signature"> & { readonly signature: Hex | undefined }) | undefined>;
  /** Keeps the signature of a receipt that has none. */
  keepSignature(id: Hex, signature: Hex): Promise<void>;
  account(channelId: Hex): Promise<Account | undefined>;
  /** Which vouchers of a channel were charged by: none of them is charged by again. */
  vouchers(channelId: string): Promise<Vouchers>;
  /**
   * Writes a refund down before it is signed. While it stands the channel is reserved for nothing, whatever becomes of its transaction.
   * @throws BooksRefusal if the channel is not reserved for a refund, one stands already, or it is of more than is left
   */
  refunding(refund: SignedRefund): Promise<void>;
  /** That stands of a channel. */
  refund(channelId: Hex): Promise<SignedRefund | undefined>;
  /** All that stand. */
  refunds(): Promise<SignedRefund[]>;
  /** Forgets a refund whose number the chain has used for good; what the channel has is looked at anew. */
  refunded(refund: SignedRefund): Promise<void>;
  /** Versions of a channel's receipts that are in no settlement, in the order of the receipts, each once for as many as stand together: each takes a close of its own. */
  unsettledVersions(channelId: Hex): Promise<readonly bigint[]>;

  /**
   * Fixes the receipts of a till's next settlement: of each channel, those from its first in no settlement to the last before one of another version.
   * @param limit of receipts; what is above it waits for the next settlement
   * @returns the open one of the till where there is one, of whichever version: settlements of a till are closed in their order; undefined where there is nothing to settle
   */
  cut(till: Address, version: bigint, limit?: number): Promise<Settlement | undefined>;
  /**
   * Takes out of a settlement what cannot be claimed now: of each channel that is named, the receipts above what was claimed of it are in none again. Those that are covered stay,
   * as they can be demanded.
   * @param claimed of each channel, base units
   * @returns what is left, or undefined where nothing is, and the settlement is gone
   * @throws BooksRefusal if it is further than `cut`
   */
  setAside(settlement: number, claimed: ReadonlyMap<Hex, bigint>): Promise<Settlement | undefined>;
  /**
   * Of a settlement, ascending by channel and sequence, streamed.
   * @param withTexts false leaves the texts in the books
   */
  receiptsOf(settlement: number, withTexts?: boolean): AsyncIterable<Omit<Entry, "signature">>;
  settlements(): Promise<Settlement[]>;
  /** What can be cut: tills with the version of receipts that are a channel's first in no settlement, and when the oldest of them was issued, Unix seconds. */
  unsettled(): Promise<{ readonly till: Address; readonly version: bigint; readonly since: number }[]>;
  /** @throws BooksRefusal if the settlement is further already */
  advance(settlement: number, to: { state: SettlementState; onChain?: bigint }): Promise<void>;
  /**
   * The first block from which events on chain have to be read; undefined where none were.
   * @param of a till, whose closes are compared with these books, or a gateway's key, whose receipts are demanded
   */
  unreadFrom(of: Address): Promise<bigint | undefined>;
  /** Keeps that no earlier block has anything that is still to be done: each close of the till there is a closed settlement of these books; each demand of the key's receipts there has ended. */
  readTo(of: Address, nextBlock: bigint): Promise<void>;
  /** Closed settlements whose texts were not handed to attributors, and are not forgotten. */
  unhanded(): Promise<Settlement[]>;
  /** Keeps that a settlement's texts need not be handed over any more. */
  handed(settlement: number): Promise<void>;
  /**
   * Forgets the texts of receipts of closed settlements that are older.
   * @param issuedBefore Unix seconds
   * @param settlements only of these
   * @returns how many
   */
  forget(issuedBefore: number, settlements?: readonly number[]): Promise<number>;
  /** Resolves once a commit that changes nothing is durable. @throws if the books take none */
  probe(): Promise<void>;
  /** What breaks the invariants of docs/gateway.md, in words; nothing in sound books. */
  audit(): Promise<string[]>;
  close(): Promise<void>;
}
