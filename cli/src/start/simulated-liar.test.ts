// What `--dishonest` and `--seed` ask for.
import { FAULTS } from "@tributary/protocol/proofs/faults";
import { expect } from "chai";
import { callTributary } from "../testing/called-tributary.ts";
import { dishonestyOf } from "./simulated-liar.ts";

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
    it(`refuses ${args.join(" ")}`, async () => {
      const { code, errors } = await callTributary(["start", ...args]);
      expect(code).to.equal(2);
      expect(errors).to.include(named);
    });
  }
});
