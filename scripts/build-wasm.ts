// Compiles the AssemblyScript sources, `<workspace>/assembly/<name>.ts`, to `<workspace>/wasm/<name>.wasm`.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

/** Each entry is compiled to a module of its own; an entry whose source does not exist is skipped. */
const ENTRIES = ["protocol/assembly/sumtree.ts", "attribution-engine/assembly/dot.ts"];

const FLAGS = ["-O3", "--runtime", "stub", "--enable", "simd"];

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

for (const entry of ENTRIES.filter((path) => existsSync(join(root, path)))) {
  const output = entry.replace("/assembly/", "/wasm/").replace(/\.ts$/, ".wasm");
  mkdirSync(join(root, dirname(output)), { recursive: true });
  const { error, stdout, stderr } = await main([entry, "--outFile", output, "--baseDir", root, ...FLAGS]);
  process.stdout.write(stdout.toString());
  process.stderr.write(stderr.toString());
  if (error !== null) throw new Error(`${entry}: AssemblyScript compilation failed: ${error.message}`);
  console.log(`built ${output}`);
}
