// Reads the trees, the tests and the build that are compared.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readBuild } from "../build-info.ts";
import { root } from "../child.ts";
import { checkTrees, type TreeReport } from "./check.ts";
import { surfaceOf } from "./surface.ts";

export function treeReport(): TreeReport {
  const paths = globSync(["test/solidity/**/*.{tree,sol}", "test/**/*.test.ts"], { cwd: root }).sort();
  const files = new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
  return checkTrees(surfaceOf(readBuild()), files);
}
