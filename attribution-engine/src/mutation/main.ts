// `npm run mutate`: tries mutants of random epochs on the simulated chain, in several processes, and says how many were ended and by what.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { setStage } from "./chain/stage.ts";
import { addReport, emptyReport, type Report, tryMutants, weaknessesOf } from "./trials.ts";
import { isWrong, share } from "./share-work.ts";

const USAGE = `npm run mutate -- [--mutants N] [--seed S] [--only I] [--workers W] [--json]
  --mutants counts those that the ledger accepted as proposals. From 500 on, each fault must end 3 % of them, and 20 % at most may be equivalent.
  --only tries mutant number I of the seed alone, as a survivor is printed.`;

const { values } = parseArgs({
  options: {
    mutants: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    workers: { type: "string", default: String(Math.min(8, availableParallelism())) },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [mutants, seed, workers, only] = [values.mutants, values.seed, values.workers, values.only ?? "0"].map(Number);
const isUsable = [mutants, seed, workers, only].every((value) => Number.isInteger(value) && value! >= 0);
if (values.help || !isUsable || workers === 0 || mutants === 0) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const startedAt = performance.now();
const report = emptyReport();
if (values.only === undefined) {
  await share({ mutants: mutants!, seed: seed!, workers: workers! }, (part) => {
    addReport(report, part);
    const { mutants: tried, ended, refused } = report;
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    if (!values.json)
      process.stderr.write(
        `${tried} of ${mutants} in ${seconds} s: ${ended} ended, ${refused} refused, ${report.survivors.length} survive\n`,
      );
  });
} else {
  addReport(report, await tryMutants(await setStage(), seed!, only!, only! + 1));
}

const { survivors, standing, unsound, ...counts } = report;
if (values.json)
  console.log(
    JSON.stringify({
      ...counts,
      survivors: survivors.length,
      standing: standing.length,
      unsound: unsound.length,
      details: [...survivors, ...standing, ...unsound],
    }),
  );
else print(report);
for (const { number, what, why } of [...survivors, ...standing])
  console.error(`stands: --seed ${seed} --only ${number}: ${what}: ${why}`);
for (const line of unsound) console.error(`unsound: ${line}`);
for (const line of weaknessesOf(report)) console.error(`too weak: ${line}`);
process.exit(isWrong(report) ? 1 : 0);

function print({ mutants: tried, refused, equivalent, ended, byFault, survivors, vainProofs, ...rest }: Report): void {
  console.log(`${tried} mutants, ${equivalent} of them equivalent; ${ended} ended, ${survivors.length} survive`);
  for (const [name, count] of Object.entries(byFault))
    console.log(
      `  ${name.padEnd(12)} ${String(count).padStart(6)}  ${((100 * count) / Math.max(1, tried)).toFixed(1)} %`,
    );
  console.log(`refused by the ledger as they were proposed: ${refused}`);
  console.log(`proofs against honest proposals, all refused: ${vainProofs - rest.unsound.length} of ${vainProofs}`);
  console.log(`demands: ${rest.demands}, at most ${rest.mostDemands} for one; dearest ending: ${rest.mostGas} gas`);
}
