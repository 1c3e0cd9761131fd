// Kills a whole gateway a few times under a load of official clients: what is left agrees to the unit (`npm run kill:gateway` does it two hundred times).
import { expect } from "chai";
import { isPostgresInstalled } from "../testing/postgres.ts";
import { killRun } from "./kill-run.ts";

const RUNS = [
  { books: "SQLite", kills: 6, postgres: false },
  { books: "PostgreSQL", kills: 3, postgres: true },
] as const;

describe("a gateway that is killed under load", function () {
  this.timeout(240_000);

  for (const { books, kills, postgres } of RUNS)
    it(`leaves books in ${books}, payers' records and balances on chain that agree to the unit`, async function () {
      if (postgres && !isPostgresInstalled()) return this.skip();
      const log: string[] = [];
      const report = await killRun({
        ...{ kills, untilCut: 20, postgres, payers: 3, mostMilliseconds: 1_500, callsPerWithdrawal: 3 },
        log: (line) => log.push(line),
      });
      const { calls, answered, receipts, charged, faults } = report;
      expect(faults, log.join("\n")).to.deep.equal([]);
      expect(report.kills).to.be.within(kills, kills + 20);
      expect(
        log.filter((line) => /^kill \d+( of \d)? at \S+Z, \d+ ms after (the start|it was ready)$/.test(line)),
      ).to.have.lengthOf(report.kills);
      expect(answered).to.be.above(0);
      expect(report.cut, "streams cut off").to.be.above(0);
      expect(report.settlements, "settlements").to.be.above(0);
      expect(report.upstreamFailed, "calls that the upstream failed").to.be.above(0);
      expect(report.undelivered).to.be.within(0, receipts - answered);
      expect(report.withdrawalsPaid).to.be.within(1, report.withdrawals);
      expect(receipts).to.be.within(answered, calls);
      expect(BigInt(charged) > 0n).to.equal(true);
    });
});
