// Kills of payments and books under load; `npm run kill:payments` does it as often as one likes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { anvilBinary } from "../../../test/deployment/support/chain.ts";
import { startPaymentChain } from "../testing/chain.ts";
import { killRun } from "./run.ts";

describe("payments and books, killed at random instants", function () {
  this.timeout(120_000);

  it("lose nothing, double nothing and serve nothing unpaid (skipped without anvil)", async function () {
    if (anvilBinary() === undefined) return this.skip();
    const folder = await mkdtemp(join(tmpdir(), "kill-"));
    const chain = await startPaymentChain();
    try {
      const kills: string[] = [];
      const books = { file: join(folder, "books.db") };
      const { faults, answered } = await killRun({
        chain,
        books,
        kills: 4,
        clients: 5,
        log: (line) => kills.push(line),
      });
      expect(faults, kills.join("\n")).to.deep.equal([]);
      expect(answered).to.be.greaterThan(10);
    } finally {
      await chain.stop();
      await rm(folder, { recursive: true });
    }
  });
});
