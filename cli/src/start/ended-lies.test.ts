// What the main job says of a dishonest proposer's results, whether they were ended as they ought to or not.
import { expect } from "chai";
import { zeroAddress } from "viem";
import { roleAccount } from "./accounts.ts";
import { Checks } from "./checks.ts";
import { dishonestSection, dishonestSummary } from "./dishonest-report.ts";
import { checkEndings, type Ending, type JudgedLie } from "./ended-lies.ts";

const ENDING: Ending = {
  provenAs: "influence",
  by: "proveInfluence",
  transaction: `0x${"ab".repeat(32)}`,
  gas: 344_212n,
  prover: roleAccount("watcher").address,
  reward: 50n,
  burned: 51n,
};
const LIE: JudgedLie = {
  fault: "influence",
  what: "an entry of group 0 has another w",
  epoch: 7n,
  proposal: 0,
  bundleHash: `0x${"cd".repeat(32)}`,
  gain: 1_234n,
  favoured: { id: 1n, datanet: 1n, contributor: 0, name: "Somebody", position: 9n, records: 1, firstPlace: 0 },
  bond: 101n,
  ending: ENDING,
};

function failuresOf(lies: readonly JudgedLie[], earned: bigint): string[] {
  const checks = new Checks();
  checkEndings(checks, lies, earned);
  return checks.list.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
}

describe("the checks of a dishonest proposer's results", () => {
  it("hold where each was ended, half of its bond paid to the watcher, and the odd unit burned", () => {
    expect(failuresOf([LIE, { ...LIE, proposal: 1 }], 100n)).to.deep.equal([]);
    expect(failuresOf([], 0n)).to.deep.equal([]);
  });

  it("name a cheaper fault that it was proven as", () => {
    const checks = new Checks();
    checkEndings(checks, [{ ...LIE, fault: "omission" }], 50n);
    expect(checks.ok).to.equal(true);
    expect(checks.list[0]!.detail).to.include("as influence, which is cheaper to prove");
  });

  for (const [title, ending, earned] of [
    ["that stands", undefined, 0n],
    ["whose reward somebody else was paid", { ...ENDING, prover: zeroAddress }, 50n],
    ["of whose bond too little burned", { ...ENDING, reward: 51n, burned: 50n }, 51n],
  ] as const) {
    it(`fail for one ${title}`, () => {
      expect(failuresOf([{ ...LIE, ending }], earned)).to.have.lengthOf(1);
    });
  }

  it("fail where the watcher has another amount more than the rewards", () => {
    expect(failuresOf([LIE], 49n)).to.have.lengthOf(1);
  });
});

describe("the report of a dishonest proposer's results", () => {
  it("is an object of one result, a list of several", () => {
    const one = { fault: "influence", provenAs: "influence", ended: true, tx: ENDING.transaction, gas: 344_212 };
    expect(dishonestSummary([LIE])).to.deep.equal({ ...one, prover: ENDING.prover, reward: "50", burned: "51" });
    expect(dishonestSummary([LIE, LIE]))
      .to.be.an("array")
      .with.lengthOf(2);
  });

  it("says what stands", () => {
    const standing = { ...LIE, ending: undefined };
    expect(dishonestSummary([standing])).to.include({ ended: false, provenAs: null, tx: null });
    expect(dishonestSection({ faults: ["influence"], seed: 5, lies: [standing] })).to.include("STANDS");
    const ended = dishonestSection({ faults: ["influence"], seed: 5, lies: [LIE] });
    expect(ended).to.include("SIMULATED").and.include("(seed 5)").and.include("proveInfluence").and.include("344,212");
  });
});
