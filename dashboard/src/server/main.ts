// The command `npm run dashboard`: serves the dashboard of one deployment on this machine.
import { parseArgs } from "node:util";
import { type Dashboard, type DashboardOptions, DEFAULT_PORT, startDashboard } from "./start-dashboard.ts";

const USAGE = `usage: npm run dashboard -- [options]

  --deployment <file>  deployment file of the contracts (.tributary/start/deployment/deployments/31337.json)
  --rpc <url>          JSON-RPC address of the chain, as the browser reaches it (http://127.0.0.1:8545)
  --indexer <url>      address of the indexer (http://127.0.0.1:42069)
  --gateway <url>      address of the gateway, if one sells calls
  --answers <folder>   answers that their payer kept, as <receipt id>.json
  --host-name <name>   a name besides 127.0.0.1 and localhost under which it is asked, such as a proxy's; may be given several times
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
      "host-name": { type: "string", multiple: true, default: [] },
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
  for (const name of values["host-name"])
    if (!/^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/i.test(name))
      throw new Error(`--host-name ${name}: not a name of a host; give it without scheme and port`);
  return {
    options: {
      ...{ deployment: values.deployment, rpcUrl: values.rpc, indexerUrl: values.indexer, port },
      hostNames: values["host-name"],
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
