// The benchmark's command, made small: it prints its figures, and refuses what is out of range.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const COMMAND = fileURLToPath(new URL("indexing.ts", import.meta.url));

function bench(...args: string[]) {
  return spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
}

describe("bench:index", () => {
  it("prints time and peak memory of each step", () => {
    const { stdout, stderr } = bench("--records", "300", "--k", "32", "--json");
    const { records, steps } = JSON.parse(stdout) as { records: number; steps: { step: string; peakMiB: number }[] };
    expect(records, stderr).to.equal(300);
    expect(steps.map(({ step }) => step)).to.deep.equal(["start", "novelty", "bundle", "store"]);
    for (const { peakMiB } of steps) expect(peakMiB).to.be.above(10);
  });

  it("refuses a size that is none", () => {
    const { status, stderr } = bench("--k", "33");
    expect(status).to.equal(2);
    expect(stderr).to.include("--k 33");
  });
});
