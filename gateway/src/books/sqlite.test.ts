// The SQLite file under many commits.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { sql } from "./sql.ts";
import { openSqlite } from "./sqlite.ts";

const ROWS = 50;
/** Far below the length at which a commit checkpoints by itself. */
const MOST_LOG_BYTES = 16 * 2 ** 20;

describe("the SQLite file of the books", () => {
  const folder = mkdtempSync(join(tmpdir(), "sqlite-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("has pages that receipts fit in, and goes on with a file that has smaller ones", async () => {
    const pagesOf = async (file: string) => {
      const database = openSqlite(file);
      await database.transaction([{ text: "CREATE TABLE IF NOT EXISTS texts (text TEXT)", values: [] }]);
      await database.transaction([sql`INSERT INTO texts (text) VALUES (${"a".repeat(3_000)})`]);
      const [row] = await database.all({ text: "PRAGMA page_size", values: [] });
      await database.close();
      return row;
    };
    expect(await pagesOf(join(folder, "new.db"))).to.deep.equal({ page_size: 8_192 });
    const earlier = join(folder, "earlier.db");
    const made = new DatabaseSync(earlier);
    made.exec("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; CREATE TABLE texts (text TEXT)");
    made.close();
    expect(await pagesOf(earlier)).to.deep.equal({ page_size: 4_096 });
  });

  it("can be read by its owner alone, its log too: it holds prompts and answers", async () => {
    const file = join(folder, "own.db");
    const database = openSqlite(file);
    await database.transaction([{ text: "CREATE TABLE texts (text TEXT)", values: [] }]);
    for (const end of ["", "-wal", "-shm"]) expect(statSync(file + end).mode & 0o077, `own.db${end}`).to.equal(0);
    await database.close();
  });

  it("begins its log anew while it is written, and holds every commit at any moment", async () => {
    const file = join(folder, "books.db");
    const database = openSqlite(file);
    await database.transaction([{ text: "CREATE TABLE numbers (number BIGINT PRIMARY KEY)", values: [] }]);
    // Of the log's header: other ones whenever it begins anew.
    const salts = (): string => readFileSync(`${file}-wal`).subarray(16, 24).toString("hex");
    const first = salts();
    let rows = 0;
    while (salts() === first) {
      expect(statSync(`${file}-wal`).size).to.be.lessThan(MOST_LOG_BYTES);
      await database.transaction(
        Array.from({ length: ROWS }, (_, row) => sql`INSERT INTO numbers VALUES (${rows + row})`),
      );
      rows += ROWS;
      await sleep(2);
    }
    // What a kill at this instant would leave.
    const left = join(folder, "left.db");
    for (const end of ["", "-wal"]) copyFileSync(file + end, left + end);
    await database.close();
    for (const each of [file, left]) {
      const again = openSqlite(each);
      const [row] = await again.all(sql`SELECT COUNT(*) AS count FROM numbers`);
      expect(row?.count).to.equal(rows);
      await again.close();
    }
  });
});
