// What npm runs gets the signals that npm is sent.
import { readFileSync } from "node:fs";
import { expect } from "chai";

describe("scripts of package.json", () => {
  it("leave no shell between npm and their program, which would keep a signal from it", () => {
    const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      scripts: Record<string, string>;
    };
    const called = Object.entries(scripts).filter(([name]) => name !== "postinstall");

    expect(called.map(([name]) => name)).to.include.members(["start", "gateway", "indexer", "dashboard"]);
    expect(called.filter(([, script]) => script.startsWith("node ")).map(([name]) => name)).to.deep.equal([]);
  });
});
