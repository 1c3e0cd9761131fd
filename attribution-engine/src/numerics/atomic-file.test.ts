// Tests of writing files whole or not at all.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writePartsAtomically } from "./atomic-file.ts";

describe("writePartsAtomically", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-atomic-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("writes the parts one behind another, in folders that it makes", () => {
    const path = join(folder, "a", "b");
    writePartsAtomically(path, [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]);
    expect([...readFileSync(path)]).to.deep.equal([1, 2, 3]);
    expect(readdirSync(join(folder, "a"))).to.deep.equal(["b"]);
  });

  it("leaves the old file, and nothing beside it, where it fails half-way", () => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    function* parts() {
      yield Uint8Array.of(1, 2, 3);
      throw new Error("no more");
    }
    expect(() => writePartsAtomically(path, parts())).to.throw("no more");
    expect(readFileSync(path, "utf8")).to.equal("old");
    expect(readdirSync(folder)).to.deep.equal(["file"]);
  });
});
