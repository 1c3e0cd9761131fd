// The dishonest proposer's command says what it is called with, and proposes nothing where that is not enough. What it proposes is tried in the main job.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const COMMAND = fileURLToPath(new URL("./dishonest-proposer.ts", import.meta.url));
const WHERE = ["--work", ".", "--deployment", "none.json", "--rpc", "http://127.0.0.1:1", "--bundles", "."];
const WHAT = ["--epoch", "1", "--favour", "2", "--faults"];

describe("the dishonest proposer's command", () => {
  for (const [title, args] of [
    ["nothing", []],
    ["a fault that is none", [...WHERE, ...WHAT, "influence,theft"]],
    ["no position to favour", [...WHERE, "--epoch", "1", "--faults", "balance"]],
  ] as const) {
    it(`refuses ${title}`, () => {
      const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
      expect(status).to.equal(2);
      expect(stderr).to.include("usage:").and.to.include("omission");
    });
  }
});
