// `npm run attack`: plays attackers against the payment rule, and against the rules that others use.
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { endWith, readTrialOptions, tellProgress, trialOptions } from "../commands/trial-command.ts";
import { keptTasks } from "../quality/kept-tasks.ts";
import { playAttacks } from "./figures.ts";
import { attackJson, attackTables } from "./report.ts";
import { FULL, QUICK, type RunTasks } from "./search.ts";
import type { AttackTask } from "./tasks.ts";
import { textRatios, textTables } from "./text-report.ts";
import { textFigures } from "./text-trial.ts";

const USAGE = `npm run attack -- [--quick] [--text <folder>] [--workers <n>] [--work <folder>] [--json]

  --quick     one seed and a short search: under three minutes on two cores; the figures are rougher
  --text      copies of text instead: on the records of a folder in which the engine's stages corpus, train and sketch-records were run
  --workers   processes that train; changes no figure
  --work      where each trial's outcome is kept (.tributary/attack); a run that was ended goes on there
  --json      one object on standard output: {rule: {attack: ratio}, details: {…}}
`;
const OPTIONS = { ...trialOptions("attack"), text: { type: "string" } } satisfies ParseArgsOptionsConfig;
/** Changes where the same task would have another outcome: by the code of the trials. */
const VERSION = "4";
const WORKER = new URL("./worker.ts", import.meta.url);

/** Runs tasks on worker processes, keeps their outcomes, and tells of progress on standard error. */
function runner(folder: string, workers: number): RunTasks {
  const tell = tellProgress();
  return (tasks, stage) =>
    keptTasks<null, AttackTask>(
      { worker: WORKER, shared: null, tasks, folder, version: VERSION },
      { workers, onProgress: (done, total) => tell(stage, done, total) },
    );
}

async function attackText(folder: string, workers: number, json: boolean): Promise<void> {
  const tell = tellProgress();
  const figures = await textFigures(folder, workers, (done, total) => tell("disguises of text", done, total));
  process.stdout.write(
    `${json ? JSON.stringify({ ...textRatios(figures), details: figures }) : textTables(figures)}\n`,
  );
}

async function main(): Promise<void> {
  const { quick, text, workers, work, json, help } = readTrialOptions(
    () => parseArgs({ options: OPTIONS }).values,
    USAGE,
  );
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  if (text !== undefined) {
    await attackText(text, workers, json);
    return;
  }
  const figures = await playAttacks(quick ? QUICK : FULL, runner(work, workers));
  if (json) {
    process.stdout.write(`${attackJson(figures, quick)}\n`);
    return;
  }
  if (quick) process.stdout.write("Quick run: one seed and a short search.\n\n");
  process.stdout.write(`${attackTables(figures)}\n`);
}

await endWith(main);
