// Stage `leave-out`: retrains without each of some speakers and compares what happens on held-out text with the influence that the index predicts.
import { join } from "node:path";
import { chooseContributors, leaveOutAgreement, measureLeaveOut, predictLeaveOut } from "../quality/leave-out.ts";
import { influences } from "../sketch/influence.ts";
import { sketchTexts } from "../sketch/sketch-texts.ts";
import { FILES, readCorpusFile } from "./files.ts";
import { trainingChoice } from "./train.ts";
import { adapterOf, baseOf, basisOf, tokensOf } from "./model-files.ts";
import { readWorkIndex } from "./index-file.ts";
import { figure, writeMeasured } from "./measured-file.ts";
import { integerOf, workersOf, type Stage } from "./stage.ts";

/** Folder of the retrainings that are done, in the work folder: a run that was ended goes on, and one of more speakers takes them too. */
const KEPT = "leave-out";

/** One seed for all retrainings: that of the model, so that only the records differ. */
const SEEDS = 1;

const DEFINITION =
  "Spearman over cells (speaker left out × speaker of the held-out passages) of the summed loss change, 95 % bootstrap interval over speakers of passages";
const PER_PASSAGE =
  "mean over the held-out passages of Spearman over the speakers left out, 95 % bootstrap interval over passages";

export const leaveOutStage: Stage = {
  about: "retrain without each of --contributors speakers and compare with the predicted influence",
  async run(context) {
    const count = integerOf(context.options.contributors, "--contributors");
    const workers = workersOf(context);
    const base = baseOf(context);
    const adapter = adapterOf(context, base);
    const basis = basisOf(context, base, adapter);
    const { index, hash: indexBundle } = await readWorkIndex(context.work);
    const corpus = readCorpusFile(context.work);
    const speeches = corpus.heldOut.filter(({ datanet }) => datanet === 0);
    const choice = await trainingChoice(corpus);
    const records = choice.rows.map((row) => choice.records[row]!);
    const recordContributors = records.map(({ contributor }) => contributor);
    const speakers = new Set(corpus.datanets[0]?.contributors.map(({ name }) => name));
    const left = chooseContributors(
      recordContributors.filter((name) => speakers.has(name)),
      count,
    );
    const queries = tokensOf(
      base,
      speeches.map(({ text }) => text),
    );
    const nameOf = (row: number) => `${join(context.work, FILES.corpus)} passage ${row} of datanet 0`;
    const querySketches = await sketchTexts(base, adapter, basis, queries, base.shape.context, { workers }, { nameOf });
    const predicted = predictLeaveOut(left, recordContributors, queries.length, (query) => {
      const scores = influences(index, querySketches, query);
      return records.map(({ place }) => scores[place]!);
    });
    const measured = await measureLeaveOut(
      base,
      adapter,
      tokensOf(
        base,
        records.map(({ text }) => text),
      ),
      recordContributors,
      left,
      queries,
      {
        workers,
        onProgress: context.onProgress,
        keptIn: join(context.work, KEPT),
      },
    );
    const { cells, perQuery } = leaveOutAgreement(
      measured,
      predicted,
      speeches.map(({ contributor }) => contributor),
    );
    const made = { retrainings: left.length, seeds: SEEDS, queries: queries.length };
    writeMeasured(context.work, {
      indexBundle,
      data: `${records.length} training records of ${new Set(recordContributors).size} contributors; ${queries.length} held-out passages`,
      command: `leave-out --contributors ${count}`,
      measuredAt: Math.floor(Date.now() / 1_000),
      measures: [
        { name: "leave-out by contributor", about: DEFINITION, ...figure(cells), ...made },
        { name: "leave-out by passage", about: PER_PASSAGE, ...figure(perQuery), ...made },
      ],
    });
    return {
      contributors: left,
      passages: queries.length,
      correlation: cells.value,
      low: cells.low,
      high: cells.high,
      perPassage: perQuery,
      definition: DEFINITION,
    };
  },
};
