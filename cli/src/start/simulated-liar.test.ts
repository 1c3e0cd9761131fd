// What `--dishonest` and `--seed` ask for.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { FAULTS } from "@tributary/protocol/proofs/faults";
import { expect } from "chai";
import { dishonestyOf } from "./simulated-liar.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

describe("--dishonest", () => {
  it("takes the fault that is named, or all of them, in the order of the contracts", () => {
    expect(dishonestyOf("earning", 7)).to.deep.equal({ faults: ["earning"], seed: 7 });
    expect(dishonestyOf("all", 7)).to.deep.equal({ faults: FAULTS, seed: 7 });
  });

  it("has the seed draw one without a name, the same for the same seed, and every fault for some", () => {
    const drawn = FAULTS.map((_, seed) => dishonestyOf(true, seed).faults);
    expect(drawn.every((faults) => faults.length === 1)).to.equal(true);
    expect(new Set(drawn.flat())).to.deep.equal(new Set(FAULTS));
    expect(dishonestyOf(true, 13)).to.deep.equal(dishonestyOf(true, 13));
  });

  for (const [args, named] of [
    [["--dishonest=theft"], "availability"],
    [["--dishonest", "--seed", "-1"], "--seed"],
  ] as const) {
    it(`refuses ${args.join(" ")}`, () => {
      const { status, stderr } = spawnSync(process.execPath, [MAIN, "start", ...args], { encoding: "utf8" });
      expect(status).not.to.equal(0);
      expect(stderr).to.include(named);
    });
  }
});
