// The matrix of roles is complete: it says of every function who may call it.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../scripts/child.ts";

/** Calls of standards that tokens make to whoever receives them. */
const HOOKS = /^on(ERC721|ERC1155(Batch)?)Received$/;

describe("docs/roles.md", () => {
  it("names every function that changes something", () => {
    const roles = readFileSync(join(root, "docs/roles.md"), "utf8");
    const missing: string[] = [];
    for (const file of globSync("snapshots/*.json", { cwd: root })) {
      const { abi } = JSON.parse(readFileSync(join(root, file), "utf8")) as { abi: string[] };
      for (const entry of abi) {
        const name = /^function (\w+)\(/.exec(entry)?.[1];
        if (name === undefined || / (view|pure)\b/.test(entry) || HOOKS.test(name)) continue;
        // `claim…` stands for all functions that begin so.
        const families = [...roles.matchAll(/\b(\w+)…/g)].map((match) => match[1]!);
        const isNamed = new RegExp(String.raw`\b${name}\b`).test(roles) || families.some((f) => name.startsWith(f));
        if (!isNamed) missing.push(`${file}: ${name}`);
      }
    }
    expect(missing.join("\n")).to.equal("");
  });
});
