/** Tests of the base checkpoint that the repository ships. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { SHIPPED_BASE } from "../commands/files.ts";
import { loadWordnetText } from "../corpus/wordnet.ts";
import { loadBase } from "./checkpoint.ts";
import { perplexity } from "./losses.ts";

const MOST_BYTES = 10_000_000;

describe("the shipped base checkpoint", () => {
  it("is at most 10 MB with all its files", () => {
    const sizes = readdirSync(SHIPPED_BASE).map((name) => statSync(join(SHIPPED_BASE, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.at.most(MOST_BYTES);
  });

  it("is the model that its training log describes", () => {
    const log = readFileSync(join(SHIPPED_BASE, "training.log"), "utf8");
    const { shape, weights } = loadBase(SHIPPED_BASE);
    const parameters = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
    expect(log).to.include(`model: ${JSON.stringify(shape)}, ${parameters} parameters`);
    expect(log).to.match(/written after \d+ s\s*$/);
  });

  it("has learnt WordNet's text: about the perplexity that its log ends with", async () => {
    const base = loadBase(SHIPPED_BASE);
    const log = readFileSync(join(SHIPPED_BASE, "training.log"), "utf8");
    const logged = Number([...log.matchAll(/held-out perplexity ([\d.]+)/g)].at(-1)?.[1]);
    const texts = loadWordnetText()
      .filter((_, row) => row % 500 === 0)
      .map((text) => base.tokenizer.encode(text).slice(0, base.shape.context));
    expect(await perplexity(base, undefined, texts)).to.be.within(0.7 * logged, 1.4 * logged);
  });
});
