// Arithmetic of sketches: Solidity against the TypeScript twin, the engine's WebAssembly and the vectors (docs/formats.md §3, §6.3 to §6.5).
import { expect } from "chai";
import fc from "fast-check";
import { hexToBytes, toHex } from "viem";
import { computeNovelty } from "../../attribution-engine/src/index/novelty.ts";
import { rank } from "../../attribution-engine/src/search/rank.ts";
import type { RankedLists } from "../../attribution-engine/src/search/ranked-lists.ts";
import { NONE } from "@tributary/protocol/bytes";
import { agreeingBits } from "@tributary/protocol/content-signature";
import { cosine16, type NoveltyRecord, noveltyAgainst, type NoveltyRule } from "@tributary/protocol/novelty";
import { encodeIndex, withdrawnRecord } from "@tributary/protocol/payloads/index";
import { encodeSketch } from "@tributary/protocol/payloads/sketch";
import { readSketch, sketchSums, writeSketch } from "@tributary/protocol/sketch";
import { formatsHarness, vectors } from "../support/formats.ts";
import { loadFixture } from "../support/network.ts";

type Harness = Awaited<ReturnType<typeof formatsHarness>>;

/** What influence needs of a record beside its sketch. */
type Scored = { scale: number; novelty: number };

const SIZES = [32, 96, 256, 512, 4096];

/** Any coordinates, or only the outermost ones, of either sign or of one: where sums and dot products are largest. */
const KINDS_OF_SKETCH: readonly ((k: number) => fc.Arbitrary<Int8Array>)[] = [
  (k) => fc.int8Array({ min: -127, max: 127, minLength: k, maxLength: k }),
  (k) =>
    fc
      .uint8Array({ max: 1, minLength: k, maxLength: k })
      .map((signs) => Int8Array.from(signs, (s) => (s ? 127 : -127))),
  (k) => fc.constantFrom(-127, 0, 1, 127).map((x) => new Int8Array(k).fill(x)),
];

const sketchOf = (k: number): fc.Arbitrary<Int8Array> => fc.oneof(...KINDS_OF_SKETCH.map((kind) => kind(k)));

/** The same coordinates but for one in `spread`, so that cosines near 1 occur. */
function nearCopy(sketch: Int8Array, other: Int8Array, spread: number): Int8Array {
  return sketch.map((x, i) => (i % spread === 0 ? other[i]! : x));
}

function recordPayload(record: NoveltyRecord, { scale, novelty }: Scored = { scale: 1, novelty: 255 }): string {
  const place = { ...record, contributionId: 1n, recordIndex: 0 };
  if (record.isWithdrawn === true) return toHex(encodeIndex(withdrawnRecord(place, record.sketch.length)));
  return toHex(
    encodeIndex({
      ...place,
      scale: record.sketch.some((x) => x !== 0) ? scale : 0,
      novelty,
      witness: novelty === 255 ? NONE : 0,
    }),
  );
}

function plainRecord(sketch: Int8Array): NoveltyRecord {
  return { recordHash: new Uint8Array(32), contentSignature: new Uint8Array(32), sketch };
}

function callPayload(sketch: Int8Array): string {
  return toHex(encodeSketch({ receiptHash: new Uint8Array(32), sketch }));
}

function storedBytes(sketch: Int8Array): string {
  const bytes = new Uint8Array(sketch.length);
  writeSketch(bytes, 0, sketch, "test");
  return toHex(bytes);
}

function methodOf(k: number, rule: NoveltyRule) {
  return { k, topK: 1, debitFactor: 0, ...rule, sketchSpec: new Uint8Array(32) };
}

/** Every later record against every earlier one, on chain: the least novelty, and the lowest place that yields it. What is withdrawn has neither. */
async function noveltiesOnChain(harness: Harness, records: readonly NoveltyRecord[], rule: NoveltyRule) {
  const pairs = records.flatMap((_, later) => Array.from({ length: later }, (_, earlier) => ({ later, earlier })));
  const payloads = records.map((record) => recordPayload(record));
  const { found } = await harness.novelties(
    pairs.map(({ later }) => payloads[later]!),
    pairs.map(({ earlier }) => payloads[earlier]!),
    methodOf(records[0]!.sketch.length, rule),
  );
  const least = records.map(({ isWithdrawn }) => ({ novelty: isWithdrawn === true ? 0 : 255, witness: NONE }));
  pairs.forEach(({ later, earlier }, i) => {
    const novelty = Number(found[i]!);
    if (novelty < least[later]!.novelty) least[later] = { novelty, witness: earlier };
  });
  return least;
}

