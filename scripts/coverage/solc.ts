#!/usr/bin/env node
// Answers forge as the native compiler would, with the compiler in node_modules: `--version`, and standard JSON from stdin to stdout.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

type Compiler = { version(): string; compile(input: string): string };

const compiler = createRequire(import.meta.url)("solc") as Compiler;

if (process.argv.includes("--version")) {
  // forge reads the version from the second line, in the form of the native compiler's.
  console.log("solc, the solidity compiler commandline interface");
  console.log(`Version: ${compiler.version()}`);
} else {
  process.stdout.write(compiler.compile(readFileSync(0, "utf8")));
}
