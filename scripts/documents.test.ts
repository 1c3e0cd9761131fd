// Texts that nothing compiles: no merge's marks, no figure left open, no link to a file that is not there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const namesOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const DOCUMENTS = [...namesOf("."), ...namesOf("docs")];

describe("documents", () => {
  for (const name of DOCUMENTS) {
    const text = readFileSync(join(ROOT, name), "utf8");

    it(`${name} is merged and filled in`, () => {
      expect(text.match(/^(<{7} |={7}$|>{7} ).*/gm) ?? []).to.deep.equal([]);
      expect(text.match(/@@[A-Z]+@@/g) ?? []).to.deep.equal([]);
    });

    it(`${name} shows files as they are`, () => {
      const shown = [...text.matchAll(/<!-- file: (\S+) -->\n\n```\w+\n([\s\S]*?)```\n/g)];
      expect(shown.length).to.equal(text.split("<!-- file: ").length - 1);
      for (const [, file, content] of shown) expect(content, file).to.equal(readFileSync(join(ROOT, file!), "utf8"));
    });

    it(`${name} links to files that are there`, () => {
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) => link!);
      expect(links.filter((link) => !existsSync(join(ROOT, dirname(name), link)))).to.deep.equal([]);
    });
  }
});
