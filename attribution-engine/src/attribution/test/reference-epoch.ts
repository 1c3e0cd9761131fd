// A second, plain implementation of an epoch, from inputs to roots: whole numbers, hex strings and docs/formats.md, nothing else.
import { keccak256 } from "@tributary/protocol/keccak";

export interface PlainRecord {
  contributionId: bigint;
  scale: bigint;
  novelty: bigint;
  sketch: bigint[];
}

/** All byte strings are hex digits without a prefix. */
export interface PlainCall {
  till: string;
  channelId: string;
  sequence: bigint;
  amount: bigint;
  cumulative: bigint;
  agentRegistry: string;
  agentId: bigint;
  requestHash: string;
  responseHash: string;
  issuedAt: bigint;
  sketch: bigint[];
}

export interface PlainGroup {
  modelVersion: bigint;
  topK: number;
  debitFactor: bigint;
  records: PlainRecord[];
  plainPool: bigint;
  settlements: { settlementId: bigint; pool: bigint; calls: PlainCall[] }[];
}

export interface PlainEpoch {
  treasury: bigint;
  previous: [bigint, bigint][];
  positions: Record<string, bigint>;
  groups: PlainGroup[];
}

export interface PlainRoot {
  hash: string;
  sum: bigint;
}

interface Leaf {
  key: bigint;
  sum: bigint;
  payload: string;
}

interface Entry {
  record: number;
  s: bigint;
  w: bigint;
  points: bigint;
  tally: bigint;
}

const NONE = 0xffffffffn;
const ABSENT: PlainRoot = { hash: "00".repeat(32), sum: 0n };

function hash(hex: string): string {
  return Buffer.from(keccak256(Buffer.from(hex, "hex"))).toString("hex");
}

/** A number as big-endian hex of `bits`, two's complement if negative. */
function u(value: bigint, bits: number): string {
  return BigInt.asUintN(bits, value)
    .toString(16)
    .padStart(bits / 4, "0");
}

/** §2: the root over leaves, by cutting the places in halves. */
function tree(depth: number, leaves: Leaf[]): PlainRoot {
  if (leaves.length === 0) return ABSENT;
  if (depth === 0) {
    const leaf = leaves[0]!;
    return { hash: hash("00" + u(leaf.key, 64) + u(leaf.sum, 128) + hash(leaf.payload)), sum: leaf.sum };
  }
  const bit = BigInt(depth - 1);
  const left = tree(
    depth - 1,
    leaves.filter((leaf) => ((leaf.key >> bit) & 1n) === 0n),
  );
  const right = tree(
    depth - 1,
    leaves.filter((leaf) => ((leaf.key >> bit) & 1n) === 1n),
  );
  return {
    hash: hash("01" + left.hash + u(left.sum, 128) + right.hash + u(right.sum, 128)),
    sum: left.sum + right.sum,
  };
}

function nested(root: PlainRoot, depth: number): string {
  return root.hash + u(root.sum, 128) + u(BigInt(depth), 8);
}

