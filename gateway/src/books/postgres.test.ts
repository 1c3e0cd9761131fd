// The books in PostgreSQL while its server is lost.
import { expect } from "chai";
import { Client } from "pg";
import { channelNumber, charge, chargeOf, chargeOnce, failureOf, reserve } from "../testing/charges.ts";
import { LosingProxy } from "../testing/losing-proxy.ts";
import { startPostgres, type TestPostgres } from "../testing/postgres.ts";
import { openBooks } from "./open.ts";
import { OutcomeUnknown } from "./sql.ts";

describe("books in PostgreSQL (skipped where no server is installed)", function () {
  this.timeout(120_000);
  let server: TestPostgres | undefined;
  before(async function () {
    server = await startPostgres();
    if (server === undefined) this.skip();
  });
  after(() => server?.stop());

  it("wait at the start for the lock of a process that was killed, and say so once", async () => {
    const url = await server!.database();
    const messages: string[] = [];
    const onWait = (message: string): void => void messages.push(message);
    await (await openBooks({ url }, { onWait })).close();
    expect(messages).to.deep.equal([]);
    // A connection that the server still has, as of a process that was killed.
    const lingering = new Client({ connectionString: url });
    await lingering.connect();
    await lingering.query("SELECT pg_advisory_lock(8402009402402)");
    setTimeout(() => void lingering.end(), 600);
    const books = await openBooks({ url }, { onWait });
    expect(messages).to.have.lengthOf(1);
    expect(messages[0]).to.match(/waiting for 5 s at most$/u);
    await chargeOnce(books, 0, 10n);
    await books.close();
  });

  it("lose no charge with a server that crashes, also where the database would not wait for its disk", async () => {
    const url = await server!.database();
    const owner = new Client({ connectionString: url });
    await owner.connect();
    await owner.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`);
    await owner.end();
    const books = await openBooks({ url });
    for (let channel = 0; channel < 20; channel++) await chargeOnce(books, channel, 10n);
    await server!.restart();
    await books.close().catch(() => undefined);
    const after = await openBooks({ url });
    for (let channel = 0; channel < 20; channel++)
      expect((await after.account(channelNumber(channel)))?.charged, `channel ${channel}`).to.equal(10n);
    await after.close();
  });

  it("outlive a lost connection, with nothing doubled", async () => {
    const url = await server!.database();
    const books = await openBooks({ url });
    const killer = new Client({ connectionString: url });
    await killer.connect();
    try {
      let isDone = false;
      const killing = (async () => {
        while (!isDone) {
          await killer.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
          );
          await new Promise((resolve) => setTimeout(resolve, 120));
        }
      })();
      const channels = [0, 1, 2, 3];
      await Promise.all(
        channels.map(async (number) => {
          await reserve(books, channelNumber(number), 10_000n);
          for (let count = 0; count < 40; count++) {
            await charge(books, chargeOf(channelNumber(number), 3n));
            await reserve(books, channelNumber(number), 10_000n);
          }
        }),
      );
      isDone = true;
      await killing;
      for (const number of channels)
        expect(await books.account(channelNumber(number))).to.include({ charged: 120n, sequence: 40n });
      expect(await books.audit()).to.deep.equal([]);
    } finally {
      await killer.end();
      await books.close();
    }
  });

  it("charge nobody's receipt to another's commit, whose answer was lost", async () => {
    for (const isTaken of [true, false]) {
      const proxy = await LosingProxy.before(await server!.database());
      const books = await openBooks({ url: proxy.url }, { patienceMilliseconds: 700 });
      try {
        for (const number of [0, 1]) await chargeOnce(books, number, 10n);
        await reserve(books, channelNumber(0), 100n);
        await reserve(books, channelNumber(2), 100n);
        proxy.loseNextCommit(isTaken);
        // Together in one commit.
        const lost = await Promise.all(
          [0, 2].map((number) => failureOf(charge(books, chargeOf(channelNumber(number), 10n)))),
        );
        for (const failure of lost) expect(failure).to.be.instanceOf(OutcomeUnknown);
        expect(await failureOf(books.account(channelNumber(0)))).to.be.instanceOf(Error);
        proxy.comeBack();

        const other = await chargeOnce(books, 1, 10n);
        expect(other.receipt).to.include({ sequence: 2n, cumulative: 20n });
        expect((await books.receipt(other.id))?.receipt).to.deep.equal(other.receipt);
        const taken = isTaken ? 1n : 0n;
        expect(await books.account(channelNumber(0))).to.include({ sequence: 1n + taken, charged: 10n + 10n * taken });
        // What was in doubt is charged on from what the books hold, under its reservation where it was not taken.
        const isReserved = async (number: number) =>
          (await books.channels.get(channelNumber(number)))?.pendingRequest !== undefined;
        for (const number of [0, 2]) {
          expect(await isReserved(number)).to.equal(!isTaken);
          if (isTaken) await reserve(books, channelNumber(number), 100n);
        }
        expect((await charge(books, chargeOf(channelNumber(0), 10n))).receipt).to.include({ sequence: 2n + taken });
        expect((await charge(books, chargeOf(channelNumber(2), 10n))).receipt).to.include({ sequence: 1n + taken });
        expect(await books.audit()).to.deep.equal([]);
      } finally {
        await books.close();
        proxy.close();
      }
    }
  });
});