/** The score of a record for a query whose lists have room for all records. */
function scoreOf(lists: RankedLists, query: number, record: number): bigint {
  for (const list of [2 * query, 2 * query + 1]) {
    const first = list * lists.topK;
    const at = lists.recordIndex.subarray(first, first + lists.counts[list]!).indexOf(record);
    if (at >= 0) return lists.s[first + at]!;
  }
  return 0n;
}

describe("sketches: Solidity, the TypeScript twin and the engine", () => {
  for (const k of SIZES) {
    it(`sum, and score records on calls alike, k = ${k}`, async () => {
      const harness = await loadFixture(formatsHarness);
      const scored = fc.record({
        record: sketchOf(k),
        call: sketchOf(k),
        scale: fc.oneof(fc.integer({ min: 1, max: 2 ** 24 - 1 }), fc.constant(2 ** 24 - 1)),
        novelty: fc.oneof(fc.nat({ max: 255 }), fc.constant(255)),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(scored, { minLength: 8, maxLength: 8 }), async (all) => {
          const records = {
            count: all.length,
            k,
            sketches: Int8Array.from(all.flatMap(({ record }) => [...record])),
            scales: Uint32Array.from(all, ({ record, scale }) => (record.some((x) => x !== 0) ? scale : 0)),
            // All are novel here, so that each record of a score other than 0 is on a list.
            novelties: new Uint8Array(all.length).fill(255),
          };
          const calls = { count: all.length, k, sketches: Int8Array.from(all.flatMap(({ call }) => [...call])) };
          const lists = await rank(records, calls, all.length);

          const { s, w } = await harness.influences(
            all.map(({ record, scale, novelty }) => recordPayload(plainRecord(record), { scale, novelty })),
            all.map(({ call }) => callPayload(call)),
          );
          const { whole, sumU, sumSq } = await harness.sketchSums(all.map(({ record }) => storedBytes(record)));
          all.forEach(({ record, novelty }, i) => {
            const expected = scoreOf(lists, i, i);
            expect(s[i]).to.equal(expected);
            expect(w[i]).to.equal((expected < 0n ? -expected : expected) * BigInt(novelty));
            const sums = sketchSums(record);
            expect([whole[i], sumU[i], sumSq[i]]).to.deep.equal([true, BigInt(sums.sumU), BigInt(sums.sumSq)]);
          });
        }),
        { numRuns: k > 512 ? 5 : 20, seed: k },
      );
    });

    it(`compare records alike, k = ${k}`, async () => {
      const harness = await loadFixture(formatsHarness);
      const drawn = fc.record({
        sketch: sketchOf(k),
        other: sketchOf(k),
        spread: fc.constantFrom(1, 2, 8, 32),
        rule: fc
          .record({ tau: fc.integer({ min: 1, max: 66_000 }), width: fc.double({ min: 0, max: 1, noNaN: true }) })
          .map(({ tau, width }) => ({ tau, delta: Math.max(1, Math.round(tau * width)), signatureMatch: 200 })),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(drawn, { minLength: 4, maxLength: 4 }), async (all) => {
          for (const { sketch, other, spread, rule } of all) {
            const later = { ...plainRecord(nearCopy(sketch, other, spread)), recordHash: new Uint8Array(32).fill(1) };
            const earlier = plainRecord(sketch);
            const { found, cosines } = await harness.novelties(
              [recordPayload(later)],
              [recordPayload(earlier)],
              methodOf(k, rule),
            );
            expect(cosines[0]).to.equal(BigInt(cosine16(later.sketch, earlier.sketch)));
            expect(found[0]).to.equal(BigInt(noveltyAgainst(later, earlier, rule)));
          }
        }),
        { numRuns: k > 512 ? 3 : 10, seed: k + 1 },
      );
    });
  }

  it("find the novelties and witnesses of an index that the engine finds", async () => {
    const harness = await loadFixture(formatsHarness);
    const rule = { tau: 60_000, delta: 30_000, signatureMatch: 140 };
    const k = 32;
    const index = fc.array(
      fc.record({
        sketch: sketchOf(k),
        from: fc.nat(),
        spread: fc.constantFrom(1, 4, 16),
        hash: fc.nat({ max: 30 }),
        signature: fc.oneof(fc.constant(new Uint8Array(32)), fc.uint8Array({ minLength: 32, maxLength: 32 })),
      }),
      { minLength: 16, maxLength: 16 },
    );
    await fc.assert(
      fc.asyncProperty(index, async (drawn) => {
        const records: NoveltyRecord[] = [];
        for (const { sketch, from, spread, hash, signature } of drawn) {
          const source = records[from % (records.length + 1)]?.sketch ?? sketch;
          const recordHash = new Uint8Array(32).fill(hash);
          records.push({ recordHash, contentSignature: signature, sketch: nearCopy(source, sketch, spread) });
        }
        const joined = (field: "recordHash" | "contentSignature") =>
          Uint8Array.from(records.flatMap((record) => [...record[field]]));
        const engine = await computeNovelty(
          {
            count: records.length,
            k,
            sketches: Int8Array.from(records.flatMap(({ sketch }) => [...sketch])),
            recordHashes: joined("recordHash"),
            contentSignatures: joined("contentSignature"),
          },
          rule,
        );
        const onChain = await noveltiesOnChain(harness, records, rule);
        expect(onChain.map(({ novelty }) => novelty)).to.deep.equal([...engine.novelties]);
        expect(onChain.map(({ witness }) => witness)).to.deep.equal([...engine.witnesses]);
      }),
      { numRuns: 15, seed: 3 },
    );
  });
});

