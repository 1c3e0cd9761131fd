// Every query of the dashboard fits the indexer's committed schema.
import { readFileSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { buildSchema, parse, validate } from "graphql";

const SOURCES = join(import.meta.dirname, "..");
const SCHEMA = buildSchema(readFileSync(new URL("../../../indexer/generated/schema.graphql", import.meta.url), "utf8"));
const OPERATION = /^\s*query\b/;

/** Exported queries by file and name. Files with components cannot be loaded here, so queries stand in files of their own. */
async function queries(): Promise<[name: string, text: string][]> {
  const found: [string, string][] = [];
  for await (const file of glob("**/*.ts{,x}", { cwd: SOURCES })) {
    if (!/\bgraphql\(\s*`/.test(await readFile(join(SOURCES, file), "utf8"))) continue;
    expect(file, `${file}: keep queries in a file without components`).to.match(/\.ts$/);
    const exported = (await import(join(SOURCES, file))) as Record<string, unknown>;
    for (const [name, text] of Object.entries(exported))
      if (typeof text === "string" && OPERATION.test(text)) found.push([`${file} ${name}`, text]);
  }
  return found;
}

describe("queries of the index", () => {
  it("ask for fields that there are, with arguments of the right types", async () => {
    const all = await queries();
    expect(all).to.not.be.empty;
    const problems = all.flatMap(([name, text]) =>
      validate(SCHEMA, parse(text)).map(({ message }) => `${name}: ${message}`),
    );
    expect(problems).to.deep.equal([]);
  });
});
