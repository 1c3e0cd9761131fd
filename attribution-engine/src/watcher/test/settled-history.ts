// Two settlements of one till and one history of charges, of which the second can be bent, and its sketches.
import { RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import { hexToBytes } from "@tributary/protocol/bytes";
import { encodeReceipt } from "@tributary/protocol/payloads/receipt";
import { encodeSketch } from "@tributary/protocol/payloads/sketch";
import type { SettledFacts, SettlementChain } from "@tributary/protocol/proofs/settlement-checks";
import { type Receipt, receiptHash } from "@tributary/protocol/typed-data/receipt";
import type { Next } from "../../attribution/test/random-epoch.ts";
import { PreimageStore } from "../preimage-store.ts";
import { type Bending, buildWildTree, type WildLeaf } from "./plain-proposal.ts";

/** Ids of the two settlements. */
export const EARLIER = 3n;
export const LATER = 8n;
export const COMMIT = 1;
export const TILL = `0x${"7e".repeat(20)}` as const;
export const K = 32;

/** What is settled and signed, before it is committed. */
export type PlainHistory = {
  earlier: Receipt[];
  later: Receipt[];
  sketches: { receiptHash: Uint8Array; sketch: Int8Array }[];
};

export type SettledHistory = { chain: SettlementChain; store: PreimageStore };

/** An honest history: three channels, each of which goes on in the later settlement. */
export function drawHistory(next: Next): PlainHistory {
  const channels = [1, 2, 3].map((channel) => {
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
  return { earlier, later, sketches: sketchesOf(later, sketch) };
}

/** A sketch for each receipt. */
export function sketchesOf(receipts: readonly Receipt[], sketch: Int8Array): PlainHistory["sketches"] {
  return receipts.map((receipt) => ({ receiptHash: hexToBytes(receiptHash(receipt)), sketch }));
}

function receiptOf(channel: number, sequence: bigint, amount: bigint, cumulative: bigint): Receipt {
  const word = (value: bigint): `0x${string}` => `0x${value.toString(16).padStart(64, "0")}`;
  return {
    till: TILL,
    modelVersion: 5n,
    channelId: word(BigInt(channel)),
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
  { earlier }: PlainHistory,
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
  return { chain: { settlementOf: (id) => settlements.get(id) }, store };
}

/** Commits a history as it is. */
export function commitHonestly(history: PlainHistory): SettledHistory {
  const { later, sketches } = history;
  return commitHistory(history, receiptLeaves(later), sketchLeaves(sketches), later.length);
}

/** The same history while either settlement can be accused. */
export function bothPending(chain: SettlementChain): SettlementChain {
  return {
    settlementOf(id) {
      const settled = chain.settlementOf(id);
      return settled && { ...settled, isPending: true };
    },
  };
}
