// Retention: texts are kept until their settlement is attributed, or never will be, and as long as is said; receipts stay.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Standing } from "@tributary/protocol/settlement-standing";
import type { Books, Written } from "../books/books.ts";
import { openBooks } from "../books/open.ts";
import { channelNumber, charge, chargeOf, reserve, TILL } from "../testing/charges.ts";
import { Retention } from "./retention.ts";

const KEEP_SECONDS = 100;

describe("retention of texts", () => {
  let folder: string;
  let books: Books;
  let seconds: number;
  const told: unknown[] = [];
  const standings = new Map<bigint, Standing["what"]>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "retention-"));
    books = await openBooks({ file: join(folder, "books.db") });
  });
  after(async () => {
    await books.close();
    await rm(folder, { recursive: true });
  });

  const retention = (keepSeconds: number | undefined): Retention =>
    new Retention({
      books,
      keepSeconds,
      standingOf: (settlement) => Promise.resolve({ what: standings.get(settlement)! }),
      tell: (event, details) => told.push([event, details]),
      now: () => seconds * 1_000,
    });

  /** A call of a channel of its own, made at 1,000 s, and closed over under the number on chain. */
  async function closed(number: number, onChain: bigint | undefined): Promise<Written> {
    await reserve(books, channelNumber(number), 1n);
    const written = await charge(books, chargeOf(channelNumber(number), 1n, { issuedAt: 1_000 }));
    if (onChain === undefined) return written;
    const cut = await books.cut(TILL, 1n);
    await books.advance(cut!.number, { state: "closed", onChain });
    standings.set(onChain, "waiting");
    return written;
  }

  it("forgets prompts and answers when their time is over, none before its settlement is attributed or lost, and no receipt", async () => {
    const calls = [await closed(0, 10n), await closed(1, 11n), await closed(2, 12n)];
    const open = await closed(3, undefined);
    const texts = async () =>
      Promise.all([...calls, open].map(async ({ id }) => (await books.receipt(id))!.exchange?.prompt));
    const look = async (at: number, by = retention(KEEP_SECONDS)) => {
      seconds = at;
      await by.look();
      return (await texts()).map((prompt) => prompt !== undefined);
    };
    // Long after their time, while attributors may still need them, or for ever where nothing is said.
    expect(await look(10_000)).to.deep.equal([true, true, true, true]);
    standings.set(10n, "final").set(11n, "lost");
    expect(await look(10_000, retention(undefined))).to.deep.equal([true, true, true, true]);
    // Not a second before their time.
    expect(await look(1_000 + KEEP_SECONDS)).to.deep.equal([true, true, true, true]);
    expect(await look(1_001 + KEEP_SECONDS)).to.deep.equal([false, false, true, true]);
    expect(told).to.deep.equal([["forgot texts", { receipts: 2 }]]);
    for (const { id, receipt } of calls) {
      const found = (await books.receipt(id))!;
      expect(found.receipt).to.deep.equal(receipt);
      if (found.exchange === undefined) expect(found).to.have.property("salt").that.has.length(66);
    }
    // The same object, as a gateway keeps it, sees what was attributed meanwhile.
    const kept = retention(KEEP_SECONDS);
    await look(20_000, kept);
    standings.set(12n, "final");
    expect(await look(20_000, kept)).to.deep.equal([false, false, false, true]);
    expect(await books.audit()).to.deep.equal([]);
  });
});
