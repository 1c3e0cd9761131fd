// Parameters are shown in their units, and each that the indexer writes has one.
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { parameterValue } from "./parameter-value.ts";

const HANDLERS = new URL("../../../../indexer/src/", import.meta.url);

describe("the value of a parameter", () => {
  it("is written in its unit", () => {
    expect(parameterValue("ModelRegistry.indexBond", "1000000000000000000000")).to.equal("1\u202f000 OPEN");
    expect(parameterValue("RoyaltyLedger.bondFloor", "1")).to.equal("0.000000000000000001 OPEN");
    expect(parameterValue("OpenGovernor.proposalThreshold", "0")).to.equal("0 gOPEN");
    expect(parameterValue("OpenGovernor.quorumBps", "400")).to.equal("4 %");
    expect(parameterValue("OpenGovernor.votingPeriod", "604800")).to.equal("7 d");
  });

  it("has a unit for each that the indexer writes", () => {
    const names = readdirSync(HANDLERS)
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [
        ...readFileSync(new URL(file, HANDLERS), "utf8").matchAll(/setParameter\(context, event, "([\w.]+)"/g),
      ])
      .map(([, name]) => name!);
    expect(names).to.have.lengthOf.at.least(10);
    for (const name of names) expect(parameterValue(name, "86400"), name).to.match(/ (OPEN|gOPEN|%|d)$/);
  });
});
