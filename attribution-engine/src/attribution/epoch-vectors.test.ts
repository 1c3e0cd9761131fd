// Checks whole epochs against docs/vectors/epoch.json.
import { readFile } from "node:fs/promises";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import type { Root } from "@tributary/protocol/node";
import { readSketch } from "@tributary/protocol/sketch";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { expect } from "chai";
import type { Hex } from "viem";
import { buildIndex } from "../index/build-index.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import { attributeEpoch } from "./epoch.ts";
import type { GroupInputs } from "./epoch-inputs.ts";
import { receiptTableOf } from "./receipt-table.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "./settlement-trees.ts";
import { u128At } from "../trees/u128-words.ts";

interface VectorReceipt {
  till: Hex;
  modelVersion: string;
  channelId: Hex;
  sequence: string;
  amount: string;
  cumulative: string;
  agentRegistry: Hex;
  agentId: string;
  requestHash: Hex;
  responseHash: Hex;
  issuedAt: number;
}

interface VectorRoot {
  hash: Hex;
  sum: string;
  depth: number;
}

interface VectorGroupInput {
  modelVersion: string;
  method: Omit<GroupInputs["method"], "sketchSpec">;
  records: {
    recordHash: Hex;
    contentSignature: Hex;
    contributionId: string;
    recordIndex: number;
    scale: number;
    sketch: Hex;
  }[];
  settlements: { settlementId: string; pool: string; receipts: VectorReceipt[]; sketches: Hex[] }[];
  plainIncome: string;
}

interface VectorEntry {
  recordIndex: number;
  s: string;
  w: string;
  points: string;
  tallyIndex: number;
}

interface VectorCase {
  name: string;
  input: {
    treasuryPosition: string;
    positions: { contributionId: string; positionId: string }[];
    previous: { positionId: string; cumulative: string }[];
    groups: VectorGroupInput[];
  };
  output: {
    groups: {
      pool: string;
      index: VectorRoot;
      novelties: { novelty: number; witness: number }[];
      settlements: { receiptsRoot: VectorRoot; sketchesRoot: VectorRoot }[];
      calls: { receiptHash: Hex; sketchHash: Hex; amount: string; helpful: VectorEntry[]; harmful: VectorEntry[] }[];
      fallbackEarningIndex: number;
      trace: VectorRoot;
      pointsRoot: VectorRoot;
    }[];
    payouts: {
      positionId: string;
      previous: string;
      earnings: { group: number; record: number; amount: string }[];
      cumulative: string;
    }[];
    groupsRoot: VectorRoot;
    payoutsRoot: VectorRoot;
  };
}

const FILE = new URL("../../../docs/vectors/epoch.json", import.meta.url);
const { cases } = JSON.parse(await readFile(FILE, "utf8")) as { cases: VectorCase[] };

function shown({ hash, sum, depth }: Root): VectorRoot {
  return { hash: bytesToHex(hash), sum: sum.toString(), depth };
}

function receiptOf(row: VectorReceipt): Receipt {
  return {
    ...row,
    modelVersion: BigInt(row.modelVersion),
    sequence: BigInt(row.sequence),
    amount: BigInt(row.amount),
    cumulative: BigInt(row.cumulative),
    agentId: BigInt(row.agentId),
  };
}

function joined(bytes: Hex[]): Uint8Array {
  return hexToBytes(`0x${bytes.map((hex) => hex.slice(2)).join("")}`);
}

function sketchesOf(sketches: Hex[], k: number): Int8Array {
  return readSketch(joined(sketches), 0, sketches.length * k, "sketch");
}

async function groupOf({
  modelVersion,
  method,
  records,
  settlements,
  plainIncome,
}: VectorGroupInput): Promise<GroupInputs> {
  const fullMethod = { ...method, sketchSpec: `0x${"00".repeat(32)}` as const };
  const index = await buildIndex(
    {
      recordHashes: joined(records.map(({ recordHash }) => recordHash)),
      contentSignatures: joined(records.map(({ contentSignature }) => contentSignature)),
      contributionIds: BigUint64Array.from(records.map(({ contributionId }) => BigInt(contributionId))),
      recordIndexes: Uint32Array.from(records.map(({ recordIndex }) => recordIndex)),
    },
    {
      count: records.length,
      k: method.k,
      sketches: sketchesOf(
        records.map(({ sketch }) => sketch),
        method.k,
      ),
      scales: Uint32Array.from(records.map(({ scale }) => scale)),
    },
    fullMethod,
  );
  return {
    modelVersion: BigInt(modelVersion),
    method: fullMethod,
    index,
    plainPool: BigInt(plainIncome),
    settlements: settlements.map(({ settlementId, pool, receipts, sketches }) => ({
      settlementId: BigInt(settlementId),
      pool: BigInt(pool),
      receipts: receiptTableOf(receipts.map(receiptOf)),
      sketches: sketchesOf(sketches, method.k),
    })),
  };
}

