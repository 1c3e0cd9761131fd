// Every function has a branching tree, every leaf of one a test, and every custom error a test that asserts it.
import { expect } from "chai";
import { treeReport } from "../scripts/trees/files.ts";

describe("branching trees", () => {
  it("agree with contracts and tests (npm run trees)", () => {
    expect(treeReport().problems.join("\n")).to.equal("");
  });
});
