// A damaged corpus file must be reported by name, with what to do.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { UserError } from "../errors.ts";
import { readCorpus } from "./corpus-file.ts";

describe("reading the corpus", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-corpus-"));
    file = join(folder, "corpus.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, content] of [
    ["a truncated file", '{"datanets": ['],
    ["a file without held-out paragraphs", '{"datanets": []}'],
    [
      "a contributor without records",
      '{"datanets": [{"name": "A", "contributors": [{"name": "B", "records": []}]}], "heldOut": []}',
    ],
  ] as const) {
    it(`refuses ${name}`, () => {
      writeFileSync(file, content);
      expect(() => readCorpus(file)).to.throw(UserError, file);
    });
  }
});
