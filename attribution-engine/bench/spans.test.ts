// The benchmark's command, made small: it prints its figures. What they must reach is for the command itself to judge, not for a test.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const COMMAND = fileURLToPath(new URL("spans.ts", import.meta.url));

function bench(...args: string[]) {
  return spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
}

interface Figures {
  text_bytes: number;
  tokens: number;
  index_bytes: number;
  bytes_per_token: number;
  copied: { spans: number };
}

describe("bench:spans", () => {
  it("prints the index's size and the times of both kinds of answers", () => {
    const { stdout, stderr } = bench("--bytes", "300000", "--json");
    const figures = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Figures;
    expect(figures, stderr).to.include.all.keys("build_s", "load_s", "peak_memory_bytes", "copied", "other");
    expect(figures.text_bytes).to.be.within(300_000, 300_300);
    expect(figures.index_bytes / figures.tokens).to.be.closeTo(figures.bytes_per_token, 0.001);
    expect(figures.bytes_per_token).to.be.below(7);
    expect(figures.copied.spans).to.be.above(5);
  });

  it("refuses a size that is none", () => {
    const { status, stderr } = bench("--bytes", "much");
    expect(status).to.equal(2);
    expect(stderr).to.include("--bytes much");
  });
});
