// Errors end a sentence once.
import { expect } from "chai";
import { phrase } from "./phrase.ts";

describe("phrases out of errors", () => {
  it("have no full stop of their own, and nothing of what a library adds", () => {
    expect(phrase("the indexer answered 503")).to.equal("the indexer answered 503");
    expect(phrase("Nothing was found.")).to.equal("Nothing was found");
    expect(phrase("HTTP request failed.\n\nURL: http://127.0.0.1:1\nVersion: viem@2")).to.equal("HTTP request failed");
    expect(phrase("epoch 3.5 is none. Ids are whole numbers.. ")).to.equal("epoch 3.5 is none. Ids are whole numbers");
    expect(phrase("")).to.equal("");
  });
});
