// Kills a whole gateway a few times under a load of official clients: what is left agrees to the unit (`npm run kill:gateway` does it two hundred times).
import { expect } from "chai";
import { killRun } from "./kill-run.ts";

const KILLS = 6;

describe("a gateway that is killed under load", function () {
  this.timeout(120_000);

  it("leaves books, payers' records and balances on chain that agree to the unit", async () => {
    const log: string[] = [];
    const { kills, calls, answered, receipts, charged, faults } = await killRun({
      ...{ kills: KILLS, payers: 3, mostMilliseconds: 1_500 },
      log: (line) => log.push(line),
    });
    expect(faults, log.join("\n")).to.deep.equal([]);
    expect(kills).to.equal(KILLS);
    expect(
      log.filter((line) => /^kill \d of 6 at \S+Z, \d+ ms after (the start|it was ready)$/.test(line)),
    ).to.have.lengthOf(KILLS);
    expect(answered).to.be.above(0);
    expect(receipts).to.be.within(answered, calls);
    expect(BigInt(charged) > 0n).to.equal(true);
  });
});
