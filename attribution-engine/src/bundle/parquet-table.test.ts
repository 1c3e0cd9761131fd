// Tests of Parquet tables: values survive, bytes do not depend on parts, damage is named.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fixedLengthOf, readTable, writeTable } from "./parquet-table.ts";

const SCHEMA = { small: "int32", large: "int64", bytes: 5 } as const;

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no failure",
    (error: unknown) => String(error),
  );
}

describe("Parquet tables", () => {
  let folder = "";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-table-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function write(name: string, parts: number[]): string {
    const path = join(folder, name);
    const writer = writeTable(path, SCHEMA);
    let first = 0;
    for (const rows of parts) {
      const start = first;
      writer.append(rows, {
        small: (i) => start + i - 2,
        large: (i) => BigInt(start + i) ** 3n - 2n ** 40n,
        bytes: (i) => Uint8Array.of(1, 2, 3, (start + i) % 256, 5),
      });
      first += rows;
    }
    expect(writer.close()).to.equal(first);
    return path;
  }

  it("give back what was written, also over several row groups", async () => {
    const path = write("a.parquet", [70_000]);
    const { rows, columns } = await readTable(path, SCHEMA, 70_000);
    expect(rows).to.equal(70_000);
    for (const i of [0, 1, 65_535, 65_536, 69_999]) {
      expect(columns.small[i]).to.equal(i - 2);
      expect(columns.large[i]).to.equal(BigInt(i) ** 3n - 2n ** 40n);
      expect([...columns.bytes.subarray(5 * i, 5 * i + 5)]).to.deep.equal([1, 2, 3, i % 256, 5]);
    }
    expect(await fixedLengthOf(path, "bytes", 70_000)).to.equal(5);
  });

  it("have the same bytes for any parts", async () => {
    const whole = await readFile(write("a.parquet", [1000]));
    expect((await readFile(write("b.parquet", [1, 0, 998, 1]))).equals(whole)).to.equal(true);
  });

  it("may be empty", async () => {
    expect((await readTable(write("a.parquet", []), SCHEMA, 0)).rows).to.equal(0);
  });

  it("refuse values that do not fit, and name file, row and column", () => {
    const writer = writeTable(join(folder, "a.parquet"), SCHEMA);
    const good = { small: () => 0, large: () => 0n, bytes: () => new Uint8Array(5) };
    writer.append(3, good);
    expect(() => {
      writer.append(1, { ...good, small: () => 2 ** 31 });
    }).to.throw("a.parquet row 3: small 2147483648 is not an int32");
    expect(() => {
      writer.append(1, { ...good, bytes: () => new Uint8Array(4) });
    }).to.throw("a.parquet row 3: bytes does not have 5 bytes");
  });

  it("name the file where columns differ or the file is cut off", async () => {
    const path = write("a.parquet", [10]);
    expect(await failureOf(readTable(path, { ...SCHEMA, bytes: 6 }, 10))).to.match(/a\.parquet: column bytes/);
    expect(await failureOf(readTable(path, { small: "int32" }, 10))).to.match(
      /a\.parquet: its columns are small, large, bytes/,
    );
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 20));
    expect(await failureOf(readTable(path, SCHEMA, 10))).to.match(/a\.parquet/);
  });
});
