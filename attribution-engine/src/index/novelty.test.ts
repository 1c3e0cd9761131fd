// Tests of novelty against a plain BigInt reference.
import { expect } from "chai";
import { computeNovelty, type NoveltyInput, type NoveltyRule } from "./novelty.ts";

/** Records in memory. */
type Input = NoveltyInput<Int8Array>;

const NONE = 0xffffffff;

function isqrt(value: bigint): bigint {
  if (value === 0n) return 0n;
  let low = 0n;
  let high = value;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle * middle <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

function plainDot(input: Input, i: number, j: number): bigint {
  let dot = 0;
  for (let c = 0; c < input.k; c++) dot += input.sketches[i * input.k + c]! * input.sketches[j * input.k + c]!;
  return BigInt(dot);
}

function differingBits(a: Uint8Array, b: Uint8Array): number {
  return [...a].reduce((sum, byte, at) => sum + (byte ^ b[at]!).toString(2).replaceAll("0", "").length, 0);
}

function plainPair(input: Input, rule: NoveltyRule, i: number, j: number): bigint {
  const part = (bytes: Uint8Array, at: number): Uint8Array => bytes.subarray(at * 32, at * 32 + 32);
  if (Buffer.compare(part(input.recordHashes, i), part(input.recordHashes, j)) === 0) return 0n;
  const a = part(input.contentSignatures, i);
  const b = part(input.contentSignatures, j);
  const both = a.some((byte) => byte !== 0) && b.some((byte) => byte !== 0);
  if (both && 256 - differingBits(a, b) >= rule.signatureMatch) return 0n;
  const dot = plainDot(input, i, j);
  const root = isqrt(plainDot(input, i, i) * plainDot(input, j, j));
  const cos16 = dot <= 0n || root === 0n ? 0n : (dot * 65536n) / root;
  const tau = BigInt(rule.tau);
  const delta = BigInt(rule.delta);
  if (cos16 >= tau) return 0n;
  return cos16 <= tau - delta ? 255n : (255n * (tau - cos16)) / delta;
}

function plainNovelty(input: Input, rule: NoveltyRule): { novelties: number[]; witnesses: number[] } {
  const novelties: number[] = [];
  const witnesses: number[] = [];
  for (let i = 0; i < input.count; i++) {
    let novelty = 255n;
    let witness = NONE;
    for (let j = 0; j < i; j++) {
      const n = plainPair(input, rule, i, j);
      if (n < novelty) {
        novelty = n;
        witness = j;
      }
    }
    novelties.push(Number(novelty));
    witnesses.push(witness);
  }
  return { novelties, witnesses };
}

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Records of which many are noisy copies of earlier ones in sketch, some in hash, some in signature. */
function inputOf(seed: number, count: number, k: number, amplitude: number): Input {
  const next = generator(seed);
  const sketches = new Int8Array(count * k);
  const recordHashes = Uint8Array.from({ length: count * 32 }, () => next(256));
  const contentSignatures = Uint8Array.from({ length: count * 32 }, () => next(256));
  for (let i = 0; i < count; i++) {
    const model = i === 0 || next(3) === 0 ? -1 : next(i);
    const noise = 1 + next(amplitude);
    for (let c = 0; c < k; c++) {
      const value =
        model < 0 ? next(2 * amplitude + 1) - amplitude : sketches[model * k + c]! + next(2 * noise + 1) - noise;
      sketches[i * k + c] = Math.max(-127, Math.min(127, value));
    }
    if (next(10) === 0) sketches.fill(0, i * k, (i + 1) * k);
    if (model >= 0 && next(10) === 0) recordHashes.copyWithin(i * 32, model * 32, model * 32 + 32);
    if (model >= 0 && next(6) === 0) {
      contentSignatures.copyWithin(i * 32, model * 32, model * 32 + 32);
      for (let flips = next(60); flips > 0; flips--) contentSignatures[i * 32 + next(32)]! ^= 1 << next(8);
    }
    if (next(8) === 0) contentSignatures.fill(0, i * 32, i * 32 + 32);
  }
  return { count, k, sketches, recordHashes, contentSignatures };
}

async function expectPlain(input: Input, rule: NoveltyRule): Promise<void> {
  const { novelties, witnesses } = await computeNovelty(input, rule);
  expect({ novelties: [...novelties], witnesses: [...witnesses] }).to.deep.equal(plainNovelty(input, rule));
}

const RULE: NoveltyRule = { tau: 64225, delta: 6554, signatureMatch: 210 };

describe("computeNovelty", () => {
  for (const [k, amplitude] of [
    [32, 1],
    [32, 127],
    [64, 3],
    [256, 60],
  ] as const) {
    it(`equals the plain reference for k = ${k} and coordinates up to ${amplitude}`, async () => {
      await expectPlain(inputOf(k + amplitude, 131, k, amplitude), RULE);
    });
  }

  it("follows other rules: the widest ramp, a ramp of one step, no signatures", async () => {
    const input = inputOf(5, 90, 32, 4);
    await expectPlain(input, { tau: 65536, delta: 65536, signatureMatch: 257 });
    await expectPlain(input, { tau: 50000, delta: 1, signatureMatch: 257 });
    await expectPlain(input, { tau: 1, delta: 1, signatureMatch: 128 });
    await expectPlain(input, { tau: 4294967295, delta: 4294967295, signatureMatch: 0 });
  });

  it("is exact for the largest vectors", async () => {
    const k = 4096;
    const input = inputOf(9, 6, k, 127);
    for (let i = 0; i < 3; i++) input.sketches.fill(i === 1 ? -127 : 127, i * k, (i + 1) * k);
    input.sketches[2 * k] = 126;
    await expectPlain(input, RULE);
  });

  it("is the same for any threads, block and shard sizes", async () => {
    const input = inputOf(77, 200, 64, 9);
    const expected = await computeNovelty(input, RULE);
    for (const options of [
      { threads: 2, blockRecords: 17 },
      { threads: 3, blockRecords: 64, shardBytes: 20 * 64 },
      { blockRecords: 1, shardBytes: 50 * 64 },
    ]) {
      expect(await computeNovelty(input, RULE, options)).to.deep.equal(expected);
    }
  });

  it("accepts an empty index", async () => {
    await expectPlain(inputOf(1, 0, 32, 1), RULE);
  });

  it("names a rule out of range", async () => {
    let failure: unknown;
    await computeNovelty(inputOf(1, 1, 32, 1), { ...RULE, delta: RULE.tau + 1 }).catch(
      (error: unknown) => (failure = error),
    );
    expect(String(failure)).to.match(/tau 64225 and delta 64226/);
  });
});
