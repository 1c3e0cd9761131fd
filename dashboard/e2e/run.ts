// Runs the end-to-end tests in Chromium against the main job: one that is up (TRIBUTARY_DASHBOARD names its dashboard), or a small one of its own, which it kills
// at the end, and none of whose processes may be left.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { descendants, untilGone } from "../../deploy/testing/processes.ts";
import { CHROMIUM, hasChromium } from "./browser.ts";
import { SCREENSHOTS } from "./screenshots.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(ROOT, "cli/src/main.ts");
const MOCHA = join(ROOT, "node_modules/mocha/bin/mocha.js");
const TESTS = readdirSync(join(ROOT, "dashboard/e2e"))
  .filter((name) => name.endsWith(".e2e.ts"))
  .map((name) => join("dashboard/e2e", name));
/** Enough to have an epoch, with a lie that is proven; its checks of size and quality fail, which is not what is looked at here. */
const SMALL = ["--records", "1000", "--calls", "8", "--leave-out", "2", "--dishonest=balance", "--seed", "7"];
const FREE_PORTS = ["--rpc-port", "--graphql-port", "--gateway-port", "--dashboard-port"].flatMap((port) => [
  port,
  "0",
]);

interface Job {
  readonly dashboard: string;
  /** Kills the job with everything up; throws an Error that names its processes that are left after a minute. */
  kill(): Promise<void>;
}

/** Starts a main job, and waits until it prints the dashboard's address. */
async function startJob(folder: string): Promise<Job> {
  process.stderr.write("starting a small main job (a minute or two)\n");
  const child = spawn(process.execPath, [MAIN, "start", "--work-dir", folder, ...SMALL, ...FREE_PORTS], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = exitOf(child);
  let [output, errors] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
    process.stderr.write(chunk);
  });
  const dashboard = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      const address = /^Dashboard: (\S+) /m.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    void exited.then((code) => {
      reject(new Error(`the main job ended with ${code}\n${errors}\n${output}`));
    });
  });
  const kill = async (): Promise<void> => {
    // While it stands still it starts nothing that would be missed.
    child.kill("SIGSTOP");
    const family = descendants(child.pid!);
    child.kill("SIGKILL");
    await exited;
    await untilGone(family);
  };
  return { dashboard, kill };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("close", resolve));
}

/**
 * The tests, in a process of their own; prints their figures as one JSON object where they are wanted, else mocha's report.
 * @returns the exit code
 */
async function runTests(environment: Record<string, string>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "tributary-e2e-report-"));
  const report = join(folder, "report.json");
  const reporter = isJson
    ? ["--reporter", "json", "--reporter-option", `output=${report}`]
    : ["--reporter", "./scripts/mocha-reporter.ts"];
  const child = spawn(process.execPath, [MOCHA, "--no-config", "--extension", "ts", ...reporter, ...TESTS], {
    cwd: ROOT,
    stdio: isJson ? ["ignore", "ignore", "inherit"] : "inherit",
    env: { ...process.env, ...environment },
  });
  try {
    const code = (await exitOf(child)) ?? 1;
    if (isJson) printFigures(JSON.parse(readFileSync(report, "utf8")) as Report);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What mocha's reporter `json` writes, as far as it is read here. */
interface Report {
  stats: { passes: number; failures: number; pending: number };
  failures: { fullTitle: string; err: { stack?: string; message?: string } }[];
}

/** What failed and why goes to standard error. */
function printFigures({ stats: { passes, failures, pending }, failures: failed }: Report): void {
  for (const { fullTitle, err } of failed) process.stderr.write(`\n${fullTitle}\n${err.stack ?? err.message ?? ""}\n`);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const figures = { passed: passes, failed: failures, skipped: pending, seconds, screenshots: SCREENSHOTS };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

const USAGE = `usage: npm run test:e2e -- [options]

  --json   print one JSON object: passed, failed, skipped, seconds (the main job included), screenshots (their folder)
  --help

TRIBUTARY_DASHBOARD names a dashboard that is up, instead of a main job of its own, and TRIBUTARY_BUNDLES the folder of its bundles; CHROMIUM names the browser (/usr/bin/chromium).
`;
const EXIT_USAGE = 2;

const startedAt = performance.now();
const { isJson, isHelp } = readOptions();

function readOptions(): { isJson: boolean; isHelp: boolean } {
  try {
    const options = { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } } as const;
    const { values } = parseArgs({ options });
    return { isJson: values.json, isHelp: values.help };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(EXIT_USAGE);
  }
}

const given = process.env["TRIBUTARY_DASHBOARD"];
if (isHelp) process.stdout.write(USAGE);
else if (!hasChromium()) {
  process.stderr.write(
    `The end-to-end tests skip themselves: there is no ${CHROMIUM}. Install Debian's chromium, or name another by CHROMIUM.\n`,
  );
  process.exitCode = await runTests({});
} else {
  // Pictures are of this run.
  rmSync(SCREENSHOTS, { recursive: true, force: true });
  if (given !== undefined) process.exitCode = await runTests({});
  else {
    const folder = mkdtempSync(join(tmpdir(), "tributary-e2e-"));
    let job: Job | undefined;
    try {
      job = await startJob(folder);
      process.exitCode = await runTests({
        TRIBUTARY_DASHBOARD: job.dashboard,
        TRIBUTARY_BUNDLES: join(folder, "start/engine/bundles"),
      });
    } finally {
      await job?.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
