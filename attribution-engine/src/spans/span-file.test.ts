// Tests of the file of a span index: read back as written, small, and refused by name once it is damaged.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadBase } from "../model/checkpoint.ts";
import { SHIPPED_BASE } from "../commands/files.ts";
import { loadWordnetText } from "../corpus/wordnet.ts";
import { findSpans } from "./find-spans.ts";
import { loadSpanIndex, saveSpanIndex } from "./span-file.ts";
import { buildSpanIndex, recordsDigest } from "./span-index.ts";

describe("the file of a span index", () => {
  const { tokenizer } = loadBase(SHIPPED_BASE);
  const texts = loadWordnetText().slice(0, 2_000);
  const index = buildSpanIndex(texts, tokenizer);
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-spans-"));
    path = join(folder, "records.spans");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("is read back as it was written, tokenizer included, and leaves nothing beside it", () => {
    const size = saveSpanIndex(path, index);
    expect(statSync(path).size).to.equal(size);
    expect(readdirSync(folder)).to.deep.equal(["records.spans"]);
    const read = loadSpanIndex(path);
    expect(read.tokenizer.merges).to.deep.equal(tokenizer.merges);
    expect(read.tokens).to.deep.equal(index.tokens);
    expect(read.starts).to.deep.equal(index.starts);
    expect(read.suffixes).to.deep.equal(index.suffixes);
    expect(Buffer.from(read.digest).equals(recordsDigest(texts))).to.equal(true);
    const answer = `${texts[3]!.slice(0, 60)} and ${texts[1_000]!}`;
    expect(findSpans(read, answer)).to.deep.equal(findSpans(index, answer));
  });

  it("takes at most 7 bytes a token", () => {
    const size = saveSpanIndex(path, index);
    expect(size / index.suffixes.length).to.be.below(7);
  });

  it("holds the suffix of every token once", () => {
    const positions = Array.from(index.suffixes).sort((a, b) => a - b);
    const expected = Array.from(index.tokens.keys()).filter((at) => index.tokens[at] !== 0);
    expect(positions).to.deep.equal(expected);
  });

  it("refuses an index that is missing, and says what makes it", () => {
    expect(() => loadSpanIndex(path))
      .to.throw(path)
      .with.property("message")
      .that.includes("index the spans first");
  });

  for (const [what, damage] of [
    ["cut off in its body", (bytes: Buffer) => bytes.subarray(0, bytes.length - 1_000)],
    ["cut off in its header", (bytes: Buffer) => bytes.subarray(0, 20)],
    ["empty", () => Buffer.alloc(0)],
    ["longer than it says", (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(4)])],
    ["of another kind", (bytes: Buffer) => Buffer.concat([Buffer.from("TRIBSKT1"), bytes.subarray(8)])],
    ["one bit off in its suffixes", (bytes: Buffer) => flip(bytes, 5_000)],
    ["one bit off in its merges", (bytes: Buffer) => flip(bytes, bytes.length - 40)],
    ["one bit off in its digest of the records", (bytes: Buffer) => flip(bytes, 30)],
    ["one bit off in its checksum", (bytes: Buffer) => flip(bytes, bytes.length - 1)],
  ] as const) {
    it(`refuses one that is ${what}`, () => {
      saveSpanIndex(path, index);
      writeFileSync(path, damage(readFileSync(path)));
      expect(() => loadSpanIndex(path))
        .to.throw(path)
        .with.property("message")
        .that.includes("index the spans again");
    });
  }
});

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = changed[at]! ^ 1;
  return changed;
}
