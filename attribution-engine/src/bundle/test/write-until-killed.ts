// Writes one index bundle after another to the folder it is given, until it is killed.
import { Buffer } from "node:buffer";
import process from "node:process";
import { writeIndexBundle } from "../index-bundle.ts";

const [, , bundles = ""] = process.argv;
const count = 4000;
const k = 64;

for (let round = 1; ; round++) {
  const index = {
    count,
    k,
    recordHashes: new Uint8Array(32 * count),
    contentSignatures: new Uint8Array(32 * count),
    contributionIds: new BigUint64Array(count).fill(BigInt(round)),
    recordIndexes: Uint32Array.from({ length: count }, (_, i) => i),
    scales: new Uint32Array(count).fill(1),
    novelties: new Uint8Array(count).fill(255),
    witnesses: new Uint32Array(count).fill(0xffffffff),
    sketches: new Int8Array(Buffer.alloc(count * k, round % 100)),
  };
  const method = {
    k,
    topK: 1,
    debitFactor: 0,
    tau: 1,
    delta: 1,
    signatureMatch: 257,
    sketchSpec: `0x${"00".repeat(32)}`,
  } as const;
  const modelRegistry = `0x${"00".repeat(20)}` as const;
  await writeIndexBundle(bundles, { chainId: 1n, modelRegistry, modelVersion: 1n, method }, index);
}
