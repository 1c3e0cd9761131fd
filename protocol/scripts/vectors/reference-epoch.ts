// A plain implementation of an epoch, written from docs/formats.md §6 and §8 with no regard to speed.
import { hexToBytes, NONE } from "../../src/bytes.ts";
import { keccak256 } from "../../src/keccak.ts";
import { EARNING, ENTRY, GROUP, INDEX, PAYOUT, POINTS, RECEIPT, SKETCH, TALLY, TRACE } from "../../src/kinds.ts";
import type { Root } from "../../src/node.ts";
import { encodeEarning } from "../../src/payloads/earning.ts";
import { type EntryPayload, encodeEntry } from "../../src/payloads/entry.ts";
import { encodeGroup } from "../../src/payloads/group.ts";
import { encodeIndex, type IndexPayload } from "../../src/payloads/index.ts";
import { encodePayout } from "../../src/payloads/payout.ts";
import { encodePoints } from "../../src/payloads/points.ts";
import { encodeReceipt } from "../../src/payloads/receipt.ts";
import { encodeSketch } from "../../src/payloads/sketch.ts";
import { encodeTally } from "../../src/payloads/tally.ts";
import { encodeTrace } from "../../src/payloads/trace.ts";
import { sumTreeOf } from "../../src/sum-tree.ts";
import type { Method } from "../../src/typed-data/method-id.ts";
import { type Receipt, receiptHash } from "../../src/typed-data/receipt.ts";

/** A settlement of a group, in the ledger's order; `sketches[i]` belongs to `receipts[i]`. */
export type ReferenceSettlement = { settlementId: bigint; pool: bigint; receipts: Receipt[]; sketches: Int8Array[] };

/** A record of an index before its novelty is known. */
export type ReferenceRecord = Omit<IndexPayload, "novelty" | "witness">;

export type ReferenceGroup = {
  modelVersion: bigint;
  method: Omit<Method, "sketchSpec">;
  records: ReferenceRecord[];
  settlements: ReferenceSettlement[];
  /** Income without receipts that joins the pool. */
  plainIncome: bigint;
};

export type ReferenceEpoch = {
  treasuryPosition: bigint;
  /** Position of each contribution, by contribution id. */
  positions: Map<bigint, bigint>;
  /** Cumulative payouts of the previous epoch, by position id. */
  previous: Map<bigint, bigint>;
  groups: ReferenceGroup[];
};

type Entry = EntryPayload & { w: bigint };
type Tally = { call: number; entry: number; points: bigint };
type Earning = { group: number; record: number; amount: bigint };

export type ReferenceCall = {
  receiptHash: Uint8Array;
  sketchHash: Uint8Array;
  amount: bigint;
  helpful: Entry[];
  harmful: Entry[];
};

export type ReferencePoints = {
  record: number;
  credits: Tally[];
  debits: Tally[];
  net: bigint;
  positionId: bigint;
  earningIndex: number;
};

export type ReferenceGroupResult = {
  modelVersion: bigint;
  pool: bigint;
  index: Root;
  novelties: { novelty: number; witness: number }[];
  settlements: { settlementId: bigint; offset: number; receiptsRoot: Root; sketchesRoot: Root }[];
  calls: ReferenceCall[];
  points: ReferencePoints[];
  fallbackEarningIndex: number;
  trace: Root;
  pointsRoot: Root;
};

export type ReferenceResult = {
  groups: ReferenceGroupResult[];
  payouts: { positionId: bigint; previous: bigint; earnings: Earning[]; cumulative: bigint }[];
  groupsRoot: Root;
  payoutsRoot: Root;
};

const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

function dot(x: Int8Array, y: Int8Array): bigint {
  return total(Array.from(x, (value, i) => BigInt(value * y[i]!)));
}

/** §6.1 with another denominator than the weights' total where one is given. */
function parts(amount: bigint, weights: readonly bigint[], denominator = total(weights)): bigint[] {
  return weights.map((weight, e) => {
    const before = total(weights.slice(0, e));
    return (amount * (before + weight)) / denominator - (amount * before) / denominator;
  });
}

function squareRoot(n: bigint): bigint {
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) {
    if ((root + bit) * (root + bit) <= n) root += bit;
  }
  return root;
}

