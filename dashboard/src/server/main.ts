// The command `npm run dashboard`: serves the dashboard of one deployment on this machine.
import { parseArgs } from "node:util";
import { type Dashboard, type DashboardOptions, DEFAULT_PORT, startDashboard } from "./start-dashboard.ts";

const USAGE = `usage: npm run dashboard -- [options]

  --deployment <file>  deployment file of the contracts (.tributary/start/deployment/deployments/31337.json)
  --rpc <url>          JSON-RPC address of the chain, as the browser reaches it (http://127.0.0.1:8545)
  --indexer <url>      address of the indexer (http://127.0.0.1:42069)
  --gateway <url>      address of the gateway, if one sells calls
  --answers <folder>   answers that their payer kept, as <receipt id>.json
  --port <number>      port to listen on at 127.0.0.1, 0 picks a free one (${DEFAULT_PORT})
  --json               print one JSON object when ready instead of text
  --help
`;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

function readArguments(): { options: DashboardOptions; json: boolean } {
  const { values } = parseArgs({
    options: {
      deployment: { type: "string", default: ".tributary/start/deployment/deployments/31337.json" },
      rpc: { type: "string", default: "http://127.0.0.1:8545" },
      indexer: { type: "string", default: "http://127.0.0.1:42069" },
      gateway: { type: "string" },
      answers: { type: "string" },
      port: { type: "string", default: String(DEFAULT_PORT) },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new Error(`--port ${values.port}: not a port number`);
  for (const name of ["rpc", "indexer", "gateway"] as const) {
    const url = values[name];
    if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
      throw new Error(`--${name} ${url}: not an http address`);
  }
  return {
    options: {
      ...{ deployment: values.deployment, rpcUrl: values.rpc, indexerUrl: values.indexer, port },
      ...(values.gateway === undefined ? {} : { gatewayUrl: values.gateway }),
      ...(values.answers === undefined ? {} : { answers: values.answers }),
    },
    json: values.json,
  };
}

function fail(error: unknown, exitCode: number): never {
  process.stderr.write(`dashboard: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(exitCode);
}

let read: ReturnType<typeof readArguments>;
try {
  read = readArguments();
} catch (error) {
  fail(error, EXIT_USAGE);
}

let dashboard: Dashboard;
try {
  dashboard = await startDashboard(read.options);
} catch (error) {
  fail(error, EXIT_FAILED);
}
process.stdout.write(
  read.json
    ? `${JSON.stringify({ url: dashboard.url, pid: process.pid })}\n`
    : `Dashboard at ${dashboard.url}   Ctrl-C ends it.\n`,
);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void dashboard.stop().then(() => process.exit(0)));
}
