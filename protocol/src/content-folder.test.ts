import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { eraseTexts, hashesFile, keepContribution, moveContribution, textFile, textsFolder } from "./content-folder.ts";

describe("content folder", () => {
  let content: string;
  beforeEach(() => {
    content = mkdtempSync(join(tmpdir(), "tributary-content-"));
  });
  afterEach(() => {
    rmSync(content, { recursive: true });
  });

  const textsOf = (contribution: bigint): string[] => {
    const folder = textsFolder(content, contribution);
    if (!existsSync(folder)) return [];
    return readdirSync(folder).map((_, record) => readFileSync(textFile(content, contribution, record), "utf8"));
  };

  it("keeps hashes and texts, and nothing beside them", async () => {
    await keepContribution(content, 3n, ["one", "two"]);
    expect(textsOf(3n)).to.deep.equal(["one", "two"]);
    expect(readFileSync(hashesFile(content, 3n), "utf8")).to.match(/^(0x[0-9a-f]{64}\n){2}$/);
    expect(readdirSync(content).sort()).to.deep.equal(["hashes", "texts"]);
  });

  it("keeps nothing of a contribution with a text that has no canonical form", async () => {
    const failed = await keepContribution(content, 1n, ["one", "\ud800"]).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(readdirSync(content)).to.deep.equal([]);
  });

  it("goes on after a kill, and brings back no text that was erased", async () => {
    // Killed while the texts were written, and when they were in their place without hashes.
    mkdirSync(textsFolder(join(content, "unfinished-1"), 1n), { recursive: true });
    writeFileSync(textFile(join(content, "unfinished-1"), 1n, 7), "part");
    mkdirSync(textsFolder(content, 1n), { recursive: true });
    writeFileSync(textFile(content, 1n, 2), "stale");
    await keepContribution(content, 1n, ["one", "two"]);
    expect(textsOf(1n)).to.deep.equal(["one", "two"]);
    expect(readdirSync(content).sort()).to.deep.equal(["hashes", "texts"]);
    expect(eraseTexts(content, 1n)).to.equal(true);
    expect(eraseTexts(content, 1n)).to.equal(false);
    await keepContribution(content, 1n, ["one", "two"]);
    expect(textsOf(1n)).to.deep.equal([]);
    expect(existsSync(hashesFile(content, 1n))).to.equal(true);
  });

  it("moves a contribution in place of another, also where a kill has moved its texts alone", async () => {
    await keepContribution(content, 1n, ["one"]);
    await keepContribution(content, 2n, ["two", "three"]);
    const hashes = readFileSync(hashesFile(content, 1n), "utf8");
    moveContribution([content, 1n], [content, 2n]);
    expect([textsOf(1n), textsOf(2n)]).to.deep.equal([[], ["one"]]);
    expect(readFileSync(hashesFile(content, 2n), "utf8")).to.equal(hashes);
    renameSync(textsFolder(content, 2n), textsFolder(content, 4n));
    moveContribution([content, 2n], [content, 4n]);
    expect(textsOf(4n)).to.deep.equal(["one"]);
    expect(readdirSync(join(content, "hashes"))).to.deep.equal(["contribution-4"]);
    // What is no more where it was changes nothing.
    moveContribution([content, 2n], [content, 4n]);
    expect(textsOf(4n)).to.deep.equal(["one"]);
  });
});