/** §6.4, without content signatures. */
function noveltyOf(
  records: readonly ReferenceRecord[],
  i: number,
  method: ReferenceGroup["method"],
): { novelty: number; witness: number } {
  let best = { novelty: 255, witness: NONE };
  for (let j = 0; j < i; j++) {
    const [x, y] = [records[i]!, records[j]!];
    const product = dot(x.sketch, y.sketch);
    const root = squareRoot(dot(x.sketch, x.sketch) * dot(y.sketch, y.sketch));
    const cosine = product <= 0n || root === 0n ? 0 : Number((product * 65536n) / root);
    const isCopy = Buffer.compare(x.recordHash, y.recordHash) === 0 || cosine >= method.tau;
    const ramp = Math.floor((255 * (method.tau - cosine)) / method.delta);
    const novelty = isCopy ? 0 : cosine <= method.tau - method.delta ? 255 : ramp;
    if (novelty < best.novelty) best = { novelty, witness: j };
  }
  return best;
}

/** The two lists of a call with their points, §6.3; tally indexes come later. */
function listsOf(
  index: readonly IndexPayload[],
  query: Int8Array,
  amount: bigint,
  method: ReferenceGroup["method"],
): { helpful: Entry[]; harmful: Entry[] } {
  const scored = index.map(({ scale, novelty, sketch }, recordIndex) => {
    const s = BigInt(scale) * dot(query, sketch);
    return { recordIndex, s, w: (s < 0n ? -s : s) * BigInt(novelty), points: 0n, tallyIndex: NONE };
  });
  const best = (entries: Entry[]) =>
    entries
      .filter(({ w }) => w > 0n)
      .sort((a, b) => (a.w === b.w ? a.recordIndex - b.recordIndex : a.w > b.w ? -1 : 1))
      .slice(0, method.topK);
  const helpful = best(scored.filter(({ s }) => s > 0n));
  const harmful = best(scored.filter(({ s }) => s < 0n));
  const [helpfulTotal, harmfulTotal] = [helpful, harmful].map((list) => total(list.map(({ w }) => w))) as [
    bigint,
    bigint,
  ];
  if (helpfulTotal > 0n) {
    const budget = (amount * BigInt(method.debitFactor)) / 256n;
    const most = helpfulTotal > harmfulTotal ? helpfulTotal : harmfulTotal;
    const credits = parts(
      amount,
      helpful.map(({ w }) => w),
    );
    const debits = parts(
      budget,
      harmful.map(({ w }) => w),
      most,
    );
    helpful.forEach((entry, e) => (entry.points = credits[e]!));
    harmful.forEach((entry, e) => (entry.points = debits[e]!));
  }
  return { helpful, harmful };
}

/** Gives the entries of one record that have points their places in its tally, in the order of calls and entries. */
function tallyOf(calls: readonly ReferenceCall[], list: "helpful" | "harmful", record: number): Tally[] {
  const tallies: Tally[] = [];
  calls.forEach((call, c) => {
    call[list].forEach((item, entry) => {
      if (item.recordIndex !== record || item.points === 0n) return;
      item.tallyIndex = tallies.length;
      tallies.push({ call: c, entry, points: item.points });
    });
  });
  return tallies;
}

function entriesRoot(entries: readonly Entry[]): Root {
  return sumTreeOf(
    ENTRY.depth,
    entries.map((entry) => ({ sum: entry.w, payload: encodeEntry(entry) })),
  ).root;
}

function talliesRoot(tallies: readonly Tally[]): Root {
  return sumTreeOf(
    TALLY.depth,
    tallies.map((tally) => ({ sum: tally.points, payload: encodeTally(tally) })),
  ).root;
}

