// Measures building a sum tree against @openzeppelin/merkle-tree, both from (index, amount) records, in one run.
import { parseArgs } from "node:util";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { writeBigUint, writeUint } from "../src/bytes.ts";
import { keccak256Each } from "../src/keccak.ts";
import { buildSumTree, type SumTree } from "../src/sum-tree.ts";
import { referenceNode } from "../src/testing/reference-tree.ts";

/** What the comparison must reach for the command to end with 0. */
const LEAST_RATIO = 10;

const DEPTH = 28;
const PAYLOAD_BYTES = 25;
const CHECKED_LEAVES = 2_000;

/** The records: an amount of up to 2^96 base units for each index, as columns. */
function amountsOf(leaves: number): BigUint64Array {
  const sums = new BigUint64Array(2 * leaves);
  let state = 0x9e3779b9n;
  for (let i = 0; i < leaves; i++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    sums[2 * i] = state & 0xffffffffn;
    sums[2 * i + 1] = state;
  }
  return sums;
}

/** Payloads as a tag, the index (u64) and the amount (u128). */
function encodePayloads(sums: BigUint64Array): Uint8Array {
  const count = sums.length / 2;
  const bytes = new Uint8Array(PAYLOAD_BYTES * count);
  for (let i = 0; i < count; i++) {
    const at = PAYLOAD_BYTES * i;
    bytes[at] = 0xff;
    writeUint(bytes, at + 3, 6, i, "index");
    writeBigUint(bytes, at + 9, 8, sums[2 * i]!, "amount");
    writeBigUint(bytes, at + 17, 8, sums[2 * i + 1]!, "amount");
  }
  return bytes;
}

function buildOurs(sums: BigUint64Array): SumTree {
  const payloadHashes = keccak256Each(encodePayloads(sums), PAYLOAD_BYTES);
  return buildSumTree({ depth: DEPTH, sums, payloadHashes });
}

function amountAt(sums: BigUint64Array, i: number): bigint {
  return (sums[2 * i]! << 64n) | sums[2 * i + 1]!;
}

function buildOpenZeppelin(sums: BigUint64Array): string {
  const values = Array.from({ length: sums.length / 2 }, (_, i) => [i, amountAt(sums, i)]);
  return StandardMerkleTree.of(values, ["uint256", "uint128"]).root;
}

/** Fails unless our builder agrees with a plain tree over noble's Keccak. */
function checkAgainstReference(): void {
  const sums = amountsOf(CHECKED_LEAVES);
  const payloads = encodePayloads(sums);
  const leaves = Array.from({ length: CHECKED_LEAVES }, (_, key) => ({
    key,
    sum: amountAt(sums, key),
    payload: payloads.subarray(PAYLOAD_BYTES * key, PAYLOAD_BYTES * (key + 1)),
  }));
  const expected = referenceNode(leaves, DEPTH);
  const { root } = buildOurs(sums);
  if (Buffer.compare(root.hash, expected.hash) !== 0 || root.sum !== expected.sum) {
    throw new Error(`root of ${CHECKED_LEAVES} leaves differs from the reference`);
  }
}

function seconds<T>(work: () => T): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

const { values: options } = parseArgs({
  options: { leaves: { type: "string", default: "1000000" }, json: { type: "boolean", default: false } },
});
const leaves = Number(options.leaves);
if (!Number.isInteger(leaves) || leaves < 1 || leaves > 10_000_000) {
  console.error(`--leaves ${options.leaves}: give a number from 1 to 10000000`);
  process.exit(2);
}

const progress = (text: string) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
progress(`checking ${CHECKED_LEAVES} leaves against the reference`);
checkAgainstReference();
const sums = amountsOf(leaves);
progress(`building the sum tree of ${leaves} leaves, three times`);
const ours = median([0, 1, 2].map(() => seconds(() => buildOurs(sums))));
progress(`building @openzeppelin/merkle-tree of ${leaves} leaves`);
const openzeppelin = seconds(() => buildOpenZeppelin(sums));
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");

const rows: [string, number][] = [
  ["sum tree (this package)", ours],
  ["@openzeppelin/merkle-tree", openzeppelin],
];
console.log(`${"tree".padEnd(28)}${"seconds".padStart(10)}${"leaves/s".padStart(12)}`);
for (const [name, time] of rows) {
  console.log(
    `${name.padEnd(28)}${time.toFixed(2).padStart(10)}${Math.round(leaves / time)
      .toString()
      .padStart(12)}`,
  );
}
const ratio = openzeppelin / ours;
console.log(`${leaves} leaves: ${ratio.toFixed(1)} times as fast (ours is the median of three builds, theirs one)`);
if (ratio < LEAST_RATIO) process.exitCode = 1;
if (options.json) {
  const round = (value: number) => Number(value.toPrecision(4));
  console.log(
    JSON.stringify({ leaves, ours_s: round(ours), openzeppelin_s: round(openzeppelin), ratio: round(ratio) }),
  );
}
