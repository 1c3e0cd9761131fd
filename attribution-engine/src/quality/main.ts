// `npm run quality`: how well the attribution methods predict what models trained on subsets of the records make of queries.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { UsageError } from "../commands/usage-error.ts";
import { qualityTable } from "./report.ts";
import type { SettingResult } from "./setting.ts";
import { SETTINGS } from "./settings/settings.ts";

const NAMES = SETTINGS.map(({ name }) => name);
const USAGE = `npm run quality -- [--setting <name>]… [--quick] [--workers <n>] [--work <folder>] [--json]

  --setting   ${NAMES.join(", ")}; all of them by default, may be repeated
  --quick     fewer subsets and seeds, no sums over models: five minutes on two cores; the figures are rougher
  --workers   processes that train; changes no figure
  --work      where the outcome of each training is kept (.tributary/quality); a run that was ended goes on there
  --json      one object on standard output: {setting: {method: {k, bytes, lds, ci, …}}, about: {setting: protocol, quick}}

${SETTINGS.map(({ name, about }) => `  ${name.padEnd(28)}${about}`).join("\n")}
`;
const OPTIONS = {
  setting: { type: "string", multiple: true, default: NAMES },
  quick: { type: "boolean", default: false },
  workers: { type: "string", default: String(Math.min(2, availableParallelism())) },
  work: { type: "string", default: join(".tributary", "quality") },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} satisfies ParseArgsOptionsConfig;
const PROGRESS_EVERY_MILLISECONDS = 2_000;

function readOptions() {
  let options;
  try {
    options = parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${USAGE}`);
  }
  const workers = Number(options.workers);
  if (!Number.isSafeInteger(workers) || workers < 1)
    throw new UsageError(`--workers is ${options.workers}; give a whole number from 1`);
  const unknown = options.setting.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new UsageError(`--setting ${unknown}: there are ${NAMES.join(", ")}`);
  return { ...options, workers };
}

/** Tells of work that takes longer than two seconds, on standard error. */
function progressOf(setting: string): (stage: string, done: number, total: number) => void {
  let toldAt = Date.now();
  return (stage, done, total) => {
    if (Date.now() - toldAt < PROGRESS_EVERY_MILLISECONDS) return;
    toldAt = Date.now();
    process.stderr.write(`${setting}: ${stage} ${done}/${total}\n`);
  };
}

async function main(): Promise<void> {
  const { setting: chosen, quick, workers, work, json, help } = readOptions();
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  const results = new Map<string, SettingResult>();
  for (const { name, run } of SETTINGS.filter((setting) => chosen.includes(setting.name)))
    results.set(name, await run({ folder: join(work, name), workers, quick, onProgress: progressOf(name) }));
  if (json) {
    const figures = [...results].map(([name, { methods }]) => [name, methods] as const);
    const about = [...results].map(([name, { protocol }]) => [name, protocol] as const);
    process.stdout.write(
      `${JSON.stringify({ ...Object.fromEntries(figures), about: { quick, ...Object.fromEntries(about) } })}\n`,
    );
    return;
  }
  if (quick)
    process.stdout.write("Quick run: fewer subsets and seeds than the reported figures, and no sums over models.\n\n");
  process.stdout.write(`${qualityTable(results)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