describe("docs/vectors/epoch.json", () => {
  for (const { name, input, output } of cases) {
    it(`holds for: ${name}`, async () => {
      const groups = await Promise.all(input.groups.map(groupOf));
      const result = await attributeEpoch({
        chainId: 1n,
        ledger: `0x${"00".repeat(20)}`,
        epoch: 0n,
        treasuryPosition: BigInt(input.treasuryPosition),
        previousPayouts: input.previous.map(({ positionId, cumulative }) => [BigInt(positionId), BigInt(cumulative)]),
        groups,
        positionOf: (id) =>
          BigInt(input.positions.find(({ contributionId }) => contributionId === `${id}`)!.positionId),
      });
      for (const [g, expected] of output.groups.entries()) {
        const group = groups[g]!;
        const { mapped, shuffled, reduced, pool, trace, points } = result.groups[g]!;
        const novelties = Array.from(group.index.novelties, (novelty, i) => ({
          novelty,
          witness: group.index.witnesses[i]!,
        }));
        expect(novelties).to.deep.equal(expected.novelties);
        expect(shown(buildIndexTree(group.index).root)).to.deep.equal(expected.index);
        for (const [s, { receipts, sketches }] of group.settlements.entries()) {
          expect(shown(buildReceiptsTree(receipts).root)).to.deep.equal(expected.settlements[s]!.receiptsRoot);
          const sketchesTree = buildSketchesTree(hashReceipts(receipts), sketches, group.method.k);
          expect(shown(sketchesTree.root)).to.deep.equal(expected.settlements[s]!.sketchesRoot);
        }
        const { lists } = mapped;
        const entriesOf = (list: number): VectorEntry[] =>
          Array.from({ length: lists.counts[list]! }, (_, rank) => {
            const at = list * lists.topK + rank;
            return {
              recordIndex: lists.recordIndex[at]!,
              s: lists.s[at]!.toString(),
              w: lists.w[at]!.toString(),
              points: u128At(mapped.points, at).toString(),
              tallyIndex: shuffled.tallyIndices[at]!,
            };
          });
        const calls = Array.from({ length: mapped.calls }, (_, call) => ({
          receiptHash: bytesToHex(mapped.receiptHashes.subarray(32 * call, 32 * call + 32)),
          sketchHash: bytesToHex(mapped.sketchHashes.subarray(32 * call, 32 * call + 32)),
          amount: u128At(mapped.amounts, call).toString(),
          helpful: entriesOf(2 * call),
          harmful: entriesOf(2 * call + 1),
        }));
        expect(calls).to.deep.equal(expected.calls);
        expect(pool.toString()).to.equal(expected.pool);
        expect(reduced.fallbackEarningIndex).to.equal(expected.fallbackEarningIndex);
        expect(shown(trace.root)).to.deep.equal(expected.trace);
        expect(shown(points.root)).to.deep.equal(expected.pointsRoot);
      }
      const { payouts, earnings } = result;
      const paid = Array.from(payouts.positions, (position, i) => ({
        positionId: position.toString(),
        previous: u128At(payouts.previous, i).toString(),
        earnings: Array.from({ length: payouts.earningOffsets[i + 1]! - payouts.earningOffsets[i]! }, (_, e) => {
          const at = payouts.earningOffsets[i]! + e;
          const amount = u128At(earnings.amounts, at).toString();
          return { group: earnings.groups[at]!, record: earnings.records[at]!, amount };
        }),
        cumulative: u128At(payouts.cumulative, i).toString(),
      }));
      expect(paid).to.deep.equal(output.payouts);
      expect(shown(result.groupsTree.root)).to.deep.equal(output.groupsRoot);
      expect(shown(result.payoutsTree.root)).to.deep.equal(output.payoutsRoot);
    });
  }
});
