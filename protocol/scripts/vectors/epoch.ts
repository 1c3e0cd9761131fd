// The vector of a whole small epoch: from receipts, sketches and indexes to both roots (docs/formats.md §6, §8).
import { zeroAddress } from "viem";
import type { Receipt } from "../../src/typed-data/receipt.ts";
import { type ReferenceGroup, type ReferenceRecord, type ReferenceSettlement, runEpoch } from "./reference-epoch.ts";
import { seededBytes, seededHex, seededNumber, seededSketch } from "./seeded.ts";
import { type VectorFile, vectorJson } from "./vector.ts";

const K = 32;

/** Records of three contributions; every fifth is a near copy of the one before, one is an exact copy, one has a zero sketch. */
function indexOf(label: string, count: number): ReferenceRecord[] {
  const records: ReferenceRecord[] = [];
  for (let i = 0; i < count; i++) {
    const own = seededSketch(`${label} record ${i}`, K);
    const before = records[i - 1];
    const isNearCopy = i % 5 === 4 && before !== undefined;
    const near = isNearCopy ? before.sketch.map((x, c) => (c % 2 === 0 ? Math.trunc(x * 0.55) : x)) : own;
    const isExactCopy = i === 7;
    const isZero = i === 8;
    records.push({
      recordHash: seededBytes(isExactCopy ? `${label} content 2` : `${label} content ${i}`, 32),
      contentSignature: new Uint8Array(32),
      contributionId: BigInt(1 + Math.floor((3 * i) / count)),
      recordIndex: i % Math.ceil(count / 3),
      scale: isZero ? 0 : 1 + seededNumber(`${label} scale ${i}`, 50_000),
      sketch: isZero ? new Int8Array(K) : near,
    });
  }
  return records;
}

/** Receipts of two channels in tree order, with a query sketch each; queries lean towards one record. */
function settlementOf(
  settlementId: bigint,
  modelVersion: bigint,
  calls: number,
  records: readonly ReferenceRecord[],
): ReferenceSettlement {
  const label = `settlement ${settlementId}`;
  const channels = [seededHex(`${label} channel a`, 32), seededHex(`${label} channel b`, 32)].sort();
  const receipts: Receipt[] = [];
  const sketches: Int8Array[] = [];
  channels.forEach((channelId, c) => {
    let cumulative = 1_000n * BigInt(c);
    for (let i = 0; i < Math.ceil((calls - c) / 2); i++) {
      const amount = 1_000n + BigInt(seededNumber(`${label} amount ${c} ${i}`, 100_000));
      cumulative += amount;
      receipts.push({
        till: seededHex(`till ${modelVersion}`, 20),
        modelVersion,
        channelId,
        sequence: BigInt(i + 1),
        amount,
        cumulative,
        agentRegistry: zeroAddress,
        agentId: 0n,
        requestHash: seededHex(`${label} request ${c} ${i}`, 32),
        responseHash: seededHex(`${label} response ${c} ${i}`, 32),
        issuedAt: 1_790_000_000 + i,
      });
      const towards = records[seededNumber(`${label} towards ${c} ${i}`, Math.max(1, records.length))];
      const noise = seededSketch(`${label} query ${c} ${i}`, K, 60);
      sketches.push(noise.map((x, coordinate) => x + ((towards?.sketch[coordinate] ?? 0) >> 1)));
    }
  });
  const fee = receipts.reduce((sum, { amount }) => sum + amount, 0n);
  return { settlementId, pool: (fee * 44n) / 100n, receipts, sketches };
}

export function epochVectors(): VectorFile {
  const method = { k: K, topK: 4, debitFactor: 192, tau: 64_225, delta: 6_554, signatureMatch: 257 };
  const records = indexOf("first", 15);
  const others = indexOf("second", 9);
  const silent = settlementOf(3n, 7n, 2, others);
  const groups: ReferenceGroup[] = [
    {
      modelVersion: 5n,
      method,
      records,
      settlements: [settlementOf(1n, 5n, 4, records), settlementOf(4n, 5n, 3, records)],
      plainIncome: 777n,
    },
    {
      modelVersion: 6n,
      method: { ...method, topK: 2, debitFactor: 256 },
      records: others,
      settlements: [settlementOf(2n, 6n, 5, others)],
      plainIncome: 0n,
    },
    {
      modelVersion: 7n,
      method,
      records: others,
      settlements: [{ ...silent, sketches: silent.sketches.map(() => new Int8Array(K)) }],
      plainIncome: 0n,
    },
  ];
  const treasuryPosition = 1n;
  const positions = new Map([
    [1n, 4n],
    [2n, 9n],
    [3n, 4n],
  ]);
  const previous = new Map([
    [3n, 55_555n],
    [4n, 1_000_000n],
  ]);
  const result = runEpoch({ treasuryPosition, positions, previous, groups });
  return {
    about:
      "A small epoch. Input: per group the method, the index's records without novelty, and the settlements with receipts and query sketches (excess-128); the position of each contribution; previous cumulative payouts. Output: novelties, lists with points, tallies, nets, earnings, and every root. 4294967295 is NONE.",
    cases: [
      {
        name: "three groups, the last without any points",
        input: vectorJson({
          treasuryPosition,
          positions: [...positions].map(([contributionId, positionId]) => ({ contributionId, positionId })),
          previous: [...previous].map(([positionId, cumulative]) => ({ positionId, cumulative })),
          groups,
        }),
        output: vectorJson(result),
      },
      {
        name: "no group: previous payouts stay",
        input: vectorJson({
          treasuryPosition,
          positions: [],
          previous: [...previous].map(([positionId, cumulative]) => ({ positionId, cumulative })),
          groups: [],
        }),
        output: vectorJson(runEpoch({ treasuryPosition, positions, previous, groups: [] })),
      },
    ],
  };
}