function total(values: bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

/** §6.1 with an explicit denominator. */
function split(amount: bigint, weights: bigint[], denominator: bigint): bigint[] {
  return weights.map((weight, e) => {
    const before = total(weights.slice(0, e));
    return (amount * (before + weight)) / denominator - (amount * before) / denominator;
  });
}

/** §7.1. */
function receiptHash(call: PlainCall, modelVersion: bigint): string {
  const type =
    "Receipt(address till,uint64 modelVersion,bytes32 channelId,uint64 sequence,uint128 amount,uint128 cumulative," +
    "address agentRegistry,uint256 agentId,bytes32 requestHash,bytes32 responseHash,uint48 issuedAt)";
  return hash(
    hash(Buffer.from(type).toString("hex")) +
      call.till.padStart(64, "0") +
      u(modelVersion, 256) +
      call.channelId +
      u(call.sequence, 256) +
      u(call.amount, 256) +
      u(call.cumulative, 256) +
      call.agentRegistry.padStart(64, "0") +
      u(call.agentId, 256) +
      call.requestHash +
      call.responseHash +
      u(call.issuedAt, 256),
  );
}

function sketchHash(receipt: string, sketch: bigint[]): string {
  // The last coordinate first (docs/formats.md §3).
  const bytes = sketch.map((x) => x + 128n).reverse();
  return hash("04" + receipt + u(total(bytes), 32) + bytes.map((byte) => u(byte, 8)).join(""));
}

/** §6.3: one list of a call. */
function list(group: PlainGroup, call: PlainCall, sign: bigint): Entry[] {
  const entries = group.records.map((record, at): Entry => {
    const s = record.scale * total(record.sketch.map((x, c) => x * call.sketch[c]!));
    return { record: at, s, w: s * sign * record.novelty, points: 0n, tally: NONE };
  });
  return entries
    .filter(({ w }) => w > 0n)
    .sort((a, b) => (b.w > a.w ? 1 : b.w < a.w ? -1 : a.record - b.record))
    .slice(0, group.topK);
}

function entriesRoot(entries: Entry[]): PlainRoot {
  return tree(
    8,
    entries.map(({ record, s, w, points, tally }, key) => ({
      key: BigInt(key),
      sum: w,
      payload: "05" + u(BigInt(record), 32) + u(s, 64) + u(points, 128) + u(tally, 32),
    })),
  );
}

/** Both roots of the epoch's proposal and the cumulative payouts by position. */
export function referenceEpoch(epoch: PlainEpoch): {
  groupsRoot: PlainRoot;
  payoutsRoot: PlainRoot;
  payouts: [bigint, bigint][];
} {
  const earnings = new Map<bigint, Leaf[]>();
  const earn = (position: bigint, group: number, record: bigint, amount: bigint): bigint => {
    const own = earnings.get(position) ?? [];
    earnings.set(position, own);
    const key = BigInt(own.length);
    own.push({ key, sum: amount, payload: "0a" + u(BigInt(group), 32) + u(record, 32) });
    return key;
  };

  const groupLeaves = epoch.groups.map((group, g): Leaf => {
    const pool = group.plainPool + total(group.settlements.map((settlement) => settlement.pool));
    const calls = group.settlements.flatMap((settlement) => {
      const amounts = settlement.calls.map((call) => call.amount);
      const parts = total(amounts) === 0n ? amounts : split(settlement.pool, amounts, total(amounts));
      return settlement.calls.map((call, c) => {
        const amount = parts[c]!;
        const helpful = list(group, call, 1n);
        const harmful = list(group, call, -1n);
        const helpfulWeight = total(helpful.map(({ w }) => w));
        const harmfulWeight = total(harmful.map(({ w }) => w));
        if (helpfulWeight > 0n) {
          const credits = split(
            amount,
            helpful.map(({ w }) => w),
            helpfulWeight,
          );
          const debits = split(
            (amount * group.debitFactor) / 256n,
            harmful.map(({ w }) => w),
            helpfulWeight > harmfulWeight ? helpfulWeight : harmfulWeight,
          );
          for (const [e, entry] of helpful.entries()) entry.points = credits[e]!;
          for (const [e, entry] of harmful.entries()) entry.points = debits[e]!;
        }
        return { call, amount, helpful, harmful };
      });
    });

    const tallies = group.records.map((_, record) => {
      const gather = (side: "helpful" | "harmful"): Leaf[] => {
        const leaves: Leaf[] = [];
        for (const [c, call] of calls.entries()) {
          for (const [e, entry] of call[side].entries()) {
            if (entry.record !== record || entry.points === 0n) continue;
            entry.tally = BigInt(leaves.length);
            leaves.push({ key: entry.tally, sum: entry.points, payload: "07" + u(BigInt(c), 32) + u(BigInt(e), 16) });
          }
        }
        return leaves;
      };
      return { credits: tree(28, gather("helpful")), debits: tree(28, gather("harmful")) };
    });

    const nets = tallies.map(({ credits, debits }) => (credits.sum > debits.sum ? credits.sum - debits.sum : 0n));
    const shares = total(nets) === 0n ? nets : split(pool, nets, total(nets));
    const pointLeaves = tallies.flatMap(({ credits, debits }, record): Leaf[] => {
      if (credits.sum === 0n && debits.sum === 0n) return [];
      const position = epoch.positions[String(group.records[record]!.contributionId)]!;
      const share = shares[record]!;
      const index = share === 0n ? NONE : earn(position, g, BigInt(record), share);
      const payload = "08" + nested(credits, 28) + nested(debits, 28) + u(position, 64) + u(index, 32);
      return [{ key: BigInt(record), sum: nets[record]!, payload }];
    });
    const fallback = total(nets) === 0n && pool > 0n ? earn(epoch.treasury, g, NONE, pool) : NONE;

    const trace = tree(
      28,
      calls.map(({ call, amount, helpful, harmful }, key) => {
        const receipt = receiptHash(call, group.modelVersion);
        const lists = nested(entriesRoot(helpful), 8) + nested(entriesRoot(harmful), 8);
        return { key: BigInt(key), sum: amount, payload: "06" + receipt + sketchHash(receipt, call.sketch) + lists };
      }),
    );
    const points = tree(32, pointLeaves);
    const payload = "09" + u(group.modelVersion, 64) + nested(trace, 28) + nested(points, 32) + u(fallback, 32);
    return { key: BigInt(g), sum: pool, payload };
  });

  const cumulative = new Map(epoch.previous);
  for (const [position, own] of earnings) {
    cumulative.set(position, (cumulative.get(position) ?? 0n) + total(own.map(({ sum }) => sum)));
  }
  const payouts = [...cumulative].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const payoutsRoot = tree(
    28,
    payouts.map(([position, sum]) => ({
      key: position,
      sum,
      payload: "0b" + nested(tree(32, earnings.get(position) ?? []), 32),
    })),
  );
  return { groupsRoot: tree(16, groupLeaves), payoutsRoot, payouts };
}
