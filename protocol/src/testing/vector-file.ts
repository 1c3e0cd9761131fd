// The numbers of docs/vectors/epoch.json as its file holds them.
import type { Address, Hex } from "viem";

export type Amounts<Names extends string> = Record<Names, string>;
export type VectorEntry = Amounts<"s" | "w" | "points"> & { recordIndex: number; tallyIndex: number };
export type VectorTally = { call: number; entry: number; points: string };
export type VectorPoints = Amounts<"net" | "positionId"> & {
  record: number;
  credits: VectorTally[];
  debits: VectorTally[];
  earningIndex: number;
};
export type VectorRecord = {
  recordHash: Hex;
  contentSignature: Hex;
  contributionId: string;
  recordIndex: number;
  scale: number;
  sketch: Hex;
};
export type VectorReceipt = Amounts<"modelVersion" | "sequence" | "amount" | "cumulative" | "agentId"> & {
  till: Address;
  channelId: Hex;
  agentRegistry: Address;
  requestHash: Hex;
  responseHash: Hex;
  issuedAt: number;
};
export type VectorCase = {
  input: {
    treasuryPosition: string;
    previous: Amounts<"positionId" | "cumulative">[];
    positions: Amounts<"contributionId" | "positionId">[];
    groups: {
      modelVersion: string;
      method: { k: number; topK: number; debitFactor: number };
      records: VectorRecord[];
      settlements: (Amounts<"settlementId" | "pool"> & { receipts: VectorReceipt[]; sketches: Hex[] })[];
    }[];
  };
  output: {
    groups: {
      pool: string;
      novelties: { novelty: number; witness: number }[];
      settlements: { offset: number; receiptsRoot: VectorRoot; sketchesRoot: VectorRoot }[];
      calls: { sketchHash: Hex; amount: string; helpful: VectorEntry[]; harmful: VectorEntry[] }[];
      points: VectorPoints[];
      fallbackEarningIndex: number;
    }[];
    payouts: {
      positionId: string;
      earnings: { group: number; record: number; amount: string }[];
      cumulative: string;
    }[];
    groupsRoot: VectorRoot;
    payoutsRoot: VectorRoot;
  };
};
export type VectorRoot = { hash: Hex; sum: string };
