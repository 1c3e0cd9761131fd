// Runs ESLint over the workspaces a few at a time: the types of all of them together do not fit into the memory that Node gives a process.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const APART = [["cli", "deploy", "gateway"], ["indexer"], ["dashboard"]];
const rest = [...APART.flat().flatMap((folder) => ["--ignore-pattern", folder]), "."];

for (const paths of [rest, ...APART]) {
  const args = [join(ROOT, "node_modules/eslint/bin/eslint.js"), "--max-warnings", "0", ...paths];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
