// Channels a page at a time: all that `list()` gives, in each database, while others charge.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Channel } from "@x402/evm/batch-settlement/server";
import { expect } from "chai";
import fc from "fast-check";
import type { Address, Hex } from "viem";
import { channelNumber, charge, chargeOf, reserve, TILL } from "../testing/charges.ts";
import { startPostgres, type TestPostgres } from "../testing/postgres.ts";
import type { Books, ChannelFilter } from "./books.ts";
import { CHANNELS_PER_PAGE, pagesOfChannels } from "./channel-pages.ts";
import { type BooksPlace, openBooks } from "./open.ts";
import { openPostgres } from "./postgres.ts";
import { sql, type Sql, type Statement } from "./sql.ts";
import { openSqlite } from "./sqlite.ts";

const OTHER: Address = "0x00000000000000000000000000000000000071e2";
const TILLS = [TILL, OTHER] as const;
/** So that there are three pages, the last of them full. */
const COPIES = 3 * CHANNELS_PER_PAGE - 1;

let folder: string;
let server: TestPostgres | undefined;

describe("pages of channels", function () {
  this.timeout(120_000);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "channel-pages-"));
    server = await startPostgres();
  });
  after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  for (const [database, place, runs] of [
    ["SQLite", () => Promise.resolve({ file: join(folder, `${randomUUID()}.db`) }), 10],
    ["PostgreSQL", async () => ({ url: await server!.database() }), 3],
  ] as const) {
    const where = `in ${database}${database === "PostgreSQL" ? " (skipped where no server is installed)" : ""}`;
    it(`give what list() gives, and no voucher that is not charged by, ${where}`, async function () {
      if (database === "PostgreSQL" && server === undefined) this.skip();
      const step = fc.record({
        kind: fc.constantFrom("charge", "charge", "reserve", "serve", "cut", "claim"),
        channel: fc.nat(5),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), fc.boolean(), async (steps, isNew) => {
          const at = await place();
          let books = await openBooks(at);
          for (const { kind, channel } of steps) await take(books, kind, channel);
          if (isNew) {
            await books.close();
            books = await openBooks(at);
          }
          const listed = (await books.channels.list()).filter(isCharged);
          expect((await pagesOf(books)).filter(isCharged)).to.deep.equal(byId(listed));
          for (const till of TILLS) {
            const own = listed.filter(({ channelConfig }) => channelConfig.receiver === till);
            expect((await pagesOf(books, { till })).filter(isCharged)).to.deep.equal(byId(own));
            const unclaimed = (await pagesOf(books, { till, isUnclaimed: true })).filter(isCharged);
            const states = new Map((await books.settlements()).map((each) => [each.number, each.state]));
            const expected: Channel[] = [];
            for (const each of own) {
              const { settled, sequence } = (await books.account(each.channelId as Hex))!;
              const isCut = await isIn(books, each.channelId, states);
              if (sequence > settled || isCut) expected.push(each);
            }
            expect(unclaimed).to.deep.equal(byId(expected));
          }
          await books.close();
        }),
        { numRuns: runs },
      );
    });

    it(`have every channel once while charges go on and none waits for all of them, ${where}`, async function () {
      if (database === "PostgreSQL" && server === undefined) this.skip();
      const at = await place();
      await fill(at);
      const books = await openBooks(at);
      const seen: string[] = [];
      let pages = 0;
      for await (const page of books.channelPages()) {
        pages++;
        expect(page.length).to.be.at.most(CHANNELS_PER_PAGE);
        seen.push(...page.map(({ channelId }) => channelId));
        // Between two pages a channel is charged that was seen, and one that was not.
        for (const id of [channelNumber(0), channelNumber(COPIES)]) {
          await reserve(books, id, 3n);
          await charge(books, chargeOf(id, 3n));
        }
      }
      expect(pages).to.equal(3);
      expect(seen).to.deep.equal(Array.from({ length: COPIES + 1 }, (_, i) => channelNumber(i)));
      const charged = (await pagesOf(books)).filter(({ chargedCumulativeAmount }) => chargedCumulativeAmount !== "3");
      expect(charged.map((each) => [each.channelId, each.chargedCumulativeAmount])).to.deep.equal([
        [channelNumber(0), "12"],
        [channelNumber(COPIES), "12"],
      ]);
      // All but those two are settled and claimed.
      const unclaimed = await pagesOf(books, { till: TILL, isUnclaimed: true });
      expect(unclaimed.map(({ channelId }) => channelId)).to.deep.equal([channelNumber(0), channelNumber(COPIES)]);
      await books.close();
    });
  }

  it("leave no channel out where others are new between any two statements", async () => {
    const at = { file: join(folder, `${randomUUID()}.db`) };
    await fill(at);
    const database = openSqlite(at.file);
    const seen = new Set<unknown>();
    let statements = 0;
    const growing: Sql = {
      ...database,
      all: async (statement) => {
        // Right behind the first channel of each page that is to come, and behind all others.
        for (const number of [(statements >> 1) * CHANNELS_PER_PAGE, COPIES])
          await database.transaction([copy(channelNumber(number), `${channelNumber(number)}-${statements}`)]);
        statements++;
        return database.all(statement);
      },
    };
    for await (const rows of pagesOfChannels(growing, { till: TILL })) for (const row of rows) seen.add(row.channel_id);
    for (let i = 0; i <= COPIES; i++) expect(seen.has(channelNumber(i)), String(i)).to.equal(true);
    await database.close();
  });
});

