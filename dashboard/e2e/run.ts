// Runs the end-to-end tests in Chromium against the main job: one that is up (TRIBUTARY_DASHBOARD names its dashboard), or a small one of its own, which it ends.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CHROMIUM, hasChromium } from "./browser.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(ROOT, "cli/src/main.ts");
const MOCHA = join(ROOT, "node_modules/mocha/bin/mocha.js");
const TESTS = readdirSync(join(ROOT, "dashboard/e2e"))
  .filter((name) => name.endsWith(".e2e.ts"))
  .map((name) => join("dashboard/e2e", name));
/** Enough to have an epoch; its checks of size and quality fail, which is not what is looked at here. */
const SMALL = ["--records", "1000", "--calls", "8", "--leave-out", "2"];
const FREE_PORTS = ["--rpc-port", "--graphql-port", "--gateway-port", "--dashboard-port"].flatMap((port) => [
  port,
  "0",
]);

interface Job {
  readonly dashboard: string;
  stop(): Promise<void>;
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
  const stop = async (): Promise<void> => {
    child.kill("SIGINT");
    await exited;
  };
  return { dashboard, stop };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("close", resolve));
}

/** The tests, in a process of their own. */
async function runTests(environment: Record<string, string>): Promise<number> {
  const args = ["--no-config", "--extension", "ts", "--reporter", "./scripts/mocha-reporter.ts", ...TESTS];
  const child = spawn(process.execPath, [MOCHA, ...args], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  return (await exitOf(child)) ?? 1;
}

const given = process.env["TRIBUTARY_DASHBOARD"];
if (given !== undefined) process.exitCode = await runTests({});
else if (!hasChromium()) {
  process.stderr.write(
    `The end-to-end tests skip themselves: there is no ${CHROMIUM}. Install Debian's chromium, or name another by CHROMIUM.\n`,
  );
  process.exitCode = await runTests({});
} else {
  const folder = mkdtempSync(join(tmpdir(), "tributary-e2e-"));
  let job: Job | undefined;
  try {
    job = await startJob(folder);
    process.exitCode = await runTests({ TRIBUTARY_DASHBOARD: job.dashboard });
  } finally {
    await job?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
