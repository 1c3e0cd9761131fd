// The main job, as a user starts it: bad surroundings are refused, a killed run leaves nothing behind, and the next one ends with every check held.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { claimPort } from "../ports.ts";
import { isListening, until } from "../testing/waiting.ts";
import type { Summary } from "./report.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const RUN_MILLISECONDS = 15 * 60_000;
const GONE_MILLISECONDS = 20_000;

const SUMMARY_KEYS = [
  ...["ok", "seconds", "records", "calls", "fees", "paid", "unpaid", "perplexity", "bigramPerplexity"],
  ...["speakerShare", "chanceShare", "bm25Share", "gradDotShare", "leaveOutCorrelation"],
];

interface Run {
  child: ChildProcess;
  output: () => string;
  errors: () => string;
  exited: Promise<number | null>;
}

function start(args: readonly string[]): Run {
  const child = spawn(process.execPath, [MAIN, "start", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, output: () => output, errors: () => errors, exited };
}

interface Process {
  id: number;
  parent: number;
  line: string;
}

/** All processes with their parents and command lines. */
function processes(): Process[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((id) => Number.isInteger(id))
    .flatMap((id) => {
      try {
        const stat = readFileSync(`/proc/${id}/stat`, "latin1");
        const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return [
          { id, parent: Number(parent), line: readFileSync(`/proc/${id}/cmdline`, "latin1").replaceAll("\0", " ") },
        ];
      } catch {
        return [];
      }
    });
}

/** The children of a process, theirs, and so on: servers, stages and their workers. */
function descendants(id: number): Process[] {
  const all = processes();
  const found: Process[] = [];
  for (let generation = [id]; generation.length > 0;) {
    const next = all.filter(({ parent }) => generation.includes(parent));
    found.push(...next);
    generation = next.map((process) => process.id);
  }
  return found;
}

/** Those of `family` that are still there under the same command line. */
function survivors(family: readonly Process[]): string[] {
  const now = new Map(processes().map(({ id, line }) => [id, line]));
  return family.filter(({ id, line }) => line !== "" && now.get(id) === line).map(({ id, line }) => `${id} ${line}`);
}

describe("the main job", function () {
  this.timeout(RUN_MILLISECONDS);
  let folder: string;
  let ports: { rpc: number; graphql: number };
  let args: string[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-main-job-"));
    ports = { rpc: await claimPort(0, "a test", ""), graphql: await claimPort(0, "a test", "") };
    args = [
      "--once",
      "--json",
      "--work-dir",
      folder,
      "--rpc-port",
      String(ports.rpc),
      "--graphql-port",
      String(ports.graphql),
    ];
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses a port in use, with exit code 2, naming the port and the option", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(ports.rpc, "127.0.0.1", resolve));
    const run = start(args);
    const code = await run.exited;
    await new Promise((resolve) => server.close(resolve));
    expect(code).to.equal(2);
    expect(run.errors()).to.include(`port ${ports.rpc}`).and.to.include("--rpc-port");
    expect(run.errors()).not.to.include("    at ");
  });

  it("refuses options out of range", async () => {
    const run = start(["--calls", "0"]);
    expect(await run.exited).not.to.equal(0);
    expect(run.errors()).to.include("--calls");
  });

  // Lines of the progress after which the run is killed: while it trains, with all servers up, and with a proposal on the chain.
  for (const stage of ["deploy the protocol", "sketch every record", "propose epoch"]) {
    it(`leaves no process behind when it is killed after “${stage}”`, async () => {
      const run = start(args);
      await until(
        () => run.errors().includes(`✓ ${stage}`) || run.child.exitCode !== null,
        RUN_MILLISECONDS,
        () => `${stage}\n${run.errors()}`,
      );
      expect(run.child.exitCode, run.errors()).to.equal(null);
      const family = descendants(run.child.pid!);
      expect(family.length).to.be.greaterThan(0);
      run.child.kill("SIGKILL");
      await run.exited;
      await until(
        async () =>
          survivors(family).length === 0 && !(await isListening(ports.rpc)) && !(await isListening(ports.graphql)),
        GONE_MILLISECONDS,
        () => `chain, indexer, engine and workers end:\n${survivors(family).join("\n")}`,
      );
    });
  }

  // A part that is killed, the step after which it is, and what the job says of it.
  for (const [part, command, stage, message] of [
    ["the chain", "anvil-linux-amd64/bin/anvil", "deploy the protocol", "the local chain ended"],
    ["a stage of the engine", "main.ts train", "deploy the protocol", "the engine's stage train failed"],
    ["the indexer", "ponder.js", "start the indexer", "the indexer ended"],
  ] as const) {
    it(`says so when ${part} is killed, and ends with everything else`, async () => {
      const run = start(args);
      await until(
        () => run.errors().includes(`✓ ${stage}`),
        RUN_MILLISECONDS,
        () => run.errors(),
      );
      const family = descendants(run.child.pid!);
      const victim = family.find(({ line }) => line.includes(command) && !line.includes("process-guard"));
      process.kill(victim!.id, "SIGKILL");
      expect(await run.exited).to.equal(1);
      expect(run.errors()).to.include(message).and.not.to.include("    at ");
      await until(
        () => survivors(family).length === 0,
        GONE_MILLISECONDS,
        () => survivors(family).join("\n"),
      );
    });
  }

  it("runs to its end in the folder of the killed runs, with every check held", async () => {
    const run = start(args);
    const code = await run.exited;
    const lastLine = run.output().trimEnd().split("\n").at(-1) ?? "";
    expect(code, `${run.errors()}\n${run.output()}`).to.equal(0);
    const summary = JSON.parse(lastLine) as Summary;
    expect(summary.ok).to.equal(true);
    expect(summary.records).to.be.at.least(5_000);
    expect(summary.calls).to.be.at.least(300);
    expect(Object.keys(summary)).to.deep.equal(SUMMARY_KEYS);
    expect(BigInt(summary.fees)).to.equal(BigInt(summary.paid) + BigInt(summary.unpaid));
    expect(summary.unpaid).to.equal("0");
    expect(summary.leaveOutCorrelation).to.be.above(0);
    expect(summary.perplexity).to.be.below(summary.bigramPerplexity);
    expect(summary.speakerShare).to.be.at.least(2 * summary.chanceShare);
    expect(summary.speakerShare).to.be.above(summary.gradDotShare);
    expect(await isListening(ports.rpc)).to.equal(false);
    expect(await isListening(ports.graphql)).to.equal(false);
  });
});
