// `npm run attack`: plays attackers against the payment rule, and against the rules that others use.
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { endWith, readTrialOptions, tellProgress, trialOptions } from "../commands/trial-command.ts";
import { UsageError } from "../commands/usage-error.ts";
import { keptTasks } from "../quality/kept-tasks.ts";
import { sourcesDigest } from "../quality/sources-digest.ts";
import { playAttacks } from "./figures.ts";
import { SEARCHES } from "./one-search.ts";
import { attackJson, attackTables } from "./report.ts";
import { FULL, QUICK, type RunTasks } from "./search.ts";
import type { AttackTask } from "./tasks.ts";
import { textJunkTable, textRatios, textTables } from "./text-report.ts";
import { textJunkFigures } from "./text-junk-trial.ts";
import { TEXT_FULL, TEXT_QUICK, textFigures } from "./text-trial.ts";
import { IMAGE_SETS, type ImageSet } from "./trial.ts";

const USAGE = `npm run attack -- [--quick] [--images digits|mnist] [--only <attack>] [--text <folder>] [--workers <n>] [--work <folder>] [--json]

  --quick     one seed and a short search, meant for five minutes on four quiet cores (--workers 4): the figures are rougher. With --text a few copies, and no junk
  --images    digits (the default) or mnist
  --only      one search alone: ${Object.keys(SEARCHES).join(", ")}; what it tries is kept for a run of everything
  --text      copies and junk of text instead: on the records of a folder in which the engine's stages corpus, train and sketch-records were run
  --workers   processes that train; changes no figure
  --work      where each trial's outcome is kept (.tributary/attack); a run that was ended goes on there
  --json      one object on standard output: {rule: {attack: ratio}, details: {…}}
`;
const OPTIONS = {
  ...trialOptions("attack"),
  images: { type: "string", default: "digits" },
  only: { type: "string" },
  text: { type: "string" },
} satisfies ParseArgsOptionsConfig;
const QUICK_TEXT =
  "Quick run: a short search by one attacker, and no junk, for which the adapter is trained again many times.";
const WORKER = new URL("./worker.ts", import.meta.url);

/** Runs tasks on worker processes, keeps their outcomes, and tells of progress on standard error. */
function runner(folder: string, workers: number, images: ImageSet): RunTasks {
  const tell = tellProgress();
  const of = images === "digits" ? {} : { images };
  const version = sourcesDigest(WORKER);
  return (tasks, stage) =>
    keptTasks<null, AttackTask>(
      { worker: WORKER, shared: null, tasks: tasks.map((task) => ({ ...task, ...of })), folder, version },
      { workers, onProgress: (done, total) => tell(stage, done, total) },
    );
}

function isImageSet(name: string): name is ImageSet {
  return Object.hasOwn(IMAGE_SETS, name);
}

/** What {@link attackText} is told. */
interface TextRun {
  readonly folder: string;
  readonly work: string;
  readonly workers: number;
  readonly json: boolean;
  readonly quick: boolean;
}

async function attackText({ folder, work, workers, json, quick }: TextRun): Promise<void> {
  const tell = tellProgress();
  const figures = await textFigures(folder, work, quick ? TEXT_QUICK : TEXT_FULL, workers, tell);
  const junk = quick ? undefined : await textJunkFigures(folder, work, workers, tell);
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...textRatios(figures), details: { quick, ...figures, junk } })}\n`);
    return;
  }
  const tables = [textTables(figures), junk === undefined ? QUICK_TEXT : textJunkTable(junk)];
  process.stdout.write(`${tables.join("\n\n")}\n`);
}

async function main(): Promise<void> {
  const { quick, images, only, text, workers, work, json, help } = readTrialOptions(
    () => parseArgs({ options: OPTIONS }).values,
    USAGE,
  );
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  if (text !== undefined) {
    if (only !== undefined || images !== OPTIONS.images.default)
      throw new UsageError("--text has no --only and no --images: leave them out, or leave --text out");
    await attackText({ folder: text, work, workers, json, quick });
    return;
  }
  if (!isImageSet(images))
    throw new UsageError(`--images is ${images}; give one of ${Object.keys(IMAGE_SETS).join(", ")}`);
  if (only !== undefined && !Object.hasOwn(SEARCHES, only))
    throw new UsageError(`--only is ${only}; give one of ${Object.keys(SEARCHES).join(", ")}`);
  const play = only === undefined ? playAttacks : SEARCHES[only]!;
  const figures = await play(quick ? QUICK : FULL, runner(work, workers, images));
  if (json) {
    process.stdout.write(`${attackJson(figures, quick)}\n`);
    return;
  }
  if (quick) process.stdout.write("Quick run: one seed and a short search.\n\n");
  process.stdout.write(`${attackTables(figures)}\n`);
}

await endWith(main);
