// `npm run attack`: plays attackers against the payment rule, and against the rules that others use.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { UsageError } from "../commands/usage-error.ts";
import { keptTasks } from "../quality/kept-tasks.ts";
import { playAttacks } from "./figures.ts";
import { attackTables } from "./report.ts";
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
const OPTIONS = {
  quick: { type: "boolean", default: false },
  text: { type: "string" },
  workers: { type: "string", default: String(Math.min(2, availableParallelism())) },
  work: { type: "string", default: join(".tributary", "attack") },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} satisfies ParseArgsOptionsConfig;
const PROGRESS_EVERY_MILLISECONDS = 2_000;
/** Changes where the same task would have another outcome: by the code of the trials. */
const VERSION = "4";
const WORKER = new URL("./worker.ts", import.meta.url);

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
  return { ...options, workers };
}

/** Runs tasks on worker processes, keeps their outcomes, and tells of progress on standard error. */
function runner(folder: string, workers: number): RunTasks {
  let toldAt = Date.now();
  return (tasks, stage) =>
    keptTasks<null, AttackTask>(
      { worker: WORKER, shared: null, tasks, folder, version: VERSION },
      {
        workers,
        onProgress(done, total) {
          if (Date.now() - toldAt < PROGRESS_EVERY_MILLISECONDS) return;
          toldAt = Date.now();
          process.stderr.write(`${stage} ${done}/${total}\n`);
        },
      },
    );
}

async function attackText(folder: string, workers: number, json: boolean): Promise<void> {
  const figures = await textFigures(folder, workers, (done, total) => {
    process.stderr.write(`disguises of text ${done}/${total}\n`);
  });
  process.stdout.write(
    `${json ? JSON.stringify({ ...textRatios(figures), details: figures }) : textTables(figures)}\n`,
  );
}

async function main(): Promise<void> {
  const { quick, text, workers, work, json, help } = readOptions();
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
    const { ratios, details } = figures;
    process.stdout.write(`${JSON.stringify({ ...ratios, details: { quick, ...details } })}\n`);
    return;
  }
  if (quick) process.stdout.write("Quick run: one seed and a short search.\n\n");
  process.stdout.write(`${attackTables(figures)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
