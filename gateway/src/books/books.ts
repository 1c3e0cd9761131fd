// What must survive the gateway's end at any instant: channels, calls under way, receipts, settlements (docs/gateway.md, the books).
import type { ChannelStorage } from "@x402/evm/batch-settlement/server";
import type { Address, Hex } from "viem";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import type { Entry, Exchange } from "../receipts/entry.ts";

/** A receipt but for what the channel decides: its place and its running total. */
export type Charge = Omit<Receipt, "sequence" | "cumulative"> & { readonly salt: Hex; readonly exchange: Exchange };

/** Where a settlement of a till stands; each state is written down before the step after it is taken. */
export type SettlementState = "cut" | "claimed" | "swept" | "closed";

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

export interface Books {
  /** x402's own records. An update inside `charging` that raises what a channel was charged writes the receipt in the same transaction. */
  readonly channels: ChannelStorage;
  /**
   * Runs `settle`, in which one channel is charged once by `charge.amount`.
   * @returns the receipt that was written with it, not signed yet
   * @throws if `settle` does, or charged nothing
   */
  charging(charge: Charge, settle: () => Promise<void>): Promise<{ id: Hex; receipt: Receipt }>;
  /** Replaces what is to be charged for the call under way in a channel if the process ends; gone with the charge or with the channel's release. */
  serving(channelId: Hex, charge: Charge): Promise<void>;
  /** After a start: charges what was being served when the process ended, and frees all channels. @returns how many were charged */
  recover(): Promise<number>;
  receipt(id: Hex): Promise<Omit<Entry, "signature"> | undefined>;

  /**
   * Fixes the receipts of a till's next settlement: of each channel those that are in none, up to the first of another version (sequences of a channel are settled
   * without a gap, and in order). Returns the open one where there is one; undefined where there is nothing to settle.
   */
  cut(till: Address, version: bigint): Promise<Settlement | undefined>;
  /**
   * Takes channels whose vouchers cannot be claimed now out of a settlement that is cut and not claimed: their receipts are in none again.
   * @returns what is left, or undefined where nothing is, and the settlement is gone
   */
  setAside(settlement: number, channelIds: readonly Hex[]): Promise<Settlement | undefined>;
  /** Of a settlement, ascending by channel and sequence, streamed. */
  receiptsOf(settlement: number): AsyncIterable<Omit<Entry, "signature">>;
  settlements(): Promise<Settlement[]>;
  advance(settlement: number, to: { state: SettlementState; onChain?: bigint }): Promise<void>;
  /** Forgets the texts of receipts that are settled and older. @returns how many */
  forget(issuedBefore: number): Promise<number>;
  close(): Promise<void>;
}
