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

  it("say of what a browser could not fetch what is away and what to do, whichever browser it is", () => {
    for (const message of [
      "Failed to fetch dynamically imported module: http://127.0.0.1:4000/assets/check-receipt-x.js",
      "error loading dynamically imported module: http://127.0.0.1:4000/assets/check-receipt-x.js",
      "Importing a module script failed.",
    ])
      expect(phrase(message)).to.match(/could not be loaded from the dashboard’s server: .* load the page again/);
    for (const message of ["Failed to fetch", "NetworkError when attempting to fetch resource.", "Load failed"])
      expect(phrase(message)).to.match(/cannot be reached: see that it runs, and try again/);
    expect(phrase("the indexer at http://127.0.0.1:1 cannot be reached")).to.match(/^the indexer at/);
  });
});
