// Subsquid, a program of its own in the folder of the peers, indexes the events once, from nothing.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import type { StopList } from "../stop-list.ts";
import { type EventChain, TOPICS } from "./event-chain.ts";
import type { Run } from "./ponder-run.ts";
import { contentsOf } from "./tables.ts";

const OWN_FOLDER = fileURLToPath(new URL("../peer", import.meta.url));
const LIMIT_MILLISECONDS = 300_000;

/** Copies the adapter into `folder`, and installs there what it needs, unless it is there. Throws what npm says if that is not to be had. */
export function preparePeer(folder: string, say: (text: string) => void): void {
  mkdirSync(join(folder, "lib"), { recursive: true });
  const requirements = join(folder, "package.json");
  const wanted = readFileSync(join(OWN_FOLDER, "package.json"), "utf8");
  const isInstalled =
    existsSync(join(folder, "node_modules", "@subsquid")) &&
    existsSync(requirements) &&
    readFileSync(requirements, "utf8") === wanted;
  copyFileSync(join(OWN_FOLDER, "subsquid.cjs"), join(folder, "subsquid.cjs"));
  copyFileSync(join(OWN_FOLDER, "model.cjs"), join(folder, "lib", "model.js"));
  if (isInstalled) return;
  say(`installing Subsquid into ${folder}`);
  copyFileSync(join(OWN_FOLDER, "package.json"), requirements);
  const { status, stderr, error } = spawnSync(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    { cwd: folder, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`npm installs no Subsquid: ${error?.message ?? stderr.trim()}`);
}

/** @returns seconds from the start of the process until the last event is committed */
export async function runSubsquid(
  rpcUrl: string,
  { contract, lastBlock }: EventChain,
  peers: string,
  folder: string,
  databaseUrl: string,
  stops: StopList,
): Promise<Run> {
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, "subsquid.log");
  const log = openSync(logFile, "a");
  const began = performance.now();
  const child = spawn(process.execPath, [join(resolve(peers), "subsquid.cjs")], {
    cwd: resolve(peers),
    env: {
      PATH: process.env["PATH"],
      BENCH_RPC_URL: rpcUrl,
      BENCH_CONTRACT: contract.toLowerCase(),
      BENCH_TOPICS: TOPICS.join(),
      DB_URL: databaseUrl,
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  stops.add(() => end(child));
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    while ((await committedBlock(database)) < lastBlock) {
      const isOver = performance.now() - began > LIMIT_MILLISECONDS;
      if (child.exitCode !== null || isOver) {
        throw new Error(
          `Subsquid ${isOver ? "is too slow" : "ended"}:\n${readFileSync(logFile, "utf8").slice(-2_000)}`,
        );
      }
      await sleep(100);
    }
  } finally {
    await database.end();
  }
  const seconds = (performance.now() - began) / 1_000;
  await end(child);
  return { seconds, contents: await contentsOf(databaseUrl, "public") };
}

async function committedBlock(database: Client): Promise<number> {
  try {
    const { rows } = await database.query<{ height: number }>("SELECT height FROM squid_processor.status");
    return rows[0]?.height ?? -1;
  } catch {
    return -1;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((gone) => {
    child.once("exit", gone);
    child.kill("SIGKILL");
  });
}
