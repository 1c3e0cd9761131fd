// The arithmetic of sketches by itself: what a proof pays for it beside its calldata and its openings.
import { encodeIndex } from "@tributary/protocol/payloads/index";
import { encodeSketch } from "@tributary/protocol/payloads/sketch";
import { writeSketch } from "@tributary/protocol/sketch";
import { ethers } from "../../../test/support/network.ts";
import type { Scenario } from "../scenario.ts";

const SIZES = [256, 512, 4096];
const METHOD = { topK: 1, debitFactor: 0, tau: 64_225, delta: 6_554, signatureMatch: 200, sketchSpec: ethers.ZeroHash };

async function library() {
  return ethers.deployContract("SketchGas");
}

type Library = Awaited<ReturnType<typeof library>>;

/** Coordinates that differ from place to place; the functions take the same gas for all. */
function sketch(k: number, seed: number): Int8Array {
  return Int8Array.from({ length: k }, (_, i) => ((i * 37 + seed) % 255) - 127);
}

function stored(k: number, seed: number): string {
  const bytes = new Uint8Array(k);
  writeSketch(bytes, 0, sketch(k, seed), "sketch");
  return ethers.hexlify(bytes);
}

function record(k: number, seed: number): string {
  const hash = new Uint8Array(32).fill(seed);
  return ethers.hexlify(
    encodeIndex({
      recordHash: hash,
      contentSignature: hash,
      contributionId: 1n,
      recordIndex: 0,
      scale: 1_000_000,
      novelty: 200,
      witness: 0,
      sketch: sketch(k, seed),
    }),
  );
}

function call(k: number, seed: number): string {
  return ethers.hexlify(encodeSketch({ receiptHash: new Uint8Array(32), sketch: sketch(k, seed) }));
}

function arithmetic(name: string, used: (on: Library, k: number) => Promise<{ gas: bigint }>): Scenario[] {
  return SIZES.map((k) => ({
    call: name,
    given: `k = ${k}, the arithmetic alone`,
    measure: async () => Number((await used(await library(), k)).gas),
  }));
}

export const sketchScenarios: Scenario[] = [
  ...arithmetic("Sketch.rawDot", (on, k) => on.dot(stored(k, 1), stored(k, 2))),
  ...arithmetic("Sketch.dotInOrder", (on, k) => on.dotInOrder(stored(k, 1), stored(k, 2))),
  ...arithmetic("Sketch.sums", (on, k) => on.sums(stored(k, 1))),
  ...arithmetic("CallChecks.influenceOf", (on, k) => on.influenceOf(record(k, 1), call(k, 2))),
  ...arithmetic("Novelty.between", (on, k) => on.between(record(k, 1), record(k, 2), { k, ...METHOD })),
];
