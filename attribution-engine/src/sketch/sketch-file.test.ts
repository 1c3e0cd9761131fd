// Sketches survive the file, and every kind of damage to it is found.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadSketches, saveSketches } from "./sketch-file.ts";

const SKETCHES = {
  count: 2,
  k: 3,
  sketches: Int8Array.of(-127, 0, 127, 1, -1, 64),
  scales: Uint32Array.of(1, 2 ** 24 - 1),
};

describe("the file of sketches", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-sketches-"));
    path = join(folder, "records.sketches");
    saveSketches(path, SKETCHES);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("gives back what was saved", () => {
    expect(loadSketches(path)).to.deep.equal(SKETCHES);
  });

  it("finds every flipped byte", () => {
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
      writeFileSync(path, damaged);
      expect(() => loadSketches(path), `byte ${at}`).to.throw(path);
    }
  });

  it("finds a truncated file and a missing one", () => {
    truncateSync(path, 30);
    expect(() => loadSketches(path)).to.throw(path);
    rmSync(path);
    expect(() => loadSketches(path)).to.throw(path);
  });
});