function runGroup(input: ReferenceGroup, epoch: ReferenceEpoch): ReferenceGroupResult {
  const novelties = input.records.map((_, i) => noveltyOf(input.records, i, input.method));
  const index = input.records.map((record, i) => ({ ...record, ...novelties[i]! }));
  const calls: ReferenceCall[] = [];
  const settlements = input.settlements.map(({ settlementId, pool, receipts, sketches }) => {
    const offset = calls.length;
    const amounts = parts(
      pool,
      receipts.map(({ amount }) => amount),
    );
    const hashes = receipts.map((receipt) => hexToBytes(receiptHash(receipt)));
    const sketchPayloads = sketches.map((sketch, i) => encodeSketch({ receiptHash: hashes[i]!, sketch }));
    receipts.forEach((_, i) => {
      const amount = amounts[i]!;
      const lists = listsOf(index, sketches[i]!, amount, input.method);
      calls.push({ receiptHash: hashes[i]!, sketchHash: keccak256(sketchPayloads[i]!), amount, ...lists });
    });
    const receiptLeaves = receipts.map((receipt) => ({ sum: receipt.amount, payload: encodeReceipt(receipt) }));
    const sketchLeaves = sketchPayloads.map((payload) => ({ sum: 1n, payload }));
    const receiptsRoot = sumTreeOf(RECEIPT.depth, receiptLeaves).root;
    return { settlementId, offset, receiptsRoot, sketchesRoot: sumTreeOf(SKETCH.depth, sketchLeaves).root };
  });
  const points: ReferencePoints[] = [];
  index.forEach(({ contributionId }, record) => {
    const credits = tallyOf(calls, "helpful", record);
    const debits = tallyOf(calls, "harmful", record);
    if (credits.length + debits.length === 0) return;
    const difference = total(credits.map((tally) => tally.points)) - total(debits.map((tally) => tally.points));
    const net = difference > 0n ? difference : 0n;
    points.push({ record, credits, debits, net, positionId: epoch.positions.get(contributionId)!, earningIndex: NONE });
  });
  return {
    modelVersion: input.modelVersion,
    pool: total(input.settlements.map(({ pool }) => pool)) + input.plainIncome,
    index: sumTreeOf(
      INDEX.depth,
      index.map((record) => ({ sum: 1n, payload: encodeIndex(record) })),
    ).root,
    novelties,
    settlements,
    calls,
    points,
    fallbackEarningIndex: NONE,
    trace: sumTreeOf(
      TRACE.depth,
      calls.map((call) => ({
        sum: call.amount,
        payload: encodeTrace({ ...call, helpful: entriesRoot(call.helpful), harmful: entriesRoot(call.harmful) }),
      })),
    ).root,
    pointsRoot: sumTreeOf(POINTS.depth, []).root,
  };
}

/** Runs an epoch: from receipts, sketches and indexes to both roots. */
export function runEpoch(epoch: ReferenceEpoch): ReferenceResult {
  const groups = epoch.groups.map((group) => runGroup(group, epoch));
  const earnings = new Map<bigint, Earning[]>();
  const earn = (positionId: bigint, earning: Earning): number => {
    const list = earnings.get(positionId) ?? [];
    earnings.set(positionId, list);
    return list.push(earning) - 1;
  };
  groups.forEach((result, group) => {
    const nets = result.points.map(({ net }) => net);
    if (total(nets) === 0n) {
      if (result.pool > 0n) {
        result.fallbackEarningIndex = earn(epoch.treasuryPosition, { group, record: NONE, amount: result.pool });
      }
    } else {
      parts(result.pool, nets).forEach((amount, i) => {
        const item = result.points[i]!;
        if (amount > 0n) item.earningIndex = earn(item.positionId, { group, record: item.record, amount });
      });
    }
    const leaves = result.points.map((item) => ({
      key: item.record,
      sum: item.net,
      payload: encodePoints({ ...item, credits: talliesRoot(item.credits), debits: talliesRoot(item.debits) }),
    }));
    result.pointsRoot = sumTreeOf(POINTS.depth, leaves).root;
  });
  const positions = [...new Set([...epoch.previous.keys(), ...earnings.keys()])].sort((a, b) => (a < b ? -1 : 1));
  const payouts = positions.map((positionId) => {
    const list = earnings.get(positionId) ?? [];
    const previous = epoch.previous.get(positionId) ?? 0n;
    return { positionId, previous, earnings: list, cumulative: previous + total(list.map(({ amount }) => amount)) };
  });
  const groupLeaves = groups.map((result) => ({
    sum: result.pool,
    payload: encodeGroup({ ...result, points: result.pointsRoot }),
  }));
  const payoutLeaves = payouts.map((payout) => ({
    key: Number(payout.positionId),
    sum: payout.cumulative,
    payload: encodePayout({
      earnings: sumTreeOf(
        EARNING.depth,
        payout.earnings.map((earning) => ({ sum: earning.amount, payload: encodeEarning(earning) })),
      ).root,
    }),
  }));
  return {
    groups,
    payouts,
    groupsRoot: sumTreeOf(GROUP.depth, groupLeaves).root,
    payoutsRoot: sumTreeOf(PAYOUT.depth, payoutLeaves).root,
  };
}
