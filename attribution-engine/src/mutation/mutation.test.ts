// Completeness by mutation: whatever is proposed but the honest trees is ended on the chain, and those never are.
import { expect } from "chai";
import { setStage } from "./chain/stage.ts";
import { FAULTS } from "./chain/trial.ts";
import { tryMutants } from "./trials.ts";

const MUTANTS = Number(process.env["MUTANTS"] ?? 500);

describe("mutants of epochs", () => {
  it("are ended by proofs and demands, and honest proposals are not", async function () {
    this.timeout(600_000);
    const report = await tryMutants(await setStage(), 1, 0, MUTANTS);
    console.log(JSON.stringify(report));
    expect(report.survivors, "wrong payouts that stand").to.deep.equal([]);
    expect(report.standing, "other trees that stand").to.deep.equal([]);
    expect(report.unsound, "honest proposals accused").to.deep.equal([]);
    expect(report.ended).to.equal(report.mutants);
    expect(report.equivalent / report.mutants).to.be.at.most(0.2);
    for (const name of FAULTS) expect(report.byFault[name] / report.mutants, name).to.be.at.least(0.03);
  });
});
