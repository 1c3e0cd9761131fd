// The command that runs the indexer by itself: `node indexer/start.ts --rpc <url> --deployment <file>`.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Indexer, startIndexer } from "./launcher/start-indexer.ts";

const USAGE = `usage: node indexer/start.ts --deployment <file> [options]

  --deployment <file>     deployment file of the contracts (deployments/<chainId>.json)
  --token <symbol>        payment token whose ledger, vault, tills and courts are indexed (OPEN)
  --rpc <url>             JSON-RPC address of the chain (http://127.0.0.1:8545)
  --database-dir <folder> where the embedded databases are kept (.tributary/indexer);
                          set DATABASE_URL to use a PostgreSQL server instead
  --views <name>          on PostgreSQL: when everything is indexed, let the views of this schema show this build's
                          tables, in place of those of the build that they showed until then
  --serve <name>          on PostgreSQL: index nothing, serve what the views of this schema show
  --servers <number>      with --serve: so many processes share the port; one that ends is replaced (1)
  --query-seconds <n>     on PostgreSQL: what a statement of a question may take, 1 to 120 (5)
  --port <number>         port of the GraphQL server, 0 picks a free one (42069)
  --host <address>        address to listen on (127.0.0.1)
  --bundles <folder>      serve openings of the bundles that are published there; may be given several times
  --content <folder>      serve the texts of the records that are kept there
  --openings-memory <MiB> what openings may keep of trees and tables, in a process of their own (1024)
  --json                  print one JSON object when ready instead of text
  --help
`;
const MOST_SERVERS = 64;
const MOST_QUERY_SECONDS = 120;
const EXIT_FAILED = 1;
const EXIT_NOT_STARTED = 2;

interface Arguments {
  rpcUrl: string;
  deployment: string;
  token?: string;
  databaseDirectory: string;
  views?: string;
  isServer: boolean;
  servers: number;
  querySeconds: number;
  port: number;
  host: string;
  bundles: string[];
  content?: string;
  openingsMemory: number;
  json: boolean;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      deployment: { type: "string" },
      token: { type: "string" },
      rpc: { type: "string", default: "http://127.0.0.1:8545" },
      "database-dir": { type: "string", default: ".tributary/indexer" },
      views: { type: "string" },
      serve: { type: "string" },
      servers: { type: "string", default: "1" },
      "query-seconds": { type: "string", default: "5" },
      port: { type: "string", default: "42069" },
      host: { type: "string", default: "127.0.0.1" },
      bundles: { type: "string", multiple: true, default: [] },
      content: { type: "string" },
      "openings-memory": { type: "string", default: "1024" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  if (values.deployment === undefined) throw new Error("--deployment is missing");
  if (values.views !== undefined && values.serve !== undefined)
    throw new Error("--views and --serve: a process indexes or only serves; give one of them");
  const servers = Number(values.servers);
  if (!Number.isSafeInteger(servers) || servers < 1 || servers > MOST_SERVERS)
    throw new Error(`--servers ${values.servers}: give a number from 1 to ${MOST_SERVERS}`);
  if (servers > 1 && values.serve === undefined)
    throw new Error("--servers: only servers can be several; give --serve too");
  const querySeconds = Number(values["query-seconds"]);
  if (!Number.isSafeInteger(querySeconds) || querySeconds < 1 || querySeconds > MOST_QUERY_SECONDS)
    throw new Error(`--query-seconds ${values["query-seconds"]}: give a number from 1 to ${MOST_QUERY_SECONDS}`);
  const views = values.serve ?? values.views;
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new Error(`--port ${values.port}: not a port number`);
  if (!URL.canParse(values.rpc)) throw new Error(`--rpc ${values.rpc}: not a URL`);
  const openingsMemory = Number(values["openings-memory"]);
  if (!Number.isSafeInteger(openingsMemory) || openingsMemory < 1)
    throw new Error(`--openings-memory ${values["openings-memory"]}: not a number of MiB`);
  for (const [option, folders] of [
    ["--bundles", values.bundles],
    ["--content", values.content === undefined ? [] : [values.content]],
  ] as const)
    for (const folder of folders)
      if (!existsSync(folder)) throw new Error(`${option} ${folder}: there is no such folder`);
  return {
    rpcUrl: values.rpc,
    deployment: values.deployment,
    ...(values.token !== undefined && { token: values.token }),
    databaseDirectory: values["database-dir"],
    ...(views !== undefined && { views }),
    isServer: values.serve !== undefined,
    servers,
    querySeconds,
    port,
    host: values.host,
    bundles: values.bundles,
    ...(values.content !== undefined && { content: values.content }),
    openingsMemory,
    json: values.json,
  };
}

function fail(error: unknown, exitCode: number): never {
  process.stderr.write(`indexer: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(exitCode);
}

let options: Arguments;
try {
  options = readArguments();
} catch (error) {
  fail(error, EXIT_NOT_STARTED);
}

let running: Indexer | undefined;
let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    // While it starts, its child ends when this process does.
    void (running?.stop() ?? Promise.resolve()).then(() => process.exit(0));
  });
}

const startedAt = performance.now();
if (!options.json && !options.isServer) process.stderr.write("indexer: catching up with the chain …\n");
try {
  const { DATABASE_URL: databaseUrl } = process.env;
  // A backfill takes as long as it takes.
  const timeoutSeconds = Number.POSITIVE_INFINITY;
  running = await startIndexer({ ...options, timeoutSeconds, ...(databaseUrl ? { databaseUrl } : {}) });
} catch (error) {
  fail(error, EXIT_NOT_STARTED);
}

const { graphqlUrl, url, head, pid, servers, logFile, exited } = running;
if (options.json) {
  process.stdout.write(`${JSON.stringify({ url, graphqlUrl, block: Number(head), pid, servers, logFile })}\n`);
} else {
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  process.stdout.write(`GraphQL at ${graphqlUrl} (block ${head}, after ${seconds} s); examples at ${url}/\n`);
}

const exitCode = await exited;
if (!isStopping) fail(new Error(`the indexer ended with code ${exitCode}; its output is in ${logFile}`), EXIT_FAILED);
