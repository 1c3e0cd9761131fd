// Names of states in the governor's order, and titles out of what anyone may have written.
import { expect } from "chai";
import { ACTIVE, QUEUED, stateOf, SUCCEEDED, titleOf } from "./proposal-state.ts";

describe("a proposal of governance", () => {
  it("has the states of the governor, in its order", () => {
    expect(stateOf(ACTIVE).name).to.equal("active");
    expect(stateOf(SUCCEEDED).name).to.equal("succeeded");
    expect(stateOf(QUEUED).name).to.equal("queued");
    expect(stateOf(7).name).to.equal("executed");
    expect(stateOf(8).name).to.equal("unknown");
  });

  it("is called by its first line, however long that is", () => {
    expect(titleOf("# Raise the bond\n\nBecause")).to.equal("Raise the bond");
    expect(titleOf("\nlater")).to.equal("Without a title");
    expect(titleOf("x".repeat(500))).to.have.length(120);
  });
});
