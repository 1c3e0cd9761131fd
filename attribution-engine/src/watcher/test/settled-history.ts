// Two settlements of one till and one history of charges, of which the second can be bent, its sketches, and what was claimed from the channels.
import { RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import { hexToBytes } from "@tributary/protocol/bytes";
import { encodeReceipt } from "@tributary/protocol/payloads/receipt";
import { encodeSketch } from "@tributary/protocol/payloads/sketch";
import type { ChannelFacts, SettledFacts, SettlementChain } from "@tributary/protocol/proofs/settlement-checks";
import { type ChannelConfig, channelId } from "@tributary/protocol/typed-data/channel";
import { type Receipt, receiptHash } from "@tributary/protocol/typed-data/receipt";
import type { Hex } from "viem";
import type { Next } from "../../attribution/test/random-epoch.ts";
import { PreimageStore } from "../preimage-store.ts";
import { type Bending, buildWildTree, type WildLeaf } from "./plain-proposal.ts";

/** Ids of the two settlements. */
export const EARLIER = 3n;
export const LATER = 8n;
export const COMMIT = 1;
export const TILL = `0x${"7e".repeat(20)}` as const;
export const K = 32;
/** What the ledger is paid in. */
export const TOKEN = `0x${"70".repeat(20)}` as const;
export const CHAIN_ID = 31_337;

/** What is settled and signed, before it is committed. */
export type PlainHistory = {
  earlier: Receipt[];
  later: Receipt[];
  sketches: { receiptHash: Uint8Array; sketch: Int8Array }[];
  /** By channel, those of the receipts. */
  configs: Map<Hex, ChannelConfig>;
  /** What was claimed from each: all that it was charged. */
  claimed: Map<Hex, bigint>;
};

export type SettledHistory = { chain: SettlementChain; store: PreimageStore; configs: Map<Hex, ChannelConfig> };

/**
 * An honest history: three channels, each of which goes on in the later settlement.
 * @param foreign what is different of one channel, which is the gateway's lie
 */
export function drawHistory(next: Next, foreign: Partial<ChannelConfig> = {}): PlainHistory {
  const configs = drawConfigs(next, foreign);
  const channels = [...configs.keys()].map((channel) => {
    const sequence = BigInt(next(3));
    return { channel, sequence, cumulative: sequence === 0n ? 0n : BigInt(next(1_000_000)) };
  });
  const settle = (): Receipt[] =>
    channels.flatMap((state) =>
      Array.from({ length: 2 + next(3) }, () => {
        const amount = BigInt(1 + next(10_000));
        state.sequence += 1n;
        state.cumulative += amount;
        return receiptOf(state.channel, state.sequence, amount, state.cumulative);
      }),
    );
  const earlier = settle();
  const later = settle();
  const sketch = Int8Array.from({ length: K }, () => next(255) - 127);
  const claimed = new Map(channels.map(({ channel, cumulative }) => [channel, cumulative]));
  return { earlier, later, sketches: sketchesOf(later, sketch), configs, claimed };
}

/** Those of three channels, in the order of their ids. */
function drawConfigs(next: Next, foreign: Partial<ChannelConfig>): Map<Hex, ChannelConfig> {
  const key = (): Hex => `0x${Array.from({ length: 20 }, () => next(256).toString(16).padStart(2, "0")).join("")}`;
  const configs = [0, 1, 2].map((i): ChannelConfig => {
    const [payer, receiverAuthorizer] = [key(), key()];
    const own = { payer, payerAuthorizer: payer, receiver: TILL, receiverAuthorizer, token: TOKEN } as const;
    return { ...own, withdrawDelay: 900, salt: word(BigInt(i)), ...(i === 0 ? foreign : {}) };
  });
  const named = configs.map((config) => [channelId(config, CHAIN_ID), config] as const);
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the channel contract says where so much was claimed. */
export function channelFacts(claimed: ReadonlyMap<Hex, bigint>): ChannelFacts {
  return {
    token: TOKEN,
    claimedOf: (channel) => claimed.get(channel) ?? 0n,
    idOf: (config) => channelId(config, CHAIN_ID),
  };
}

/** A sketch for each receipt. */
export function sketchesOf(receipts: readonly Receipt[], sketch: Int8Array): PlainHistory["sketches"] {
  return receipts.map((receipt) => ({ receiptHash: hexToBytes(receiptHash(receipt)), sketch }));
}

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

function receiptOf(channelId: Hex, sequence: bigint, amount: bigint, cumulative: bigint): Receipt {
  return {
    till: TILL,
    modelVersion: 5n,
    channelId,
    sequence,
    amount,
    cumulative,
    agentRegistry: `0x${"00".repeat(20)}`,
    agentId: 0n,
    requestHash: word(sequence * 2n),
    responseHash: word(sequence * 2n + 1n),
    issuedAt: 1_700_000_000,
  };
}

export function receiptLeaves(receipts: readonly Receipt[]): WildLeaf[] {
  return receipts.map((receipt, key) => ({ key, sum: receipt.amount, payload: encodeReceipt(receipt) }));
}

export function sketchLeaves(sketches: PlainHistory["sketches"]): WildLeaf[] {
  return sketches.map((sketch, key) => ({ key, sum: 1n, payload: encodeSketch(sketch) }));
}

/**
 * Commits a history, the later receipts and the sketches as they are given.
 * @param count of the later settlement, as its gateway states it
 */
export function commitHistory(
  { earlier, configs, claimed }: PlainHistory,
  receipts: readonly (WildLeaf | undefined)[],
  sketches: readonly (WildLeaf | undefined)[],
  count: number,
  bending: Bending = {},
): SettledHistory {
  const store = new PreimageStore();
  const settled = { till: TILL, version: 5n, k: K, isPending: true, isVoid: false };
  const settlements = new Map<bigint, SettledFacts>([
    [
      EARLIER,
      {
        ...settled,
        isPending: false,
        count: earlier.length,
        receipts: buildWildTree(RECEIPT, [], receiptLeaves(earlier), {}, store),
        sketches: undefined,
      },
    ],
    [
      LATER,
      {
        ...settled,
        count,
        receipts: buildWildTree(RECEIPT, [], receipts, bending, store),
        sketches: { root: buildWildTree(SKETCH, [], sketches, bending, store), commit: COMMIT },
      },
    ],
  ]);
  const chain = { settlementOf: (id: bigint) => settlements.get(id), channels: channelFacts(claimed) };
  return { chain, store, configs };
}

/** Commits a history as it is. */
export function commitHonestly(history: PlainHistory): SettledHistory {
  const { later, sketches } = history;
  return commitHistory(history, receiptLeaves(later), sketchLeaves(sketches), later.length);
}

/** The same history while either settlement can be accused. */
export function bothPending(chain: SettlementChain): SettlementChain {
  return {
    ...chain,
    settlementOf(id) {
      const settled = chain.settlementOf(id);
      return settled && { ...settled, isPending: true };
    },
  };
}
