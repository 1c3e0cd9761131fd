// Metadata cannot make a link that runs anything.
import { expect } from "chai";
import { safeLink } from "./link.ts";

describe("links out of metadata", () => {
  it("lead to http, https and ipfs", () => {
    expect(safeLink("https://example.org/a b")).to.equal("https://example.org/a%20b");
    expect(safeLink("ipfs://bafybeigdyrzt5s")).to.equal("ipfs://bafybeigdyrzt5s");
  });

  for (const uri of [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://example.org/1",
    "file:///etc/passwd",
    "/relative",
    "//hostile.example/x",
    "\\\\hostile.example/x",
    "/\\hostile.example/x",
    "",
    '"><img src=x onerror=alert(1)>',
  ])
    it(`do not lead to ${JSON.stringify(uri)}`, () => {
      expect(safeLink(uri)).to.equal(undefined);
    });
});
