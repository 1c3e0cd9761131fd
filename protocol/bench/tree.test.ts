// The benchmark's command, made small: it prints its figures. What they must reach is for the command itself to judge, not for a test.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const COMMAND = fileURLToPath(new URL("tree.ts", import.meta.url));
const LEAVES = 5_000;

function bench(...args: string[]) {
  return spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
}

describe("bench:tree", () => {
  it("prints leaves, both times and their ratio", () => {
    const { stdout } = bench("--leaves", String(LEAVES), "--json");
    const figures = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Record<string, number>;
    expect(figures).to.have.all.keys("leaves", "ours_s", "openzeppelin_s", "ratio");
    expect(figures["leaves"]).to.equal(LEAVES);
    expect(figures["openzeppelin_s"]! / figures["ours_s"]!).to.be.closeTo(figures["ratio"]!, 0.01 * figures["ratio"]!);
  });

  it("refuses a number of leaves that is none", () => {
    const { status, stderr } = bench("--leaves", "many");
    expect(status).to.equal(2);
    expect(stderr).to.include("--leaves many");
  });
});
