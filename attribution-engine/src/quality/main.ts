// `npm run quality`: how well the attribution methods predict what models trained on subsets of the records make of queries.
import { join } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { endWith, readTrialOptions, tellProgress, trialOptions } from "../commands/trial-command.ts";
import { UsageError } from "../commands/usage-error.ts";
import { qualityJson, qualityTable } from "./report.ts";
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
  ...trialOptions("quality"),
  setting: { type: "string", multiple: true, default: NAMES },
} satisfies ParseArgsOptionsConfig;

async function main(): Promise<void> {
  const {
    setting: chosen,
    quick,
    workers,
    work,
    json,
    help,
  } = readTrialOptions(() => parseArgs({ options: OPTIONS }).values, USAGE);
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  const unknown = chosen.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new UsageError(`--setting ${unknown}: there are ${NAMES.join(", ")}`);
  const tell = tellProgress();
  const results = new Map<string, SettingResult>();
  for (const { name, run } of SETTINGS.filter((setting) => chosen.includes(setting.name))) {
    const onProgress = (stage: string, done: number, total: number): void => tell(`${name}: ${stage}`, done, total);
    results.set(name, await run({ folder: join(work, name), workers, quick, onProgress }));
  }
  if (json) {
    process.stdout.write(`${qualityJson(results, quick)}\n`);
    return;
  }
  if (quick)
    process.stdout.write("Quick run: fewer subsets and seeds than the reported figures, and no sums over models.\n\n");
  process.stdout.write(`${qualityTable(results)}\n`);
}

await endWith(main);