/** Writes a channel's row once more, under another id. */
function copy(channelId: string, as: string): Statement {
  return sql`INSERT INTO channels (channel_id, till, sequence, settled, record, used)
    SELECT ${as}, till, sequence, settled, record, used FROM channels WHERE channel_id = ${channelId}`;
}

/** One step of what books go through, as far as it can be taken. */
async function take(books: Books, kind: string, number: number): Promise<void> {
  const id = channelNumber(number);
  const till = TILLS[number % 2]!;
  const isBusy = (await books.channels.get(id))?.pendingRequest !== undefined;
  switch (kind) {
    case "cut":
      await books.cut(till, 1n);
      return;
    case "claim": {
      const open = (await books.settlements()).find((each) => each.state !== "closed" && each.till === till);
      if (open !== undefined) await books.advance(open.number, { state: open.state === "cut" ? "claimed" : "closed" });
      return;
    }
    default: {
      if (isBusy) return;
      const pendingId = await reserve(books, id, 10n, till);
      if (kind === "serve") await books.serving(id, chargeOf(id, 4n, { till }), pendingId);
      if (kind === "charge") await charge(books, chargeOf(id, 3n, { till }));
    }
  }
}

/** Whether a receipt of the channel is in a settlement that is cut and no further. */
async function isIn(books: Books, channelId: string, states: ReadonlyMap<number, string>): Promise<boolean> {
  for (const [number, state] of states) {
    if (state !== "cut") continue;
    for await (const { receipt } of books.receiptsOf(number, false)) if (receipt.channelId === channelId) return true;
  }
  return false;
}

async function pagesOf(books: Books, filter?: ChannelFilter): Promise<Channel[]> {
  const all: Channel[] = [];
  for await (const page of books.channelPages(filter)) all.push(...page);
  return all;
}

function isCharged({ chargedCumulativeAmount }: Channel): boolean {
  return chargedCumulativeAmount !== "0";
}

function byId(channels: readonly Channel[]): Channel[] {
  return channels.toSorted((a, b) => (a.channelId < b.channelId ? -1 : 1));
}

/** Many channels that were charged 3 each, and are settled. */
async function fill(at: BooksPlace): Promise<void> {
  const books = await openBooks(at);
  await reserve(books, channelNumber(0), 3n);
  await charge(books, chargeOf(channelNumber(0), 3n));
  await books.close();
  const database = "url" in at ? await openPostgres(at.url) : openSqlite(at.file);
  const [row] = await database.all({ text: "SELECT * FROM channels", values: [] });
  const { till, record, used, sequence } = row!;
  await database.transaction([
    { text: "UPDATE channels SET settled = sequence", values: [] },
    ...Array.from({ length: COPIES }, (_, i) => ({
      text: "INSERT INTO channels (channel_id, till, sequence, settled, record, used) VALUES (?, ?, ?, ?, ?, ?)",
      values: [
        channelNumber(i + 1),
        till!,
        Number(sequence),
        Number(sequence),
        String(record).replaceAll(channelNumber(0), channelNumber(i + 1)),
        used!,
      ],
    })),
  ]);
  await database.close();
}
