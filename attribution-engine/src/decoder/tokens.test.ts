// Tokens are those of Hugging Face's own tokenizers library (reference/gradients.py).
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { copyOf, expectedOf, FIXTURES } from "./test/fixtures.ts";
import { loadTokens } from "./tokens.ts";

describe("loadTokens", () => {
  for (const [name, kind] of [
    ["gpt2", "byte-level pairs"],
    ["llama", "pairs with marks for spaces, bytes for unknown characters and a first token"],
    ["qwen3", "byte-level pairs within a regular expression's pieces"],
  ] as const) {
    it(`reads ${kind}`, () => {
      const { texts, tokens } = expectedOf(name);
      expect(texts.map(loadTokens(join(FIXTURES, name), 1000))).to.deep.equal(tokens);
    });
  }

  describe("of a damaged folder", () => {
    let folder: string;
    beforeEach(() => {
      folder = copyOf("gpt2");
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("names the file that is missing, no JSON, or of another kind", () => {
      const path = join(folder, "tokenizer.json");
      writeFileSync(path, JSON.stringify({ model: { type: "Abacus" } }));
      expect(() => loadTokens(folder, 288)).to.throw(path);
      writeFileSync(path, "{");
      expect(() => loadTokens(folder, 288)).to.throw(path);
      rmSync(path);
      expect(() => loadTokens(folder, 288)).to.throw(`${path} cannot be read: there is no such file`);
    });

    it("names a token that the model does not have", () => {
      expect(() => loadTokens(folder, 40)("whale")).to.throw(/tokenizer\.json: token \d+, the model has 40/);
    });
  });
});
