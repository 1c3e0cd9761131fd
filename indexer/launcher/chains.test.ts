// How nodes are asked, by chain.
import { expect } from "chai";
import { endpoints } from "./chains.ts";

const URL = "http://127.0.0.1:8545";

describe("endpoints", () => {
  it("give the node of a local chain as often as makes 500 requests a second", () => {
    expect(endpoints(31_337, URL)).to.deep.equal(Array.from({ length: 25 }, () => URL));
  });

  it("leave Ponder's limit to nodes of other chains", () => {
    expect(endpoints(8_453, URL)).to.equal(URL);
  });
});
