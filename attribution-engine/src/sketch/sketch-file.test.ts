// Sketches survive the file, and every kind of damage to it is found.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readSketchRows } from "./sketch-column.ts";
import { loadSketches, openSketches, saveSketches } from "./sketch-file.ts";

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

  it("gives runs of them without reading the rest, and another digest for others", () => {
    const stored = openSketches(path);
    expect(readSketchRows(stored, 1, 2)).to.deep.equal(Int8Array.of(1, -1, 64));
    expect(readSketchRows(stored, 2, 2)).to.have.length(0);
    expect(stored.scales).to.deep.equal(SKETCHES.scales);
    expect(openSketches(path).sketches).to.deep.equal(stored.sketches);
    saveSketches(path, { ...SKETCHES, scales: Uint32Array.of(1, 2) });
    expect(openSketches(path).sketches.digest).not.to.equal(stored.sketches.digest);
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
