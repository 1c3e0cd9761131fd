/** What a kept outcome depends on besides its task: the code that made it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What files name: modules, and files beside them that they read. Types decide no outcome. */
const TYPES_ONLY = /^(?:import|export) type [^;]*;$/gms;
const NAMED = [/\bfrom\s+"([^"]+)"/g, /\bimport\(?\s*"([^"]+)"/g, /new URL\(\s*"([^"]+)",\s*import\.meta\.url\s*\)/g];

/**
 * SHA-256, in hex, of a module's source and of every file of this project that it imports or reads by a fixed name, directly or not; of
 * packages of others the name and version.
 * @throws Error that names the file which is missing
 */
export function sourcesDigest(entry: URL): string {
  const hash = createHash("sha256");
  const files = new Set([fileURLToPath(entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(createHash("sha256").update(content).digest());
    if (!/\.[jt]s$/.test(file)) continue;
    const { resolve } = createRequire(file);
    const source = content.toString("utf8").replace(TYPES_ONLY, "");
    for (const [, name] of NAMED.flatMap((pattern) => [...source.matchAll(pattern)]))
      if (name!.startsWith(".")) {
        const url = new URL(name!, pathToFileURL(file));
        // A name that ends in a slash or points to a folder is none of a file.
        if (/\.\w+$/.test(url.pathname)) files.add(fileURLToPath(url));
      } else if (name!.startsWith("@tributary/")) files.add(resolve(name!));
      else if (!name!.startsWith("node:")) packages.add(name!);
  }
  for (const name of [...packages].sort()) hash.update(`${name} ${versionOf(name)}\n`);
  return hash.digest("hex");
}

function versionOf(name: string): string {
  const folder = name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
  const path = new URL(`../../../node_modules/${folder}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
