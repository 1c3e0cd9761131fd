// Measures exact search beside its peers and the machine's ceiling, in one run, and how its time grows.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { writeFileAtomically } from "../src/numerics/atomic-file.ts";
import { BACKEND_NAMES, chosenOf, tryBackend } from "../src/search/backends.ts";
import type { BackendName } from "../src/search/backend.ts";
import { measureGpu } from "./gpu/measure.ts";
import { compare } from "./search/compare.ts";
import { type Contender, openOwn, openPeer, PYTHON_PEERS, RUNTIME_PEER } from "./search/contender.ts";
import { type CurvePoint, measureCurves } from "./search/curves.ts";
import { writeFigures } from "./search/figures.ts";
import { readBenchOptions } from "./options.ts";
import { ceilingOf, type CeilingRun, openCeiling } from "./search/machine.ts";
import { peersPython, type PeersPython } from "./search/python.ts";
import { AIMS, report, shortfalls, summarise, type ThreadFigures } from "./search/report.ts";
import { measureStored } from "./search/stored.ts";
import { makeWorkload, type Sizes, type Workload, writeForPeers } from "./search/workload.ts";

const USAGE = `usage: npm run bench:search -- [--json] [--check] [--quick] [--peers <folder>] [--figures <folder>]
         [--records <n>] [--k <n>] [--queries <n>] [--top-k <n>] [--rounds <n>]

  --peers    also measures NumPy, PyTorch, FAISS and usearch, by the Python environment in the folder. Where it has none it is made, which
             downloads these packages (some gigabytes) from the index that pip uses; the folder above must be there
  --figures  draws the curves over records, queries and k, and writes them to the folder with their data
  --check    ends with 1 where, by all cores, the ratio to the best peer is below ${AIMS.ratioToBestPeer}, the share of the ceiling below ${AIMS.ceilingShare}, or
             either was not measured
  --quick    small sizes and few rounds, without curves: ends within 30 seconds
`;

const OPTIONS = {
  json: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  peers: { type: "string" },
  figures: { type: "string" },
  records: { type: "string" },
  k: { type: "string" },
  queries: { type: "string" },
  "top-k": { type: "string", default: "32" },
  rounds: { type: "string" },
  help: { type: "boolean", default: false },
} satisfies ParseArgsOptionsConfig;
const options = readBenchOptions(() => parseArgs({ options: OPTIONS }).values, USAGE);

function sizeOf(text: string, option: string, least: number, most: number, step = 1): number {
  const size = Number(text);
  if (Number.isInteger(size) && size >= least && size <= most && size % step === 0) return size;
  const kind = step === 1 ? "a whole number" : `a multiple of ${step}`;
  console.error(`${option} ${text}: give ${kind} from ${least} to ${most}`);
  process.exit(2);
}

const { quick } = options;
const sizes: Sizes = {
  records: sizeOf(options.records ?? (quick ? "20000" : "200000"), "--records", 1_000, 4_000_000),
  k: sizeOf(options.k ?? (quick ? "256" : "512"), "--k", 32, 4_096, 32),
  queries: sizeOf(options.queries ?? (quick ? "64" : "256"), "--queries", 1, 4_096),
  topK: sizeOf(options["top-k"], "--top-k", 1, 256),
};
const rounds = sizeOf(options.rounds ?? (quick ? "2" : "7"), "--rounds", 1, 100);

if (options.peers !== undefined && !existsSync(dirname(resolve(options.peers)))) {
  console.error(`--peers ${options.peers}: there is no folder ${dirname(resolve(options.peers))} to make it in`);
  process.exit(2);
}

const TURN_SECONDS = 0.5;

/** Random searches whose lists are compared before a GPU is measured. */
const COMPARED_ON_GPU = 12;

let shownAt = Date.now();
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (Date.now() - shownAt > 5_000) {
    shownAt = Date.now();
    process.stderr.write(`${text}\n`);
  }
}

/** Peers in Python, and the packages that they are. */
const PYTHON_PACKAGES = [
  ["numpy", "numpy"],
  ["torch", "torch"],
  ["torch int8", "torch"],
  ["faiss", "faiss-cpu"],
  ["usearch", "usearch"],
] as const;

