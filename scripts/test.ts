// Runs every check of the repository, names what failed, and ends with one line, `N passed, N failed`, over all of them.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { type Failure, formatFailure, readFailures } from "./failures.ts";
import { type Tally, addTallies, judgeCheck, judgeTestRun } from "./tally.ts";

interface SuiteRun {
  tally: Tally;
  failures: Failure[];
}

interface Suite {
  name: string;
  /** `check`: counts as one test, its exit code decides. `tests`: its reporter's summary is counted. */
  kind: "check" | "tests";
  command: string[];
}

/** In order: cheap checks first, and the build before whatever needs its artifacts and types. */
const SUITES: Suite[] = [
  { name: "format", kind: "check", command: ["npm", "run", "--silent", "format:check"] },
  { name: "wasm", kind: "check", command: ["npm", "run", "--silent", "build:wasm"] },
  { name: "build", kind: "check", command: ["npm", "run", "--silent", "build:contracts"] },
  { name: "typecheck", kind: "check", command: ["npm", "run", "--silent", "typecheck"] },
  { name: "lint", kind: "check", command: ["npm", "run", "--silent", "lint"] },
  { name: "unit", kind: "tests", command: ["mocha"] },
  { name: "solidity", kind: "tests", command: ["hardhat", "test", "solidity"] },
  { name: "integration", kind: "tests", command: ["hardhat", "test", "mocha"] },
];

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs a suite with its output shown as it comes, and judges it. */
async function runSuite({ name, kind, command }: Suite): Promise<SuiteRun> {
  console.log(`\n== ${name}: ${command.join(" ")}`);
  const child = spawn(command[0]!, command.slice(1), {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
    env: { ...process.env, CI: "true" },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    process.stdout.write(chunk);
    output += chunk;
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve(code ?? 1);
    });
  });
  const plain = stripVTControlCharacters(output);
  const tally = kind === "check" ? judgeCheck(exitCode) : judgeTestRun(plain, exitCode);
  const failures = kind === "check" ? [] : readFailures(plain);
  if (tally.failed > failures.length) {
    failures.push({ test: command.join(" "), error: [`ended with exit code ${exitCode}; its output is above`] });
  }
  return { tally, failures };
}

const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const names = values.only ?? SUITES.map((suite) => suite.name);
const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `--only=${unknown.join(", ")}: no such suite; there are ${SUITES.map((suite) => suite.name).join(", ")}`,
  );
  process.exit(2);
}

const failedSuites: string[] = [];
const failures: string[] = [];
let total: Tally = { passed: 0, failed: 0 };
for (const suite of SUITES.filter(({ name }) => names.includes(name))) {
  const startedAt = performance.now();
  const run = await runSuite(suite);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`-- ${suite.name}: ${run.tally.failed === 0 ? "ok" : "FAILED"} in ${seconds} s`);
  if (run.tally.failed > 0) failedSuites.push(suite.name);
  failures.push(...run.failures.map((failure) => formatFailure(suite.name, failure)));
  total = addTallies(total, run.tally);
}

if (failedSuites.length > 0) {
  console.log(`\n${failures.join("\n")}`);
  console.log(`\nFailed: ${failedSuites.join(", ")} (again: npm test -- --only=${failedSuites[0]!})`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
