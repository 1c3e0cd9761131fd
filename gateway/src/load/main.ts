// Command `npm run kill:gateway`: kills a gateway under load, and says whether books, payers and chain agree to the unit.
import { parseArgs } from "node:util";
import { killRun } from "./kill-run.ts";

const HELP = `usage: npm run kill:gateway -- [options]

  --kills N    how often the gateway is killed, at random instants (200)
  --payers N   official clients who ask at the same time (6)
  --postgres   keep the books in PostgreSQL: a server of the run's own, of Debian's package
  --json       print the figures as one JSON object
  --help

Ends with 0 if the books, the payers' records and the chain's balances agree to the unit, with 1 if not.
`;

async function main(): Promise<number> {
  const values = readOptions();
  if (values === undefined) return 2;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [kills, payers] = [Number(values.kills), Number(values.payers)];
  if (![kills, payers].every((count) => Number.isSafeInteger(count) && count >= 1)) {
    process.stderr.write("--kills and --payers must be whole numbers from 1\n");
    return 2;
  }
  const { postgres } = values;
  const report = await killRun({ kills, payers, postgres, log: (line) => process.stderr.write(`${line}\n`) });
  const lines = Object.entries(report).map(
    ([name, value]) => `${name.padEnd(9)} ${typeof value === "object" ? JSON.stringify(value) : String(value)}\n`,
  );
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : lines.join(""));
  return report.faults.length === 0 ? 0 : 1;
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        kills: { type: "string", default: "200" },
        payers: { type: "string", default: "6" },
        postgres: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return undefined;
  }
}

process.exitCode = await main();
