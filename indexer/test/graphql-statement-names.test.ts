// Names for prepared statements are few, and for what is asked often.
import { expect } from "chai";
import { StatementNames } from "../src/api/graphql/statement-names.ts";

const often = (names: StatementNames, sql: string): string | undefined => {
  for (let time = 0; time < 5; time++) names.of(sql);
  return names.of(sql);
};

describe("names of prepared statements", () => {
  it("are given to what is asked often, stay, and are another one after they were given up", () => {
    const names = new StatementNames();
    for (let time = 0; time < 5; time++) expect(names.of("SELECT 1")).to.equal(undefined);
    const first = names.of("SELECT 1");
    expect(first).to.be.a("string");
    expect(names.of("SELECT 1")).to.equal(first);
    expect(often(names, "SELECT 2")).to.be.a("string").and.not.to.equal(first);
    names.forget("SELECT 1");
    expect(names.of("SELECT 1")).to.equal(undefined);
    expect(often(names, "SELECT 1")).to.be.a("string").and.not.to.equal(first);
  });

  it("are no more than a connection can keep, whatever is asked", () => {
    const names = new StatementNames();
    const given = Array.from({ length: 600 }, (_, index) => often(names, `SELECT ${index}`));
    expect(given.filter((name) => name !== undefined)).to.have.length(500);
    expect(names.of("SELECT 0")).to.equal(given[0]);
    expect(often(new StatementNames(), `SELECT ${" ".repeat(20_000)}1`)).to.equal(undefined);
  });
});
