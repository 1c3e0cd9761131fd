// Completeness by mutation: whatever is proposed but the honest trees is ended on the chain, and those never are.
import { availableParallelism } from "node:os";
import { expect } from "chai";
import { setStage } from "../../attribution-engine/src/mutation/chain/stage.ts";
import { FAULTS } from "../../attribution-engine/src/mutation/chain/trial.ts";
import { findFault } from "../../attribution-engine/src/watcher/find-fault.ts";
import { share } from "../../attribution-engine/src/mutation/share-work.ts";
import { addReport, emptyReport, tryMutants } from "../../attribution-engine/src/mutation/trials.ts";

/** More gain little: each deploys everything for itself. */
const WORKERS = Math.min(4, availableParallelism());
const MUTANTS = Number(process.env["MUTANTS"] ?? 500);

describe("mutants of epochs", () => {
  it("are ended by proofs and demands, and honest proposals are not", async function () {
    this.timeout(600_000);
    const report = emptyReport();
    await share({ mutants: MUTANTS, seed: 1, workers: WORKERS }, (part) => addReport(report, part));
    expect(report.survivors, "wrong payouts that stand").to.deep.equal([]);
    expect(report.standing, "other trees that stand").to.deep.equal([]);
    expect(report.unsound, "honest proposals accused").to.deep.equal([]);
    expect(report.ended).to.equal(report.mutants);
    expect(report.equivalent / report.mutants).to.be.at.most(0.2);
    for (const name of FAULTS) expect(report.byFault[name] / report.mutants, name).to.be.at.least(0.03);
  });

  it("survive a watcher that sees nothing, and are counted", async function () {
    this.timeout(600_000);
    const report = await tryMutants(await setStage(), 1, 0, 25, () => ({ what: "unproven" }));
    expect(report.ended).to.equal(0);
    expect(report.survivors.length + report.standing.length).to.equal(report.mutants);
    expect(report.standing.length).to.equal(report.equivalent);
    expect(report.survivors.length).to.be.greaterThan(15);
  });

  it("survive where a kind of fault is not looked for", async function () {
    this.timeout(600_000);
    const report = await tryMutants(await setStage(), 1, 0, 75, (...args) => {
      const finding = findFault(...args);
      return finding.what === "proof" && finding.proof.name === "proveOmission" ? { what: "unproven" } : finding;
    });
    expect(report.survivors.length).to.be.greaterThan(0);
    expect(report.survivors.every(({ what }) => what.length > 0)).to.equal(true);
  });
});
