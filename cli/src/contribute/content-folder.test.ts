// Kept texts after a reorganisation that gave two contributions each other's numbers.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashesFile, textFile } from "@tributary/protocol/content-folder";
import { expect } from "chai";
import type { Hex } from "viem";
import { contentRoot, recordHash } from "./content.ts";
import { ContentFolder } from "./content-folder.ts";
import type { Entry } from "./journal.ts";

describe("the folder of contents", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tributary-contents-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("loses no text of a contribution whose number another one has after a reorganisation", async () => {
    const contents = new ContentFolder(folder);
    const entry = (text: string, salt: Hex) => ({ salt, root: contentRoot([recordHash(text)]) }) as Entry;
    const [one, other] = [entry("of one datanet", "0xaa"), entry("of another", "0xbb")];
    const saltOf = (root: Hex) => [one, other].find((each) => each.root.hash === root)?.salt;
    await contents.keep(one.salt, ["of one datanet"]);
    contents.made(one, 1n, saltOf);
    await contents.keep(other.salt, ["of another"]);
    contents.made(other, 2n, saltOf);

    // The run for the first datanet comes first, and only that knows its entries.
    contents.lost(one, 1n);
    contents.made(one, 2n, saltOf);
    expect(readFileSync(textFile(folder, 2n, 0), "utf8")).to.equal("of one datanet");
    expect(readdirSync(join(folder, "pending"))).to.deep.equal([other.salt]);
    contents.lost(other, 2n);
    contents.made(other, 1n, saltOf);
    expect(readFileSync(textFile(folder, 1n, 0), "utf8")).to.equal("of another");
    expect(readFileSync(textFile(folder, 2n, 0), "utf8")).to.equal("of one datanet");
    expect([1n, 2n].every((contribution) => existsSync(hashesFile(folder, contribution)))).to.equal(true);
    expect(readdirSync(join(folder, "pending"))).to.deep.equal([]);
  });
});
