// Versions of unsettled receipts: what is read of them, and when.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sql, type Sql, type Statement } from "./sql.ts";
import { openSqlite } from "./sqlite.ts";
import { readVersionRuns } from "./version-runs.ts";

describe("versions of a channel's unsettled receipts", () => {
  it("are read once: a later look reads the receipts since, and all only after a settlement took or gave back some", async () => {
    const folder = mkdtempSync(join(tmpdir(), "runs-"));
    const database = openSqlite(join(folder, "books.db"));
    try {
      await database.transaction([
        { text: "CREATE TABLE channels (channel_id TEXT PRIMARY KEY, settled BIGINT NOT NULL)", values: [] },
        {
          text: "CREATE TABLE receipts (channel_id TEXT, sequence BIGINT, model_version TEXT, PRIMARY KEY (channel_id, sequence))",
          values: [],
        },
        sql`INSERT INTO channels VALUES (${"a"}, 0)`,
      ]);
      const asked: Statement[] = [];
      const watched: Sql = {
        ...database,
        all: (statement) => {
          asked.push(statement);
          return database.all(statement);
        },
      };
      const add = (first: number, versions: string[]) =>
        database.transaction(
          versions.map((version, at) => sql`INSERT INTO receipts VALUES (${"a"}, ${first + at}, ${version})`),
        );
      const settle = (settled: number) => database.transaction([sql`UPDATE channels SET settled = ${settled}`]);
      const read = async (sequence: bigint, known?: Awaited<ReturnType<typeof readVersionRuns>>) => {
        asked.length = 0;
        const runs = await readVersionRuns(watched, "a", sequence, known);
        // The sequences between which receipts were read, if any were.
        return { runs, bounds: asked[1]?.values.slice(1) };
      };

      await add(1, ["1", "1", "2"]);
      const first = await read(3n);
      expect(first).to.deep.equal({ runs: { settled: 0, through: 3, versions: [1n, 2n] }, bounds: [0, 3] });
      expect((await read(3n, first.runs)).bounds).to.equal(undefined);

      await add(4, ["2", "1"]);
      const second = await read(5n, first.runs);
      expect(second).to.deep.equal({ runs: { settled: 0, through: 5, versions: [1n, 2n, 1n] }, bounds: [3, 5] });

      await settle(2);
      const third = await read(5n, second.runs);
      expect(third).to.deep.equal({ runs: { settled: 2, through: 5, versions: [2n, 1n] }, bounds: [2, 5] });
      await settle(1);
      expect((await read(5n, third.runs)).runs.versions).to.deep.equal([1n, 2n, 1n]);
      await settle(5);
      expect(await read(5n, third.runs)).to.deep.equal({
        runs: { settled: 5, through: 5, versions: [] },
        bounds: undefined,
      });
    } finally {
      await database.close();
      rmSync(folder, { recursive: true });
    }
  });
});
