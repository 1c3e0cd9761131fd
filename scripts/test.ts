// Runs every check of the repository, names what failed, and ends with one line, `N passed, N failed`, over all of them.
import { spawn } from "node:child_process";
import { setPriority } from "node:os";
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
  /** Has a core whenever it wants one, before all others: what it starts has to be in time. */
  isUrgent?: true;
}

/** Runs of the main job, whose local chain has windows of seconds. */
const MAIN_JOB = ["cli/src/start/main-job.test.ts", "cli/src/start/until-ctrl-c.test.ts"];
const MAIN_JOB_TESTS = ["mocha", "--no-config", "--extension", "ts", "--reporter", "./scripts/mocha-reporter.ts"];

/**
 * Steps one after the other, each with lanes that run at the same time: the suites of a lane in its order. What needs the contracts' artifacts and types
 * comes after the build, and must not build them itself while others read them. No lane of the second step keeps two cores busy; together they do.
 */
const STEPS: Suite[][][] = [
  [
    [{ name: "build", kind: "check", command: ["npm", "run", "--silent", "build:contracts"] }],
    [
      { name: "format", kind: "check", command: ["npm", "run", "--silent", "format:check"] },
      { name: "wasm", kind: "check", command: ["npm", "run", "--silent", "build:wasm"] },
    ],
  ],
  [
    [
      { name: "main-job", kind: "tests", command: [...MAIN_JOB_TESTS, ...MAIN_JOB], isUrgent: true },
      { name: "e2e", kind: "tests", command: ["npm", "run", "--silent", "test:e2e"], isUrgent: true },
    ],
    [{ name: "unit", kind: "tests", command: ["mocha", ...MAIN_JOB.flatMap((file) => ["--ignore", file])] }],
    [
      { name: "integration", kind: "tests", command: ["hardhat", "test", "mocha"] },
      { name: "solidity", kind: "tests", command: ["hardhat", "test", "solidity"] },
      { name: "typecheck", kind: "check", command: ["npm", "run", "--silent", "typecheck"] },
      { name: "lint", kind: "check", command: ["npm", "run", "--silent", "lint"] },
    ],
  ],
];
const SUITES = STEPS.flat(2);
/** Suites that build the contracts first, unless they are built. */
const BUILDING = ["integration", "solidity"];
/** Niceness of what is not urgent. */
const PATIENT = 10;

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs a suite and judges it; its output is shown as it comes, or, where another suite's comes at the same time, at its end. */
async function runSuite({ name, kind, command, isUrgent }: Suite, isShown: boolean): Promise<SuiteRun> {
  const startedAt = performance.now();
  let shown = "";
  const show = (text: string): void => {
    if (isShown) process.stdout.write(text);
    else shown += text;
  };
  show(`\n== ${name}: ${command.join(" ")}\n`);
  const child = spawn(command[0]!, command.slice(1), {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
    // Hundreds of processes of the same few commands: each reads what the first has compiled.
    env: { ...process.env, CI: "true", NODE_COMPILE_CACHE: join(root, "node_modules/.cache/node-compile") },
  });
  if (isUrgent !== true && child.pid !== undefined) setPriority(child.pid, PATIENT);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    show(chunk);
    output += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", show);
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
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${shown}-- ${name}: ${tally.failed === 0 ? "ok" : "FAILED"} in ${seconds} s\n`);
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

const runs = new Map<string, SuiteRun>();
for (const step of STEPS) {
  const isBuilt = runs.get("build")?.tally.failed === 0;
  const lanes = step.map((lane) => lane.filter(({ name }) => names.includes(name))).filter((lane) => lane.length > 0);
  const builds = !isBuilt && lanes.flat().some(({ name }) => BUILDING.includes(name));
  if (lanes.length > 1 && !builds) {
    const together = lanes.flat().map(({ name }) => name);
    console.log(`\n.. at the same time: ${together.join(", ")}`);
  }
  await Promise.all(
    (builds ? [lanes.flat()] : lanes).map(async (lane, nth) => {
      for (const suite of lane) {
        const command = isBuilt && BUILDING.includes(suite.name) ? [...suite.command, "--no-compile"] : suite.command;
        runs.set(suite.name, await runSuite({ ...suite, command }, nth === 0));
      }
    }),
  );
}

const failed = SUITES.flatMap(({ name }) => ((runs.get(name)?.tally.failed ?? 0) > 0 ? [name] : []));
if (failed.length > 0) {
  const lines = failed.flatMap((name) => runs.get(name)!.failures.map((failure) => formatFailure(name, failure)));
  console.log(`\n${lines.join("\n")}`);
  console.log(`\nFailed: ${failed.join(", ")} (again: npm test -- --only=${failed[0]!})`);
}
const total = [...runs.values()].map(({ tally }) => tally).reduce(addTallies, { passed: 0, failed: 0 });
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
