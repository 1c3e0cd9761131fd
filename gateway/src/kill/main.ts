// `npm run kill:payments -- --kills 200`: kills payments over books at random instants of a load by official clients.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPaymentChain } from "../testing/chain.ts";
import { killRun } from "./run.ts";

const HELP = `Kills a gateway's payments and books at random instants of a load by official x402 clients, and reconciles.

  --kills <n>     how often (200)
  --clients <n>   how many payers call at a time (6)
  --json          the figures as one JSON object
  --help

The books are those of DATABASE_URL where it is set (an empty database), else an SQLite file of this run's own.`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    clients: { type: "string", default: "6" },
    json: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (values.help === true) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const [kills, clients] = [Number(values.kills), Number(values.clients)];
if (!(Number.isInteger(kills) && kills >= 1 && Number.isInteger(clients) && clients >= 1)) {
  process.stderr.write("--kills and --clients take whole numbers from 1\n");
  process.exit(2);
}
const folder = await mkdtemp(join(tmpdir(), "kill-"));
const url = process.env.DATABASE_URL;
const chain = await startPaymentChain();
try {
  const books = url === undefined ? { file: join(folder, "books.db") } : { url };
  const report = await killRun({ chain, books, kills, clients, log: (line) => process.stderr.write(`${line}\n`) });
  if (values.json === true) process.stdout.write(`${JSON.stringify({ ...report, total: String(report.total) })}\n`);
  else
    process.stdout.write(
      `${Object.entries(report)
        .map(([name, value]) => `${name}: ${String(value)}`)
        .join("\n")}\n`,
    );
  process.exitCode = report.faults.length === 0 ? 0 : 1;
} finally {
  await chain.stop();
  await rm(folder, { recursive: true });
}
