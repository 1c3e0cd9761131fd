// What a bar is told while a source is read and kept.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openSource, readRecords } from "../records/read-source.ts";
import { BytesDone } from "./bytes-done.ts";

describe("the progress of a source", () => {
  it("grows while texts are read and while they are kept, and is not whole before the end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tributary-bytes-"));
    try {
      const file = join(folder, "lines.txt");
      writeFileSync(file, "four\n".repeat(100));
      const shares: number[] = [];
      const source = openSource(file);
      const bytes = new BytesDone(source, { update: (done, total) => shares.push(done / total) });
      const texts: string[] = [];
      for await (const { text } of bytes.read(readRecords(source, { split: "line" }))) texts.push(text);
      expect(shares).to.have.length(100);
      expect(shares.at(-1)).to.be.closeTo(0.4, 1e-9);
      const onTaken = bytes.taking(texts);
      onTaken(60);
      onTaken(100);
      expect(shares).to.deep.equal(shares.toSorted((a, b) => a - b));
      expect(shares.at(-1)).to.be.closeTo(0.8, 1e-9);
      bytes.taking(["x".repeat(10_000)])(1);
      expect(shares.at(-1)).to.equal(0.99);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
