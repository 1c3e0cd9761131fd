// The benchmark's command, made small: it prints its figures, and the sum tree is far ahead of the tree that it is compared with.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const COMMAND = fileURLToPath(new URL("tree.ts", import.meta.url));
const LEAVES = 20_000;
/** What a million leaves must reach; the command's own figure for them is in the README. */
const LEAST_RATIO = 10;

function bench(...args: string[]) {
  return spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
}

describe("bench:tree", function () {
  this.timeout(60_000);

  it("prints leaves, both times and their ratio, which is at least 10", () => {
    const { status, stdout, stderr } = bench("--leaves", String(LEAVES), "--json");
    expect(status, stderr).to.equal(0);
    const figures = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Record<string, number>;
    expect(figures).to.have.all.keys("leaves", "ours_s", "openzeppelin_s", "ratio");
    expect(figures["leaves"]).to.equal(LEAVES);
    expect(figures["openzeppelin_s"]! / figures["ours_s"]!).to.be.closeTo(figures["ratio"]!, 0.01 * figures["ratio"]!);
    expect(figures["ratio"]).to.be.at.least(LEAST_RATIO);
  });

  it("refuses a number of leaves that is none", () => {
    const { status, stderr } = bench("--leaves", "many");
    expect(status).to.equal(2);
    expect(stderr).to.include("--leaves many");
  });
});
