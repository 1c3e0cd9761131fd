// `npm run fuzz:gateway`: throws requests at a gateway with real channels and books on a local chain, for as long as it is told to.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { fuzzGateway } from "./fuzz.ts";
import { fuzzPayments, type Reasons } from "./paid.ts";
import { startTriedGateway } from "./tried.ts";

const HELP = `npm run fuzz:gateway -- [options]
Looks for a request that crashes the gateway, makes it fail by itself, or is answered unpaid: a half of them made up, a half
paid by well-signed vouchers, deposits and refunds that have one value changed, are sent again, out of order or side by side.
  --runs <number>   requests (20000)
  --seed <number>   draws them; drawn itself by default
  --json            prints one JSON object`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20000" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
if (values.help) {
  process.stdout.write(`${HELP}\n`);
} else if (!Number.isInteger(runs) || runs < 2 || !Number.isInteger(seed)) {
  process.stderr.write("--runs is a whole number above 1, --seed a whole number\n");
  process.exitCode = 2;
} else {
  await run();
}

async function run(): Promise<void> {
  process.stderr.write(`${runs} requests drawn by --seed ${seed}\n`);
  const tried = await startTriedGateway();
  try {
    const paidRuns = Math.floor(runs / 2);
    const statuses = await fuzzGateway(tried, { runs: runs - paidRuns, seed });
    process.stderr.write(`${runs - paidRuns} made-up requests: no fault\n`);
    const { requests, reasons } = await fuzzPayments(tried, { runs: paidRuns, seed });
    const unclaimed = await tried.claimAll();
    if (unclaimed.length > 0) throw new Error(`what was charged can't be claimed: ${unclaimed.join("; ")}`);
    const result = { runs, seed, statuses, payments: requests, reasons: sorted(reasons) };
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : text(result));
  } finally {
    await tried.stop();
  }
}

function sorted(reasons: Reasons): Reasons {
  return Object.fromEntries(Object.entries(reasons).sort(([, a], [, b]) => b - a));
}

function text({ statuses, payments, reasons }: { statuses: object; payments: number; reasons: Reasons }): string {
  const share = (count: number): string => `${((100 * count) / payments).toFixed(1)} %`.padStart(7);
  return [
    `no fault; made-up requests by status: ${JSON.stringify(statuses)}`,
    `${payments} payments, by what came of them:`,
    ...Object.entries(reasons).map(([reason, count]) => `${share(count)} ${String(count).padStart(6)}  ${reason}`),
    "",
  ].join("\n");
}
