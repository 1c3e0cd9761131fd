// Completeness by mutation: whatever is proposed but the honest trees is ended on the chain, and those never are.
import { expect } from "chai";
import { setStage } from "../../attribution-engine/src/mutation/chain/stage.ts";
import { FAULTS } from "@tributary/protocol/proofs/faults";
import { PROOF_NAMES } from "@tributary/protocol/proofs/proof";
import { findFault } from "../../attribution-engine/src/watcher/find-fault.ts";
import {
  emptyReport,
  type Report,
  tryAccepted,
  tryMutants,
  weaknessesOf,
} from "../../attribution-engine/src/mutation/trials.ts";

const MUTANTS = Number(process.env["MUTANTS"] ?? 500);

describe("mutants of epochs", () => {
  const stage = setStage();

  it("are ended by proofs and demands, and honest proposals are not", async function () {
    this.timeout(600_000);
    const report = await tryAccepted(await stage, 1, MUTANTS);
    expect(report.survivors, "wrong payouts that stand").to.deep.equal([]);
    expect(report.standing, "other trees that stand").to.deep.equal([]);
    expect(report.unsound, "honest proposals accused").to.deep.equal([]);
    expect(report.ended).to.equal(report.mutants);
    expect(report.mutants).to.be.at.least(MUTANTS);
    expect(weaknessesOf(report)).to.deep.equal([]);
    for (const name of PROOF_NAMES) expect(report.vainByName[name], name).to.be.greaterThan(0);
  });

  it("are too few of a kind where a fault ended less than 3 % of them, or a fifth is equivalent", () => {
    const byFault = Object.fromEntries(FAULTS.map((name) => [name, 15])) as Report["byFault"];
    const full: Report = { ...emptyReport(), mutants: 500, equivalent: 100, byFault };
    expect(weaknessesOf(full)).to.deep.equal([]);
    expect(weaknessesOf({ ...full, equivalent: 101 })).to.have.length(1);
    expect(weaknessesOf({ ...full, byFault: { ...byFault, omission: 14 } })).to.have.length(1);
    expect(weaknessesOf({ ...emptyReport(), mutants: 499 })).to.deep.equal([]);
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
