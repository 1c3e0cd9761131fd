// The SQL behind GraphQL, on PostgreSQL: one query for many keys, and counts that are never older than the tables.
import { expect } from "chai";
import { Placeholder } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { isPostgresInstalled, startPostgres, type TestPostgres } from "../../gateway/src/testing/postgres.ts";
import { type Answer, Answers } from "../src/api/graphql/answers.ts";
import { Counts } from "../src/api/graphql/counts.ts";
import type { Database } from "../src/api/graphql/ponder-schema.ts";
import { Snapshots } from "../src/api/graphql/snapshots.ts";
import { readForEach, rowsOf } from "../src/api/graphql/statement.ts";

describe("SQL of GraphQL on PostgreSQL", () => {
  let postgres: TestPostgres;
  let pool: Pool;
  let database: Database;
  const asked: string[] = [];

  before(async function () {
    if (!isPostgresInstalled()) {
      console.log("      skipped: PostgreSQL is not installed (Debian's package postgresql)");
      this.skip();
    }
    postgres = (await startPostgres())!;
    pool = new Pool({ connectionString: await postgres.database() });
    // A connection that is still closing when the server ends says so.
    pool.on("error", () => undefined);
    const logger = { logQuery: (text: string) => void asked.push(text) };
    database = drizzle(pool, { logger }) as unknown as Database;
    await pool.query("CREATE TABLE vote (round numeric(78), pool integer, weight numeric(78), voter text)");
    await pool.query("CREATE INDEX ON vote (round, pool, weight)");
    await pool.query(
      "INSERT INTO vote SELECT i % 50, i % 3, (i * 7919) % 1000, 'v' || i FROM generate_series(1, 3000) AS i",
    );
    await pool.query("ANALYZE vote");
  });

  after(async () => {
    await (pool as Pool | undefined)?.end();
    await (postgres as TestPostgres | undefined)?.stop();
  });

  it("finds for each of many keys the rows that the list of one key has, in its order", async () => {
    const list = {
      sql: "SELECT round, pool, weight, voter FROM vote WHERE weight > $1 AND (round = $2 AND pool = $3) ORDER BY weight DESC, voter LIMIT $4 OFFSET $5",
      params: ["100", new Placeholder("round"), new Placeholder("pool"), 7, 2],
      width: 4,
    };
    const keys = Array.from({ length: 120 }, (_, i) => [String(i % 60), i % 4] as const);
    const found = await readForEach(database, list, [3, 2], [...keys, ["5", null]], ["numeric(78)", "integer"]);
    expect(found).to.have.lengthOf(121);
    expect(found[120]).to.deep.equal([]);
    for (const [index, [round, place]] of keys.entries()) {
      const values = list.params.map((param, at) => (at === 1 ? round : at === 2 ? place : param));
      const { rows } = await pool.query<{ voter: string; weight: string }>(list.sql, values as unknown[]);
      expect(found[index], `${round} ${place}`).to.deep.equal(rows.map(({ voter, weight }) => [voter, weight]));
    }
    expect(found.filter((rows) => rows.length === 7).length).to.be.greaterThan(50);
  });

  it("counts again after a transaction that added rows or, as a reorganisation does, took some back, and only then", async () => {
    const counts = new Counts(new Snapshots(() => database));
    const query = { sql: "SELECT count(*) FROM vote WHERE round = $1", params: ["7"] };
    const count = async (): Promise<number> => await counts.of(database, query);
    const counted = (): number => asked.filter((text) => text.includes("count(*)")).length;
    const before = await count();
    expect(before).to.equal(60);
    const countings = counted();
    expect(await count()).to.equal(before);
    expect(await count()).to.equal(before);
    expect(counted(), "nothing changed").to.equal(countings);

    const indexer = await pool.connect();
    try {
      await indexer.query("BEGIN");
      await indexer.query("INSERT INTO vote VALUES (7, 1, 1, 'new')");
      expect(await count(), "not committed").to.equal(before);
      await indexer.query("COMMIT");
      expect(await count(), "committed").to.equal(before + 1);
      expect(await count()).to.equal(before + 1);
      await indexer.query("BEGIN");
      await indexer.query("DELETE FROM vote WHERE round = 7 AND pool = 1");
      await indexer.query("INSERT INTO vote VALUES (7, 1, 1, 'of the other chain')");
      expect(await count(), "not committed").to.equal(before + 1);
      await indexer.query("COMMIT");
    } finally {
      indexer.release();
    }
    const { rows } = await pool.query<{ count: string }>(query.sql, query.params);
    expect(await count())
      .to.equal(Number(rows[0]!.count))
      .and.to.be.lessThan(before);
    expect(counted()).to.be.greaterThan(countings);
  });

  it("answers what is asked again from what it has read while nothing changed, and reads again after each transaction", async () => {
    const answers = new Answers(new Snapshots(() => database));
    let readings = 0;
    const ask = async (): Promise<string> =>
      await answers.of("how many votes has pool 2", async (): Promise<Answer> => {
        readings++;
        const [row] = await rowsOf(database, "SELECT count(*)::int4 FROM vote WHERE pool = $1", [2]);
        return { text: JSON.stringify(row), hasErrors: false };
      });
    const looks = (): number => asked.filter((text) => text.includes("pg_current_snapshot")).length;
    const looksBefore = looks();
    const before = await ask();
    expect(before).to.equal("[1000]");
    expect(looks(), "what is asked once costs no look").to.equal(looksBefore);
    expect(await ask()).to.equal(before);
    expect(readings).to.equal(2);
    expect(await Promise.all(Array.from({ length: 40 }, ask))).to.deep.equal(Array.from({ length: 40 }, () => before));
    expect(readings, "nothing changed").to.equal(2);
    expect(looks() - looksBefore, "looks are shared").to.be.within(2, 4);

    const indexer = await pool.connect();
    try {
      await indexer.query("BEGIN");
      await indexer.query("INSERT INTO vote VALUES (8, 2, 1, 'new')");
      expect(await ask(), "not committed").to.equal(before);
      await indexer.query("COMMIT");
      const readingsBefore = readings;
      const found = await Promise.all(Array.from({ length: 40 }, ask));
      expect(new Set(found), "committed").to.deep.equal(new Set(["[1001]"]));
      expect(readings - readingsBefore, "those who ask while it is read share it").to.equal(1);
      await indexer.query("DELETE FROM vote WHERE voter = 'new'");
      expect(await ask(), "taken back").to.equal(before);
    } finally {
      indexer.release();
    }
  });

  it("keeps no answer that failed or has errors", async () => {
    const answers = new Answers(new Snapshots(() => database));
    const given: (Answer | Error)[] = [
      { text: "first", hasErrors: false },
      { text: "with errors", hasErrors: true },
      new Error("the database is gone"),
      { text: "second", hasErrors: false },
    ];
    const ask = async (): Promise<string> =>
      await answers.of("a question", () => {
        const next = given.shift()!;
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
      });
    expect(await ask()).to.equal("first");
    expect(await ask()).to.equal("with errors");
    const error: unknown = await ask().catch((thrown: unknown) => thrown);
    expect((error as Error).message).to.equal("the database is gone");
    expect(await ask()).to.equal("second");
    expect(await ask()).to.equal("second");
    expect(given).to.have.lengthOf(0);
  });

  it("gives who asks for a snapshot one that is not older, also while another one is being read", async () => {
    const snapshots = new Snapshots(() => database);
    const indexer = await pool.connect();
    try {
      for (let time = 0; time < 50; time++) {
        const running = snapshots.now();
        await indexer.query("INSERT INTO vote VALUES (9, 2, 1, 'of a snapshot')");
        const { rows } = await indexer.query<{ snapshot: string }>("SELECT pg_current_snapshot()::text AS snapshot");
        expect(await snapshots.now()).to.equal(rows[0]!.snapshot);
        await running;
      }
    } finally {
      await indexer.query("DELETE FROM vote WHERE round = 9");
      indexer.release();
    }
  });

  it("has the database keep the plan of what is asked often, and asks rightly after the table was exchanged for one with other types", async () => {
    const sql = "SELECT id, kind FROM shown.thing WHERE kind = $1";
    const make = (schema: string, kinds: string) =>
      pool.query(
        `CREATE SCHEMA ${schema}; CREATE TYPE ${schema}.kind AS ENUM (${kinds}); CREATE TABLE ${schema}.thing (id text, kind ${schema}.kind); INSERT INTO ${schema}.thing SELECT '${schema}', 'a'`,
      );
    await make("one", "'a', 'b'");
    await make("two", "'b', 'a', 'c'");
    await pool.query("CREATE SCHEMA shown; CREATE VIEW shown.thing AS SELECT * FROM one.thing");
    await pool.query("CREATE SCHEMA next; CREATE VIEW next.thing AS SELECT * FROM two.thing");
    // All by one connection, so that it is known which one has prepared it.
    const single = new Pool({ connectionString: pool.options.connectionString!, max: 1 });
    single.on("error", () => undefined);
    try {
      const one = drizzle(single) as unknown as Database;
      const prepared = async (): Promise<number> =>
        (await single.query("SELECT FROM pg_prepared_statements WHERE statement = $1", [sql])).rowCount!;
      for (let time = 0; time < 8; time++) expect(await rowsOf(one, sql, ["a"])).to.deep.equal([["one", "a"]]);
      expect(await prepared()).to.equal(1);
      await pool.query("BEGIN; ALTER SCHEMA shown RENAME TO former; ALTER SCHEMA next RENAME TO shown; COMMIT");
      for (let time = 0; time < 8; time++) expect(await rowsOf(one, sql, ["a"])).to.deep.equal([["two", "a"]]);
      // The pool has ended the connection that failed, and another one has prepared it anew.
      expect(await prepared()).to.equal(1);
      const error: unknown = await rowsOf(one, sql, ["no kind"]).catch((thrown: unknown) => thrown);
      expect((error as { code: string }).code).to.equal("22P02");
    } finally {
      await single.end();
    }
  });
});
