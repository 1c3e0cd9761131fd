// A copy of the indexer with one column more: the build that follows this one.
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const LEFT_OUT = ["node_modules", "bench", "test", ".ponder"];

/** The column that only the copy has: how long a datanet's URI is. @returns the copy's folder */
export async function makeNextBuild(folder: string): Promise<string> {
  const [from, to] = [join(REPOSITORY, "indexer"), join(folder, "indexer")];
  await cp(from, to, { recursive: true, filter: (path) => !LEFT_OUT.includes(relative(from, path)) });
  await cp(join(REPOSITORY, "tsconfig.base.json"), join(folder, "tsconfig.base.json"));
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  await symlink(join(from, "node_modules"), join(to, "node_modules"));
  await change(join(to, "schema", "datanets.ts"), "uri: t.text().notNull(),", "uriLength: t.integer().notNull(),");
  await change(join(to, "src", "datanet-registry.ts"), "uri: plain(uri),", "uriLength: uri.length,");
  return to;
}

/** Adds a line after the first one that contains `line`. */
async function change(file: string, line: string, more: string): Promise<void> {
  const text = await readFile(file, "utf8");
  if (!text.includes(line)) throw new Error(`${file} has no line ${line}`);
  await writeFile(file, text.replace(line, `${line}\n${more}`));
}
