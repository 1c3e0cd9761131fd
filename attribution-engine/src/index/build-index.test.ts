// Tests of building an index, of its tree and of near copies by content.
import { NONE } from "@tributary/protocol/bytes";
import { encodeIndex, withdrawnRecord } from "@tributary/protocol/payloads/index";
import { INDEX } from "@tributary/protocol/kinds";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import type { Method } from "@tributary/protocol/typed-data/method-id";
import { expect } from "chai";
import { buildIndex, type IndexRecords, type RecordSketches } from "./build-index.ts";
import { buildIndexTree } from "./index-tree.ts";
import { nearCopies } from "./near-copies.ts";
import { signTexts } from "./sign-texts.ts";
import { blankedSketches, placesOf } from "./withdrawn-form.ts";

const METHOD: Method = {
  k: 32,
  topK: 8,
  debitFactor: 192,
  tau: 64225,
  delta: 6554,
  signatureMatch: 210,
  sketchSpec: `0x${"11".repeat(32)}`,
};

const SENTENCE = Array.from({ length: 120 }, (_, i) => `word${(i * i) % 97}`).join(" ");
const TEXTS = [
  "The river rises in the hills.",
  SENTENCE,
  `${SENTENCE} more`,
  "  The river  rises in the hills. ",
  "Other.",
];

function recordsOf(texts: string[]): IndexRecords {
  return {
    ...signTexts(texts),
    contributionIds: BigUint64Array.from(texts, (_, i) => BigInt(1 + i)),
    recordIndexes: new Uint32Array(texts.length),
  };
}

/** Sketches that are at right angles to each other. */
function sketchesOf(count: number): RecordSketches<Int8Array> {
  const sketches = new Int8Array(count * 32);
  for (let i = 0; i < count; i++) sketches[i * 33] = 100;
  return { count, k: 32, sketches, scales: new Uint32Array(count).fill(5) };
}

describe("buildIndex", () => {
  it("finds copies by hash and by signature and names the earliest record", async () => {
    const index = await buildIndex(recordsOf(TEXTS), sketchesOf(TEXTS.length), METHOD);
    expect([...index.novelties]).to.deep.equal([255, 255, 0, 0, 255]);
    expect([...index.witnesses]).to.deep.equal([0xffffffff, 0xffffffff, 1, 0, 0xffffffff]);
  });

  it("gives records of withdrawn contributions the withdrawn form, and their later copies no novelty", async () => {
    const records = { ...recordsOf(TEXTS), withdrawn: new Set([1n, 3n]) };
    const sketches = sketchesOf(TEXTS.length);
    const places = placesOf(records.contributionIds, records.withdrawn);
    const blanked = { ...sketches, sketches: blankedSketches(sketches, places, "") as Int8Array };
    const index = await buildIndex(records, blanked, METHOD);
    expect([...index.novelties]).to.deep.equal([0, 255, 0, 0, 255]);
    expect([...index.witnesses]).to.deep.equal([NONE, NONE, NONE, 0, NONE]);
    expect([...index.scales]).to.deep.equal([0, 5, 0, 5, 5]);
    const tree = buildIndexTree(index);
    const { recordHashes, contributionIds } = index;
    const form = { recordHash: recordHashes.slice(64, 96), contributionId: contributionIds[2]!, recordIndex: 0 };
    expect(tree.payload(2)).to.deep.equal(encodeIndex(withdrawnRecord(form, 32)));
    // What it was made of stays as it was.
    expect([
      sketches.sketches[0],
      sketches.scales[0],
      records.contentSignatures.some((byte) => byte > 0),
    ]).to.deep.equal([100, 5, true]);
    expect(buildIndexTree(await buildIndex(records, blanked, { ...METHOD, signatureMatch: 257 })).root.sum).to.equal(
      5n,
    );
  });

  it("drops signatures where the method does not use them", async () => {
    const index = await buildIndex(recordsOf(TEXTS), sketchesOf(TEXTS.length), { ...METHOD, signatureMatch: 257 });
    expect([...index.novelties]).to.deep.equal([255, 255, 255, 0, 255]);
    expect(index.contentSignatures.every((byte) => byte === 0)).to.equal(true);
  });

  it("gives the tree of the protocol's payloads", async () => {
    const index = await buildIndex(recordsOf(TEXTS), sketchesOf(TEXTS.length), METHOD);
    const bytes = (column: Uint8Array, i: number): Uint8Array => column.slice(32 * i, 32 * i + 32);
    const leaves = TEXTS.map((_, i) => ({
      sum: 1n,
      payload: encodeIndex({
        recordHash: bytes(index.recordHashes, i),
        contentSignature: bytes(index.contentSignatures, i),
        contributionId: index.contributionIds[i]!,
        recordIndex: 0,
        scale: 5,
        novelty: index.novelties[i]!,
        witness: index.witnesses[i]!,
        sketch: index.sketches.slice(32 * i, 32 * i + 32),
      }),
    }));
    const tree = buildIndexTree(index);
    expect(tree.root).to.deep.equal(sumTreeOf(INDEX.depth, leaves).root);
    expect(tree.payload(3)).to.deep.equal(leaves[3]!.payload);
    expect(tree.payload(5)).to.equal(undefined);
  });

  it("names the row whose witness is not earlier", async () => {
    const index = await buildIndex(recordsOf(TEXTS), sketchesOf(TEXTS.length), METHOD);
    index.witnesses[3] = 3;
    expect(() => buildIndexTree(index)).to.throw("index row 3: witness 3 is not an earlier record");
  });
});

describe("nearCopies", () => {
  it("lists every repeated text with its original", async () => {
    expect(await nearCopies(TEXTS, 210)).to.deep.equal([
      { text: 2, of: 1 },
      { text: 3, of: 0 },
    ]);
  });

  it("names an empty record", async () => {
    let failure: unknown;
    await nearCopies(["a", "  "], 210).catch((error: unknown) => (failure = error));
    expect(String(failure)).to.match(/record 1: text record is empty/);
  });
});
