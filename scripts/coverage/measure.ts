// Runs the tests under the two instruments: Hardhat's for lines over all tests, forge's for branches over the Solidity tests.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type ChildResult, root, runChild } from "../child.ts";
import { type FileCoverage, parseLcov } from "./lcov.ts";

/** Solidity tests of gas, told by their name. */
const GAS_TESTS = "test/solidity/**/*Gas.t.sol";

/** Tests of the artifacts themselves or of gas, not of what they do: instrumented code is other code, too long for a local chain, and needs more gas. */
const NOT_ON_INSTRUMENTED_CODE = [
  "test/abis.test.ts",
  "test/contract-size.test.ts",
  "test/deployment/**",
  "test/disputes/**",
  "test/faults/longest-answer.test.ts",
  "test/snapshots.test.ts",
  GAS_TESTS,
  "test/attacks/roles.test.ts",
  "test/trees.test.ts",
  "test/watcher/**",
];

export type Measured = { coverage: FileCoverage[]; result: ChildResult };

export async function measureLines(): Promise<Measured> {
  const lcovFile = join(root, "coverage/lcov.info");
  rmSync(lcovFile, { force: true });
  const tests = globSync("test/**/*.{test.ts,t.sol}", { cwd: root, exclude: NOT_ON_INSTRUMENTED_CODE }).sort();
  const result = await runChild("hardhat", ["--config", "hardhat.coverage.config.ts", "test", "--coverage", ...tests]);
  return { coverage: read(lcovFile, result), result };
}

export async function measureBranches(): Promise<Measured> {
  const lcovFile = join(root, "coverage/forge/lcov.info");
  mkdirSync(join(root, "coverage/forge"), { recursive: true });
  rmSync(lcovFile, { force: true });
  const args = ["coverage", "--no-match-path", GAS_TESTS, "--report", "lcov", "--report-file", lcovFile];
  let result = await runChild(forgeBinary(), args);
  // forge measures unoptimised code, which may need more stack slots than there are; its intermediate pipeline has no such limit.
  if (result.exitCode !== 0 && !existsSync(lcovFile) && /stack too deep/i.test(result.output)) {
    console.error("branches: too deep a stack for unoptimised code, again with --ir-minimum");
    result = await runChild(forgeBinary(), [...args, "--ir-minimum"]);
  }
  return { coverage: read(lcovFile, result), result };
}

function read(lcovFile: string, { output }: ChildResult): FileCoverage[] {
  try {
    return parseLcov(readFileSync(lcovFile, "utf8"));
  } catch (error) {
    console.error(output);
    throw new Error(`${lcovFile} could not be read after the run above`, { cause: error });
  }
}

function forgeBinary(): string {
  const name = `@foundry-rs/forge-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/forge`);
  } catch (error) {
    throw new Error(`${name} is not installed: branch coverage is measured where the lockfile has forge`, {
      cause: error,
    });
  }
}
