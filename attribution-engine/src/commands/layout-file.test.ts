// The layout gives every place its record, and is refused by name where it does not.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readLayout } from "./layout-file.ts";

describe("the layout of a work folder", () => {
  let work: string;
  let path: string;
  const write = (...contributions: [id: string, firstPlace: number, records: number][]): void =>
    writeFileSync(
      path,
      JSON.stringify({
        contributions: contributions.map(([id, firstPlace, records]) => ({ id, firstPlace, records })),
      }),
    );
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tributary-layout-"));
    path = join(work, "layout.json");
  });
  afterEach(() => rmSync(work, { recursive: true, force: true }));

  it("has a contribution and a number in it for every place", () => {
    write(["7", 0, 2], ["9", 2, 1]);
    expect(readLayout(work, 3)).to.deep.equal({
      contributionIds: BigUint64Array.of(7n, 7n, 9n),
      recordIndexes: Uint32Array.of(0, 1, 0),
    });
  });

  it("is refused, with its path, where places are left out, too few or too many", () => {
    expect(() => readLayout(work, 3)).to.throw(`${path} is missing`);
    write(["7", 0, 1], ["9", 2, 1]);
    expect(() => readLayout(work, 3)).to.throw(
      `${path}: contribution 9 has 1 records from place 2; expected place 1 of 3`,
    );
    write(["7", 0, 2]);
    expect(() => readLayout(work, 3)).to.throw(`${path}: 2 records, the corpus has 3`);
    write(["7", 0, 4]);
    expect(() => readLayout(work, 3)).to.throw(`${path}: contribution 7 has 4 records from place 0`);
  });
});