/** Peers by the command that serves them, or why they are missing. */
function peerCommands(): Map<string, readonly string[] | string> {
  const commands = new Map<string, readonly string[] | string>([
    ["onnxruntime", [process.execPath, "--max-old-space-size=8192", RUNTIME_PEER]],
  ]);
  let command: readonly string[] | string = "not asked for: --peers names no folder";
  let refusals: PeersPython["refusals"] = {};
  if (options.peers !== undefined) {
    try {
      const made = peersPython(options.peers, progress);
      command = [made.python, PYTHON_PEERS];
      refusals = made.refusals;
    } catch (error) {
      command = (error as Error).message;
    }
  }
  for (const [name, ofPackage] of PYTHON_PACKAGES) commands.set(name, refusals[ofPackage] ?? command);
  return commands;
}

interface Measured {
  threads: ThreadFigures[];
  missing: Record<string, string>;
}

async function measure(workload: Workload, folder: string): Promise<Measured> {
  const missing: Record<string, string> = {};
  const backends: BackendName[] = [];
  for (const name of BACKEND_NAMES) {
    // A GPU has a measurement of its own.
    if (name === "gpu") continue;
    const { failure } = await tryBackend(name);
    if (failure === undefined) backends.push(name);
    else missing[name] = failure;
  }
  const trials = await Promise.all(backends.map(tryBackend));
  const chosen = chosenOf(trials) ?? "wasm";
  const commands = peerCommands();
  const counts = [...new Set([1, availableParallelism()])];
  const measureCeiling = openCeiling(folder);
  const reference = await openOwn("wasm", availableParallelism(), workload);
  await reference.run();
  const exact = await reference.places();
  await reference.close();
  const threads: ThreadFigures[] = [];
  for (const count of counts) {
    const contenders: Contender[] = [];
    const ceilings: (CeilingRun | string)[] = [];
    try {
      for (const backend of backends) contenders.push(await openOwn(backend, count, workload));
      for (const [name, command] of commands) {
        progress(`opening ${name}`);
        try {
          if (typeof command === "string") throw new Error(command);
          contenders.push(await openPeer(name, command, count, folder, workload));
        } catch (error) {
          missing[name] = (error as Error).message;
        }
      }
      const standings = await compare(contenders, {
        rounds,
        turnSeconds: quick ? 0 : TURN_SECONDS,
        pairs: sizes.records * sizes.queries,
        topK: sizes.topK,
        exact,
        onRound: (round, name) => progress(`${count} threads, round ${round + 1} of ${rounds}: ${name}`),
        afterRound: () => void ceilings.push(measureCeiling(count)),
      });
      threads.push(summarise(count, sizes, chosen, standings, ceilingOf(ceilings)));
    } finally {
      await Promise.all(contenders.map((contender) => contender.close()));
    }
  }
  return { threads, missing };
}

const folder = mkdtempSync(join(tmpdir(), "tributary-bench-"));
try {
  progress("making the workload");
  const workload = makeWorkload(sizes);
  writeForPeers(workload, folder);
  const { threads, missing } = await measure(workload, folder);
  progress("searching a store");
  const stored = await measureStored(workload, availableParallelism(), folder);
  progress("looking for a GPU");
  const { gpu, gpuReason } = await measureGpu({
    records: sizes.records,
    k: sizes.k,
    queries: [sizes.queries],
    topK: [sizes.topK],
    cases: COMPARED_ON_GPU,
    software: false,
    onProgress: progress,
  });
  let curves: CurvePoint[] | null = null;
  if (options.figures !== undefined) {
    const backends = [...new Set([threads[0]!.chosen.name, "wasm"])] as BackendName[];
    curves = await measureCurves(backends, availableParallelism(), progress);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const all = threads.at(-1)!;
  const figures = {
    pairsPerSecond: all.chosen.pairsPerSecond,
    ceilingShare: all.ceilingShare,
    bestPeer: all.bestPeer?.name ?? null,
    ratioToBestPeer: all.ratioToBestPeer,
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model.trim() ?? null,
    sizes,
    rounds,
    threads,
    missing,
    stored,
    gpu,
    gpuReason,
    curves,
  };
  if (options.figures !== undefined && curves !== null) {
    mkdirSync(options.figures, { recursive: true });
    writeFigures(options.figures, curves, all.threads);
    writeFileAtomically(join(options.figures, "search.json"), `${JSON.stringify(figures, undefined, 2)}\n`);
  }
  console.log(options.json ? JSON.stringify(figures) : report(figures));
  if (options.check) {
    const missed = shortfalls(figures);
    for (const text of missed) process.stderr.write(`${text}\n`);
    if (missed.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
