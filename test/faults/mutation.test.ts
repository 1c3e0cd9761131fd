// Completeness by mutation: whatever is proposed but the honest trees is ended on the chain, and those never are.
import { expect } from "chai";
import { setStage } from "../../attribution-engine/src/mutation/chain/stage.ts";
import { FAULTS } from "@tributary/protocol/proofs/faults";
import { findFault } from "../../attribution-engine/src/watcher/find-fault.ts";
import { tryMutants } from "../../attribution-engine/src/mutation/trials.ts";

const MUTANTS = Number(process.env["MUTANTS"] ?? 500);

describe("mutants of epochs", () => {
  const stage = setStage();

  it("are ended by proofs and demands, and honest proposals are not", async function () {
    this.timeout(600_000);
    const report = await tryMutants(await stage, 1, 0, MUTANTS);
    expect(report.survivors, "wrong payouts that stand").to.deep.equal([]);
    expect(report.standing, "other trees that stand").to.deep.equal([]);
    expect(report.unsound, "honest proposals accused").to.deep.equal([]);
    expect(report.ended).to.equal(report.mutants);
    expect(report.equivalent / report.mutants).to.be.at.most(0.2);
    for (const name of FAULTS) expect(report.byFault[name] / report.mutants, name).to.be.at.least(0.03);
  });
  it("survive a watcher that sees nothing, and are counted", async function () {
    this.timeout(600_000);
    const report = await tryMutants(await stage, 1, 0, 25, () => ({ what: "unproven" }));
    expect(report.ended).to.equal(0);
    expect(report.survivors.length + report.standing.length).to.equal(report.mutants);
    expect(report.standing.length).to.equal(report.equivalent);
    expect(report.survivors.length).to.be.greaterThan(15);
  });

  it("survive where a kind of fault is not looked for", async function () {
    this.timeout(600_000);
    const report = await tryMutants(await stage, 1, 0, 75, (...args) => {
      const finding = findFault(...args);
      return finding.what === "proof" && finding.proof.name === "proveOmission" ? { what: "unproven" } : finding;
    });
    expect(report.survivors.length).to.be.greaterThan(0);
    expect(report.survivors.every(({ what }) => what.length > 0)).to.equal(true);
  });
});
