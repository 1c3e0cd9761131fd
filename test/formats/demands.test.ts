// Demands and their answers: the vectors, and the Solidity predicate against the TypeScript twin on mutated answers (docs/formats.md §9).
import { expect } from "chai";
import fc from "fast-check";
import { hexToBytes, toHex } from "viem";
import { readInnerAnswer, readLeafAnswer } from "@tributary/protocol/demand";
import { keccak256 } from "@tributary/protocol/keccak";
import { MOST_PAYLOAD } from "@tributary/protocol/kinds";
import { leafPreimage } from "@tributary/protocol/node";
import { formatsHarness, vectors } from "../support/formats.ts";
import { loadFixture } from "../support/network.ts";

type Bytes = `0x${string}`;
type DemandInput = {
  commitment: { kind: number; id: string; sub: number };
  path: { leaf: string; which: number }[];
  level: number;
  index: string;
};
type AnswerInput = { depth: number; level: number; index: number; node: { hash: Bytes; sum: string } };

const ALL = vectors<DemandInput | AnswerInput, { bytes?: Bytes; answer?: Bytes }>("demands");

const ANSWERS = ALL.flatMap(({ name, input, output }) =>
  "node" in input ? [{ name, ...input, answer: output.answer! }] : [],
);

/** What the twin says of an answer. */
function isAnswer({ depth, level, index, node }: AnswerInput, answer: Uint8Array): boolean {
  const stated = { hash: hexToBytes(node.hash), sum: BigInt(node.sum) };
  const read =
    level < depth ? readInnerAnswer({ level, index, node: stated }, depth, answer) : readLeafAnswer(stated, answer);
  return !("reason" in read);
}

describe("vectors: demands.json", () => {
  for (const { name, input, output } of ALL) {
    it(name, async () => {
      const harness = await loadFixture(formatsHarness);
      if ("node" in input) {
        const are = await harness.areAnswers(input.node.hash, input.level, input.depth, [output.answer!]);
        expect([...are]).to.deep.equal([true]);
      } else {
        const { commitment, level, index } = input;
        const path = input.path.map(({ leaf, which }) => {
          return { key: leaf, which, sum: 0, payload: "0x", preimage: "0x", opening: "0x" };
        });
        expect(await harness.demandBytes(commitment, path, level, index)).to.equal(output.bytes);
      }
    });
  }
});

describe("Answers against the TypeScript twin", () => {
  it("take a leaf's payload up to the longest of any kind", async () => {
    const harness = await loadFixture(formatsHarness);
    for (const bytes of [MOST_PAYLOAD, MOST_PAYLOAD + 1, 40_000]) {
      const payload = new Uint8Array(bytes);
      const preimage = leafPreimage(7, 9n, keccak256(payload));
      const asked = { depth: 24, level: 24, index: 7, node: { hash: toHex(keccak256(preimage)), sum: "9" } };
      const answer = Uint8Array.from([1, ...preimage, ...payload]);
      expect(isAnswer(asked, answer), `${bytes} bytes`).to.equal(bytes === MOST_PAYLOAD);
      const are = await harness.areAnswers(asked.node.hash, asked.level, asked.depth, [toHex(answer)]);
      expect([...are], `${bytes} bytes`).to.deep.equal([bytes === MOST_PAYLOAD]);
    }
  });

  /** An answer with a byte flipped, cut, or with bytes behind it; also under another node's level. */
  const change = fc.record({
    base: fc.constantFrom(...ANSWERS),
    flipped: fc.option(fc.record({ at: fc.nat(4000), to: fc.integer({ min: 1, max: 255 }) }), { freq: 3 }),
    length: fc.option(fc.nat(4000), { freq: 2 }),
    behind: fc.oneof(
      { weight: 8, arbitrary: fc.constant(new Uint8Array()) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
    ),
    level: fc.option(fc.nat(24), { freq: 1 }),
  });

  it("judges changed answers alike", async () => {
    const harness = await loadFixture(formatsHarness);
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 8, maxLength: 8 }), async (changes) => {
        for (const { base, flipped, length, behind, level } of changes) {
          const whole = hexToBytes(base.answer);
          if (flipped) whole[flipped.at % whole.length]! ^= flipped.to;
          const cut = length === null ? whole : whole.subarray(0, length % (whole.length + 1));
          const answer = new Uint8Array([...cut, ...behind]);
          const asked = { ...base, level: level ?? base.level };
          const expected = isAnswer(asked, answer);
          if (expected) taken++;
          const are = await harness.areAnswers(base.node.hash, asked.level, base.depth, [toHex(answer)]);
          expect([...are], base.name).to.deep.equal([expected]);
        }
      }),
      { numRuns: 60 },
    );
    expect(taken, "answers that both take").to.be.greaterThan(20);
  });
});
