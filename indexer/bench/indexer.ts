// Measures the indexer: its backfill beside a peer's, how soon a block is in GraphQL, and GraphQL over many rows.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { measureBackfill, PEER } from "./backfill/measure.ts";
import { EVENTS_PER_BLOCK } from "./backfill/event-chain.ts";
import { measureFreshness } from "./freshness.ts";
import { measureGraphql } from "./graphql/measure.ts";
import { startProtocol } from "./protocol.ts";
import { type Freshness, freshnessOf, type Measurements, reportOf, textOf } from "./report.ts";
import { StopList } from "./stop-list.ts";

const PARTS = ["backfill", "freshness", "graphql"] as const;
type Part = (typeof PARTS)[number];

const USAGE = `usage: npm run bench:indexer -- [--json] [--quick] [--peers <folder>] [--only ${PARTS.join("|")}]
         [--events <n>] [--blocks <n>] [--rows <n>] [--clients <n>] [--servers <n>]

  --peers   also measures ${PEER} (GPL-3.0, a program of its own), installed by npm into the folder unless it is there; the folder
            above must be there
  --only    one part: events indexed from nothing, blocks until they are in GraphQL, or GraphQL over many rows
  --events  events to index, hundreds (200000)
  --blocks  blocks to wait for (60)
  --rows    rows in the tables that GraphQL reads (1000000)
  --clients clients that ask GraphQL at once (50)
  --servers processes that only serve and share a port, measured after one process; 0 for none (one less than there are cores, at least 2)
  --quick   2,000 events, 5 blocks and 20,000 rows

Needs PostgreSQL's programs (Debian's package postgresql); it starts servers of its own on free ports.
`;

const OPTIONS = {
  json: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  peers: { type: "string" },
  only: { type: "string" },
  events: { type: "string" },
  blocks: { type: "string" },
  rows: { type: "string" },
  clients: { type: "string", default: "50" },
  servers: { type: "string" },
  help: { type: "boolean", default: false },
} satisfies ParseArgsOptionsConfig;

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    return refuse(`${(error as Error).message}\n${USAGE}`);
  }
}

function countOf(text: string, option: string, most: number, step = 1): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= step && count <= most && count % step === 0) return count;
  return refuse(
    `${option} ${text}: give a ${step === 1 ? "whole number" : `multiple of ${step}`} from ${step} to ${most}`,
  );
}

const options = readOptions();
if (options.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const { quick, peers } = options;
const events = countOf(options.events ?? (quick ? "2000" : "200000"), "--events", 5_000_000, EVENTS_PER_BLOCK);
const blocks = countOf(options.blocks ?? (quick ? "5" : "60"), "--blocks", 10_000);
const rows = countOf(options.rows ?? (quick ? "20000" : "1000000"), "--rows", 10_000_000, 10_000);
const clients = countOf(options.clients, "--clients", 1_000);
const cores = availableParallelism();
const servers =
  options.servers === "0" ? 0 : countOf(options.servers ?? String(Math.max(2, cores - 1)), "--servers", 64);
const seconds = quick ? 3 : 15;
if (options.only !== undefined && !PARTS.includes(options.only as Part)) {
  refuse(`--only ${options.only}: give one of ${PARTS.join(", ")}`);
}
if (peers !== undefined && !existsSync(dirname(resolve(peers)))) {
  refuse(`--peers ${peers}: there is no folder ${dirname(resolve(peers))} to make it in`);
}

let shownAt = Date.now();
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (Date.now() - shownAt > 5_000) {
    shownAt = Date.now();
    process.stderr.write(`${text}\n`);
  }
}

const isWanted = (part: Part): boolean => options.only === undefined || options.only === part;
const folder = mkdtempSync(join(tmpdir(), "tributary-bench-"));
const stops = new StopList();

async function freshness(): Promise<Freshness[]> {
  progress("deploying the protocol and starting the indexer");
  const { chain, protocol, indexer } = await startProtocol(join(folder, "freshness"), undefined, stops);
  const milliseconds = await measureFreshness(chain, protocol, indexer.graphqlUrl, blocks, progress);
  await stops.stop();
  return [freshnessOf("PGlite", milliseconds)];
}

try {
  const measurements: Measurements = {
    backfill: isWanted("backfill")
      ? await measureBackfill(events, peers === undefined ? undefined : resolve(peers), folder, stops, progress)
      : null,
    freshness: isWanted("freshness") ? await freshness() : null,
    graphql: isWanted("graphql")
      ? await measureGraphql(rows, clients, seconds, servers, join(folder, "graphql"), stops, progress)
      : null,
  };
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const report = {
    ...reportOf(measurements, PEER),
    machine: { processor: cpus()[0]?.model.trim() ?? null, cores },
    date: new Date().toISOString().slice(0, 10),
  };
  process.stdout.write(
    options.json ? `${JSON.stringify(report)}\n` : `${textOf(report)}${cores} cores, which all of this shares.\n`,
  );
} catch (error) {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  process.stderr.write(`bench:indexer: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await stops.stop();
  rmSync(folder, { recursive: true, force: true });
}