describe("vectors: integers.json, of sketches", () => {
  type Bytes = `0x${string}`;
  type RecordJson = { recordHash: Bytes; contentSignature: Bytes; sketch: Bytes; isWithdrawn?: boolean };
  type Input = { rule: string; x: Bytes; y: Bytes; a: Bytes; b: Bytes; records: RecordJson[] } & NoveltyRule;
  type Output = { cosine16: number; agreeing: number; novelties: { novelty: number; witness: number }[] };
  const all = vectors<Input, Output>("integers");

  function sketchFrom(hex: Bytes): Int8Array {
    const bytes = hexToBytes(hex);
    return readSketch(bytes, 0, bytes.length, "vector");
  }

  const checks: Record<string, (harness: Harness, input: Input, output: Output) => Promise<void>> = {
    cosine16: async (harness, { x, y }, output) => {
      const [a, b] = [x, y].map((hex) => recordPayload(plainRecord(sketchFrom(hex))));
      const method = methodOf(32, { tau: 1, delta: 1, signatureMatch: 257 });
      expect((await harness.novelties([a!], [b!], method)).cosines[0]).to.equal(BigInt(output.cosine16));
    },
    novelty: async (harness, { records, tau, delta, signatureMatch }, output) => {
      const decoded = records.map(({ recordHash, contentSignature, sketch, isWithdrawn = false }) => ({
        recordHash: hexToBytes(recordHash),
        contentSignature: hexToBytes(contentSignature),
        sketch: sketchFrom(sketch),
        isWithdrawn,
      }));
      const found = await noveltiesOnChain(harness, decoded, { tau, delta, signatureMatch });
      expect(found).to.deep.equal(output.novelties);
    },
    agreement: async (harness, { a, b }, output) => {
      expect(await harness.agreement(a, b)).to.equal(BigInt(output.agreeing));
      expect(agreeingBits(hexToBytes(a), hexToBytes(b))).to.equal(output.agreeing);
    },
  };

  for (const { name, input, output } of all.filter(({ input: { rule } }) => rule in checks)) {
    it(name, async () => {
      await checks[input.rule]!(await loadFixture(formatsHarness), input, output);
    });
  }

  it("hold a case of every rule that is checked here", () => {
    const rules = new Set(all.map(({ input: { rule } }) => rule));
    expect(Object.keys(checks).filter((rule) => !rules.has(rule))).to.be.empty;
  });
});
