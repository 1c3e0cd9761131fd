// The books in each of their databases.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import fc from "fast-check";
import { compareWithModel, work } from "../testing/books-model.ts";
import {
  channelNumber,
  charge,
  chargeOf,
  chargeOnce,
  failureOf,
  letGo,
  raise,
  reserve,
  TILL,
} from "../testing/charges.ts";
import { startPostgres, type TestPostgres } from "../testing/postgres.ts";
import { type Books, BooksRefusal } from "./books.ts";
import { type BooksPlace, openBooks } from "./open.ts";
import { BooksInUse } from "./sql.ts";

let folder: string;
let server: TestPostgres | undefined;

/** Places of new books, by database. */
const PLACES: Record<string, { place: () => Promise<BooksPlace>; runs: number }> = {
  SQLite: { place: () => Promise.resolve({ file: join(folder, `${randomUUID()}.db`) }), runs: 12 },
  PostgreSQL: { place: async () => ({ url: await server!.database() }), runs: 4 },
};

describe("books", function () {
  this.timeout(120_000);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "books-"));
    server = await startPostgres();
  });
  after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  for (const [database, { place, runs }] of Object.entries(PLACES)) {
    describe(`in ${database}${database === "PostgreSQL" ? " (skipped where no server is installed)" : ""}`, () => {
      before(function () {
        if (database === "PostgreSQL" && server === undefined) this.skip();
      });

      async function withBooks(use: (books: Books, at: BooksPlace) => Promise<void>): Promise<void> {
        const at = await place();
        const books = await openBooks(at);
        try {
          await use(books, at);
        } finally {
          await books.close();
        }
      }

      it("are their model's after random work, over new starts", () =>
        fc.assert(
          fc.asyncProperty(fc.array(work, { minLength: 5, maxLength: 40 }), async (steps) =>
            compareWithModel(steps, await place()),
          ),
          { numRuns: runs },
        ));

      it("let nothing be reserved while a refund stands, over a new start, nor by a look at the chain from before it", async () => {
        const at = await place();
        const id = channelNumber(0);
        const refund = { channelId: id, nonce: 0n, amount: 100n };
        let books = await openBooks(at);
        await chargeOnce(books, 0, 7n);
        expect(await failureOf(books.refunding(refund))).to.be.instanceOf(BooksRefusal);
        await reserve(books, id, 10n);
        expect(await failureOf(books.refunding(refund))).to.be.instanceOf(BooksRefusal);
        await letGo(books, id);
        await reserve(books, id, 0n);
        expect(await failureOf(books.refunding({ ...refund, amount: 999_994n }))).to.be.instanceOf(BooksRefusal);
        await books.refunding(refund);
        expect(await failureOf(books.refunding(refund))).to.be.instanceOf(BooksRefusal);
        await letGo(books, id);
        for (let start = 0; start < 2; start++) {
          expect(await books.refunds()).to.deep.equal([refund]);
          expect(await books.refund(id)).to.deep.equal(refund);
          expect(await books.vouchers(id)).to.include({ isRefunded: true, charged: 7n });
          expect(await failureOf(reserve(books, id, 10n))).to.be.instanceOf(BooksRefusal);
          await books.close();
          books = await openBooks(at);
        }
        await books.refunded({ ...refund, nonce: 1n });
        expect(await books.refund(id)).to.deep.equal(refund);
        await books.refunded(refund);
        expect([await books.refund(id), await books.refunds()]).to.deep.equal([undefined, []]);
        const before = books.channels.updateChannel(
          id,
          (current) =>
            current && {
              ...current,
              refundNonce: 0,
              pendingRequest: { pendingId: "old", signedMaxClaimable: "20", expiresAt: Date.now() + 60_000 },
            },
        );
        expect(await failureOf(before)).to.be.instanceOf(BooksRefusal);
        await chargeOnce(books, 0, 3n);
        expect(await books.audit()).to.deep.equal([]);
        await books.close();
      });

      it("keep to where a till was read on chain, over a new start, and know none of a till that never was", async () => {
        const at = await place();
        const other = "0x00000000000000000000000000000000000000Aa";
        for (const [block, before] of [
          [2n ** 40n, undefined],
          [7n, 2n ** 40n],
        ] as const) {
          const books = await openBooks(at);
          expect([await books.unreadFrom(TILL), await books.unreadFrom(other)]).to.deep.equal([before, undefined]);
          await books.readTo(TILL, block);
          expect(await books.unreadFrom(TILL.toLowerCase() as typeof TILL)).to.equal(block);
          await books.close();
        }
      });

      it("refuse what would break them", () =>
        withBooks(async (books) => {
          const id = channelNumber(0);
          const pendingId = await reserve(books, id, 100n);
          const attempts = [
            () => charge(books, chargeOf(id, 101n)),
            () => raise(books, id, 5n),
            () => books.charging(chargeOf(id, 5n), () => raise(books, id, 6n)),
            () => books.charging(chargeOf(channelNumber(1), 5n), () => raise(books, id, 5n)),
            () => books.charging(chargeOf(id, 5n), () => Promise.resolve()),
            () => books.serving(id, chargeOf(id, 101n), pendingId),
            () => books.serving(id, chargeOf(id, 5n), "another's"),
            () => books.advance(1, { state: "claimed" }),
          ];
          for (const attempt of attempts)
            expect(await failureOf(attempt()), String(attempt)).to.be.instanceOf(BooksRefusal);
          const begun = books.channels.updateChannel(channelNumber(2), () => ({
            ...channelAt0,
            channelId: channelNumber(2),
            chargedCumulativeAmount: "5",
          }));
          const channelAt0 = (await books.channels.get(id))!;
          expect(await failureOf(begun)).to.be.instanceOf(Error);
          expect(await books.account(id)).to.equal(undefined);
          await charge(books, chargeOf(id, 100n));
          expect(await books.audit()).to.deep.equal([]);
        }));

      it("charge once, though the same charge is tried twice in one", () =>
        withBooks(async (books) => {
          const id = channelNumber(0);
          await reserve(books, id, 100n);
          const twice = async (): Promise<void> => {
            await raise(books, id, 10n);
            await raise(books, id, 10n);
          };
          expect((await books.charging(chargeOf(id, 10n), twice)).receipt.cumulative).to.equal(10n);
          expect((await books.account(id))?.charged).to.equal(10n);
        }));

      it("charge what was served of a stream that nobody ends, before the channel serves another", () =>
        withBooks(async (books) => {
          const id = channelNumber(0);
          const first = await reserve(books, id, 100n);
          await books.serving(id, chargeOf(id, 7n), first);
          await letGo(books, id);
          expect((await books.account(id))?.charged).to.equal(0n);
          await reserve(books, id, 100n);
          expect((await books.account(id))?.charged).to.equal(7n);
          const second = (await books.channels.get(id))!.pendingRequest!.pendingId;
          await books.serving(id, chargeOf(id, 3n), second);
          await books.unserved(id);
          await letGo(books, id);
          expect(await books.recover()).to.equal(0);
          expect((await books.account(id))?.charged).to.equal(7n);
        }));

      it("charge what was served of streams that nobody ends, at any time, and nothing of a call under way", () =>
        withBooks(async (books) => {
          const [ended, live] = [channelNumber(0), channelNumber(1)];
          expect(await books.recover()).to.equal(0);
          for (const [id, amount] of [
            [ended, 7n],
            [live, 9n],
          ] as const)
            await books.serving(id, chargeOf(id, amount), await reserve(books, id, 100n));
          expect(await books.recover()).to.equal(0);
          await letGo(books, ended);
          expect(await books.recover()).to.equal(1);
          expect([(await books.account(ended))?.charged, (await books.account(live))?.charged]).to.deep.equal([7n, 0n]);
          await charge(books, chargeOf(live, 30n));
          expect(await books.recover()).to.equal(0);
          expect((await books.account(live))?.charged).to.equal(30n);
          expect(await books.audit()).to.deep.equal([]);
        }));

      it("reserve no channel by a voucher that it was charged by, also after a start, nor keep one that it was not", () =>
        withBooks(async (books, at) => {
          const id = channelNumber(0);
          for (const ceiling of [100n, 60n]) {
            await reserve(books, id, ceiling);
            await charge(books, chargeOf(id, 10n));
          }
          await reserve(books, id, 500n);
          expect((await books.channels.list())[0]).to.include({ signedMaxClaimable: "70" });
          await letGo(books, id);
          await books.close();
          const again = await openBooks(at);
          expect(await again.vouchers(id)).to.deep.equal({
            charged: 20n,
            used: [70n, 100n],
            last: { signedMaxClaimable: "70", signature: "0x5167" },
            isRefunded: false,
          });
          for (const ceiling of [50n, 80n])
            expect(await failureOf(reserve(again, id, ceiling))).to.be.instanceOf(BooksRefusal);
          await reserve(again, id, 55n);
          await charge(again, chargeOf(id, 55n));
          expect((await again.vouchers(id)).used).to.deep.equal([100n]);
          await again.close();
          Object.assign(books, { close: () => Promise.resolve() });
        }));

      it("charge after a new start what was served, with the prompt that was written once", () =>
        withBooks(async (books, at) => {
          const id = channelNumber(0);
          const prompt = "p\0".repeat(40_000);
          const pendingId = await reserve(books, id, 100n);
          for (const [amount, answer] of [
            [1n, "a"],
            [2n, "ab"],
          ] as const)
            await books.serving(id, chargeOf(id, amount, { prompt, answer }), pendingId);
          if ("file" in at) {
            const file = new DatabaseSync(at.file, { readOnly: true });
            const row = file.prepare("SELECT LENGTH(serving) AS length FROM channels").get()!;
            expect(row.length).to.be.lessThan(2_000);
            file.close();
          }
          await books.close();
          const again = await openBooks(at);
          expect(await again.recover()).to.equal(1);
          const { number } = (await again.cut(TILL, 1n))!;
          for await (const { receipt, exchange } of again.receiptsOf(number))
            expect([receipt.amount, exchange?.prompt, exchange?.answer]).to.deep.equal([2n, prompt, "ab"]);
          expect(await again.audit()).to.deep.equal([]);
          await again.close();
          Object.assign(books, { close: () => Promise.resolve() });
        }));

      it("keep a charged channel's total when x402 deletes its record, and nothing of one never charged", () =>
        withBooks(async (books, at) => {
          await chargeOnce(books, 0, 9n);
          await reserve(books, channelNumber(1), 9n);
          for (const number of [0, 1]) {
            const { status, channel } = await books.channels.updateChannel(channelNumber(number), () => undefined);
            expect({ status, channel }).to.deep.equal({ status: "deleted", channel: undefined });
          }
          await books.close();
          const again = await openBooks(at);
          expect(await again.channels.get(channelNumber(0))).to.include({
            chargedCumulativeAmount: "9",
            balance: "9",
            totalClaimed: "9",
          });
          expect(await again.channels.get(channelNumber(1))).to.equal(undefined);
          // Nothing is charged above what it has: a look at the chain finds what was put in.
          await again.channels.updateChannel(channelNumber(0), (current) => current && { ...current, balance: "100" });
          expect((await chargeOnce(again, 0, 2n)).receipt).to.include({ sequence: 2n, cumulative: 11n });
          await again.close();
          Object.assign(books, { close: () => Promise.resolve() });
        }));

      it("give texts back as they were, and forget those of closed settlements that are older", () =>
        withBooks(async (books) => {
          const odd = "a\0b \ud800 j\u2028👋 t'\"\\";
          const old = await chargeOnce(books, 0, 1n, { prompt: odd, answer: "", issuedAt: 100 });
          const young = await chargeOnce(books, 0, 1n, { prompt: "j{}", issuedAt: 200 });
          expect((await books.receipt(old.id))?.exchange).to.include({ prompt: odd, answer: "" });
          expect((await books.receipt(young.id))?.exchange?.prompt).to.equal("j{}");
          expect(await books.forget(150)).to.equal(0);
          const { number } = (await books.cut(TILL, 1n))!;
          expect(await books.forget(150)).to.equal(0);
          await books.advance(number, { state: "closed", onChain: 4n });
          expect(await failureOf(books.advance(number, { state: "cut" }))).to.be.instanceOf(BooksRefusal);
          expect(await books.forget(150, [number + 1])).to.equal(0);
          expect(await books.forget(150, [number])).to.equal(1);
          expect(await books.receipt(old.id)).to.deep.include({
            exchange: undefined,
            settlement: 4n,
            receipt: old.receipt,
          });
          expect((await books.receipt(young.id))?.exchange).to.not.equal(undefined);
          expect(await books.forget(150)).to.equal(0);
        }));

      it("say which versions of a channel's receipts stand together and wait for a settlement", () =>
        withBooks(async (books) => {
          const id = channelNumber(0);
          expect(await books.unsettledVersions(id)).to.deep.equal([]);
          await chargeOnce(books, 1, 1n, { version: 9n });
          for (const version of [1n, 1n, 2n, 1n, 2n, 2n]) await chargeOnce(books, 0, 1n, { version });
          expect(await books.unsettledVersions(id)).to.deep.equal([1n, 2n, 1n, 2n]);
          const { number } = (await books.cut(TILL, 1n))!;
          await books.advance(number, { state: "closed", onChain: 4n });
          expect(await books.unsettledVersions(id)).to.deep.equal([2n, 1n, 2n]);
        }));

      it("keep the signature that a receipt was given with, and one that is made later where there was none", () =>
        withBooks(async (books) => {
          const id = channelNumber(0);
          await reserve(books, id, 1n);
          const signed = await charge(books, chargeOf(id, 1n), () => Promise.resolve("0x51"));
          await books.keepSignature(signed.id, "0x52");
          expect((await books.receipt(signed.id))?.signature).to.equal("0x51");
          const unsigned = await chargeOnce(books, 0, 1n);
          expect((await books.receipt(unsigned.id))?.signature).to.equal(undefined);
          await books.keepSignature(unsigned.id, "0x53");
          expect((await books.receipt(unsigned.id))?.signature).to.equal("0x53");
        }));

      it("cut no more than the limit, and the rest next time", () =>
        withBooks(async (books) => {
          for (const number of [0, 1]) for (let count = 0; count < 3; count++) await chargeOnce(books, number, 2n);
          const counts = [];
          for (let cut = await books.cut(TILL, 1n, 4); cut !== undefined; cut = await books.cut(TILL, 1n, 4)) {
            counts.push([cut.count, cut.sum]);
            await books.advance(cut.number, { state: "closed" });
          }
          expect(counts).to.deep.equal([
            [4, 8n],
            [2, 4n],
          ]);
          expect(await books.audit()).to.deep.equal([]);
        }));

      it("set aside what was not claimed of a channel, and none of its receipts that are covered", () =>
        withBooks(async (books) => {
          for (const amount of [9n, 1n, 100n, 3n, 4n]) await chargeOnce(books, 0, amount);
          await chargeOnce(books, 1, 7n);
          const [paid, gone] = [channelNumber(0), channelNumber(1)];
          const cut = (await books.cut(TILL, 1n))!;
          expect(cut).to.include({ count: 6, sum: 124n });
          const sequences = async (): Promise<bigint[]> => {
            const found = [];
            for await (const { receipt } of books.receiptsOf(cut.number))
              if (receipt.channelId === paid) found.push(receipt.sequence);
            return found;
          };
          const after = [
            [new Map([[paid, 117n]]), 6, 124n, 5],
            [new Map([[paid, 112n]]), 4, 117n, 3],
            [new Map([[paid, 10n]]), 3, 17n, 2],
            [new Map([[gone, 6n]]), 2, 10n, 2],
          ] as const;
          for (const [claimed, count, sum, last] of after) {
            expect(await books.setAside(cut.number, claimed)).to.include({ count, sum, state: "cut" });
            expect((await books.settlements())[0]).to.include({ count, sum });
            expect(await sequences()).to.deep.equal([1n, 2n, 3n, 4n, 5n].slice(0, last));
            expect((await books.account(paid))?.settled).to.equal(BigInt(last));
            expect(await books.audit()).to.deep.equal([]);
          }
          expect((await books.account(gone))?.settled).to.equal(0n);
          await books.advance(cut.number, { state: "closed", onChain: 1n });
          expect(await books.cut(TILL, 1n)).to.include({ count: 4, sum: 114n });
          expect(
            await books.setAside(
              cut.number + 1,
              new Map([
                [paid, 10n],
                [gone, 0n],
              ]),
            ),
          ).to.equal(undefined);
          expect(await books.settlements()).to.have.length(1);
          expect(await books.audit()).to.deep.equal([]);
        }));

      it("have one writer, and readers beside it", () =>
        withBooks(async (books, at) => {
          expect(await failureOf(openBooks(at))).to.be.instanceOf(BooksInUse);
          const { id } = await chargeOnce(books, 0, 5n);
          const reader = await openBooks(at, { readOnly: true });
          expect((await reader.receipt(id))?.receipt.amount).to.equal(5n);
          expect(await failureOf(chargeOnce(reader, 0, 5n))).to.be.instanceOf(Error);
          await reader.close();
          expect((await books.account(channelNumber(0)))?.charged).to.equal(5n);
        }));
    });
  }

  it("of an earlier version are brought to this one's, with all that is in them", async () => {
    const file = join(folder, `${randomUUID()}.db`);
    let books = await openBooks({ file });
    const { id } = await chargeOnce(books, 0, 5n);
    await reserve(books, channelNumber(0), 50n);
    await charge(books, chargeOf(channelNumber(0), 1n));
    await books.close();
    const database = new DatabaseSync(file);
    database.exec(
      "ALTER TABLE receipts DROP COLUMN signature; ALTER TABLE channels DROP COLUMN used; DROP TABLE served_prompts; DROP TABLE refunds; ALTER TABLE settlements DROP COLUMN forgotten; ALTER TABLE settlements DROP COLUMN handed; DROP TABLE read_events; DELETE FROM migrations WHERE number > 1",
    );
    database.close();
    expect(String(await failureOf(openBooks({ file }, { readOnly: true })))).to.match(/start the gateway once/u);
    books = await openBooks({ file });
    expect(await books.receipt(id)).to.deep.include({ id, signature: undefined });
    await books.keepSignature(id, "0x51");
    expect((await books.receipt(id))?.signature).to.equal("0x51");
    // The last voucher was charged by.
    expect((await books.vouchers(channelNumber(0))).used).to.deep.equal([55n]);
    expect(await books.audit()).to.deep.equal([]);
    await books.close();
  });
});
