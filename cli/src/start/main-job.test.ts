// The main job, as a user starts it: bad surroundings are refused, a killed run leaves nothing behind, and the next one, with a dishonest proposer that tries every
// fault, ends with every check held.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FAULTS } from "@tributary/protocol/proofs/faults";
import { expect } from "chai";
import { descendants, portsOf, type Process, untilGone } from "../../../deploy/testing/processes.ts";
import { findPublished } from "../testing/published-texts.ts";
import { isListening, until } from "../../../deploy/testing/waiting.ts";
import { roleAccount } from "./accounts.ts";
import type { Summary } from "./report.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const RUN_MILLISECONDS = 15 * 60_000;
/** A run that is as short as the options allow; its checks of quality fail. */
const SMALL = ["--records", "1000", "--calls", "8", "--leave-out", "2"];

/** `MAIN_JOB_RUNS=all` also runs what takes a run of its own, a minute or two. */
const RUNS_ALL = process.env["MAIN_JOB_RUNS"] === "all";

const SUMMARY_KEYS = [
  ...["ok", "seconds", "records", "calls", "fees", "paid", "unpaid", "perplexity", "bigramPerplexity"],
  ...["speakerShare", "chanceShare", "bm25Share", "gradDotShare", "leaveOutCorrelation", "dishonest"],
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

function isThere(family: readonly Process[], command: string): boolean {
  return family.some(({ line }) => line.includes(command));
}

describe("the main job", function () {
  this.timeout(RUN_MILLISECONDS);
  let folder: string;
  let args: string[];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-main-job-"));
    args = ["--once", "--json", "--work-dir", folder, "--rpc-port", "0", "--graphql-port", "0", "--gateway-port", "0"];
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Waits until the run has gone so far as `isReached` says of its steps and processes; gives its processes then. */
  async function runUntil(
    run: Run,
    isReached: (isDone: (step: string) => boolean, family: readonly Process[]) => boolean,
  ): Promise<Process[]> {
    const isDone = (step: string): boolean => run.errors().includes(`✓ ${step}`);
    let family: Process[] = [];
    await until(
      () => {
        if (run.child.exitCode !== null) throw new Error(`the run ended with ${run.child.exitCode}:\n${run.errors()}`);
        family = descendants(run.child.pid!);
        return isReached(isDone, family);
      },
      RUN_MILLISECONDS,
      run.errors,
    );
    return family;
  }

  it("refuses a port in use, with exit code 2, naming the port and the option", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const run = start([...args, "--rpc-port", String(port)]);
    const code = await run.exited;
    await new Promise((resolve) => server.close(resolve));
    expect(code).to.equal(2);
    expect(run.errors()).to.include(`port ${port}`).and.to.include("--rpc-port");
    expect(run.errors()).not.to.include("    at ");
  });

  it("refuses options out of range", async () => {
    const run = start(["--calls", "0"]);
    expect(await run.exited).not.to.equal(0);
    expect(run.errors()).to.include("--calls");
  });

  it("refuses to go without a watcher where there is nothing to be found", async () => {
    const run = start([...args, "--no-watcher"]);
    expect(await run.exited).to.equal(2);
    expect(run.errors()).to.include("--no-watcher is for --dishonest");
  });

  // Early instants at which the run is killed; a late one, with everything up, is the end of the end-to-end tests (dashboard/e2e/run.ts).
  for (const [instant, isReached] of [
    [
      "while it trains, with the protocol deployed",
      (isDone, family) => isDone("deploy the protocol") && isThere(family, "main.ts train"),
    ],
    [
      "while workers sketch, with all servers up",
      (isDone, family) => isDone("start the indexer") && isThere(family, "gradient-worker"),
    ],
  ] as const satisfies [string, Parameters<typeof runUntil>[1]][]) {
    it(`leaves no process behind when it is killed ${instant}`, async () => {
      const run = start(args);
      await runUntil(run, isReached);
      // While it stands still it starts nothing that would be missed.
      run.child.kill("SIGSTOP");
      const family = descendants(run.child.pid!);
      run.child.kill("SIGKILL");
      await run.exited;
      expect(portsOf(family)).not.to.deep.equal([]);
      await untilGone(family);
    });
  }

  const SERVING = "start the model's server and the gateway";
  // A part that is killed, the step after which it is, and what the job says of it. The last two take most of a run.
  for (const [part, command, step, message] of [
    ["the chain", "anvil-linux-amd64/bin/anvil", "deploy the protocol", "the local chain ended"],
    ["a stage of the engine", "main.ts train", "deploy the protocol", "the engine's stage train failed"],
    ["the indexer", "ponder.js", "start the indexer", "the indexer ended"],
    ...(RUNS_ALL
      ? ([
          ["the model's server", "main.ts serve-model", SERVING, "the model's server ended"],
          ["the gateway", "gateway/src/main.ts serve", SERVING, "the gateway ended"],
        ] as const)
      : []),
  ] as const) {
    it(`says so when ${part} is killed, and ends with everything else`, async () => {
      const run = start(args);
      const family = await runUntil(run, (isDone, now) => isDone(step) && isThere(now, command));
      const victim = family.find(({ line }) => line.includes(command) && !line.includes("process-guard"));
      process.kill(victim!.id, "SIGKILL");
      expect(await run.exited).to.equal(1);
      expect(run.errors()).to.include(message).and.not.to.include("    at ");
      await untilGone(family);
    });
  }

  if (RUNS_ALL)
    it("ends with 1 and names the lie that is final where nobody watched", async () => {
      const run = start([...args, ...SMALL, "--dishonest=influence", "--seed", "7", "--no-watcher"]);
      expect(await run.exited, run.errors()).to.equal(1);
      expect(run.errors()).to.match(
        /nobody watched: proposal 0 of epoch \d+ is final instead of the honest one, with its influence fault \(.*move [1-9]\d* base units to/,
      );
      expect(run.output()).to.not.include('"ok"');
    });

  it("runs to its end in the folder of the killed runs, with every fault of a dishonest proposer ended and every check held", async () => {
    const run = start([...args, "--dishonest=all", "--seed", "7"]);
    const ports = portsOf(await runUntil(run, (isDone) => isDone("start the indexer")));
    expect(ports).to.have.lengthOf.at.least(2);
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
    expectEnded(summary.dishonest, run.output());
    for (const port of ports) expect(await isListening(port), String(port)).to.equal(false);
    expectByCommand(join(folder, "start", "logs"));
    expectNoTexts(join(folder, "start"), summary.calls);
  });
});

/** No bundle of receipts, sketches, indexes or traces, the wrong results' among them, has a call's prompt, answer or salt. */
function expectNoTexts(run: string, calls: number): void {
  const answers = join(run, "answers");
  const secrets = readdirSync(answers).flatMap((name) => {
    const { prompt, answer, salt } = JSON.parse(readFileSync(join(answers, name), "utf8")) as Record<string, string>;
    return [prompt!, answer!, salt!];
  });
  // What the payers keep has all of them.
  const kept = findPublished(answers, secrets);
  expect(kept.lookedFor).to.be.above(2 * calls);
  expect(kept.found.length).to.be.at.least(kept.lookedFor);
  for (const published of [join("engine", "bundles"), "lies"]) {
    const files = readdirSync(join(run, published), { recursive: true }).join();
    for (const table of ["receipts", "sketches", "trace"]) expect(files).to.contain(`${table}.parquet`);
    expect(findPublished(join(run, published), secrets).found).to.deep.equal([]);
  }
}

/** What has a name in the tributary command was run under it, as the logs say. */
function expectByCommand(logs: string): void {
  const files = readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8"));
  const run = files.flatMap((log) => [...log.matchAll(/^> (.*)$/gm)].map(([, command]) => command!));
  for (const name of ["deploy", "index commit", "attribute", "propose", "watch", "claim", "explain", "audit"])
    expect(
      run.filter((command) => command.startsWith(`${MAIN} ${name} `)),
      name,
    ).not.to.deep.equal([]);
}

/** Every lie was ended, and the watcher was paid half of each bond. */
function expectEnded(lies: Summary["dishonest"], output: string): void {
  expect(lies).to.be.an("array").with.lengthOf(FAULTS.length);
  for (const [i, lie] of [lies!].flat().entries()) {
    expect(lie.fault).to.equal(FAULTS[i]);
    expect(lie.ended, lie.fault).to.equal(true);
    expect(lie.provenAs, lie.fault).to.be.oneOf(FAULTS);
    expect(lie.prover, lie.fault).to.equal(roleAccount("watcher").address);
    expect(lie.tx).to.match(/^0x[0-9a-f]{64}$/);
    expect(lie.gas).to.be.above(21_000);
    expect(BigInt(lie.reward!)).to.equal(BigInt(lie.burned!));
    expect(output).to.match(
      new RegExp(`✓ epoch \\d+: the SIMULATED dishonest proposer's ${lie.fault} fault was ended`),
    );
  }
  expect(output).to.include("A SIMULATED dishonest proposer was first with 8 wrong results");
  for (const check of ["agrees with the honest proposal", "the honest payouts are final", "nothing else was burned"])
    expect(output).to.match(new RegExp(`✓ .*${check}`));
}
