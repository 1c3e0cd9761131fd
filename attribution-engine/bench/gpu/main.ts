// Compares and measures search on a GPU in one go; prints a table, or with --json one object.
import { parseArgs } from "node:util";
import { measureGpu, type GpuFigures, type GpuMeasureOptions } from "./measure.ts";

const HELP = `npm run bench:gpu -- [options]

Compares searches on the GPU with WebAssembly's bit by bit, then measures them beside the device's own limits.
Exits with 0 if the lists were equal, also where there is no GPU to measure (the reason is printed).

  --records n    records to search (1048576)
  --k n          coordinates of a sketch (256)
  --quick        fewer and smaller searches, half a minute on a GPU
  --software     measure a driver that is a program on the CPU too, to try this command; implies few small searches
  --matrices     score by 8-bit subgroup matrices (tensor cores), an experiment of Dawn's
  --json         print one JSON object
`;

const QUICK = { records: 131_072, queries: [16, 1_024], topK: [32], cases: 12 };
const FULL = { records: 2 ** 20, queries: [1, 16, 64, 256, 1_024, 4_096], topK: [32, 256], cases: 60 };
const TRIED = {
  records: 2_000,
  queries: [1, 40],
  topK: [8],
  cases: 4,
  limits: { leastSeconds: 0.01, readBytes: 2 ** 24 },
};

const options = readOptions();
const started = performance.now();
const { gpu, gpuReason } = await measureGpu(options.measure);
if (options.json) console.log(JSON.stringify({ gpu, gpuReason }));
else console.log(gpu === null ? `not measured: ${gpuReason}` : table(gpu));

function readOptions(): { json: boolean; measure: GpuMeasureOptions } {
  try {
    const { values } = parseArgs({
      options: {
        records: { type: "string" },
        k: { type: "string", default: "256" },
        quick: { type: "boolean", default: false },
        software: { type: "boolean", default: false },
        matrices: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const sizes = values.software ? TRIED : values.quick ? QUICK : FULL;
    const records = Number(values.records ?? sizes.records);
    const k = Number(values.k);
    if (!Number.isInteger(records) || records < 1) throw new Error(`--records ${values.records}: give a number from 1`);
    if (!Number.isInteger(k) || k < 32 || k > 4096 || k % 32 !== 0) {
      throw new Error(`--k ${values.k}: give a multiple of 32 from 32 to 4096`);
    }
    const onProgress = (text: string): void => {
      process.stderr.write(`${((performance.now() - started) / 1_000).toFixed(0)} s: ${text}\n`);
    };
    return {
      json: values.json,
      measure: { ...sizes, records, k, software: values.software, matrices: values.matrices, onProgress },
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

function table(figures: GpuFigures): string {
  const short = (value: number): string => value.toExponential(2);
  const lines = [
    `${figures.device}${figures.software ? " (a program on the CPU)" : ""}${figures.matrices ? ", by matrices" : ""}, ${figures.date}`,
    `${figures.comparedSearches} searches equal to WebAssembly's, ${figures.repeatedQueries} queries of them searched twice`,
    `limits: ${short(figures.productsPerSecond)} products/s in registers, ${short(figures.bytesPerSecond)} bytes/s read, ${short(figures.uploadBytesPerSecond)} bytes/s sent`,
    "| records | k | queries | top | records | seconds | pairs/s | bound by | share |",
    "|---|---|---|---|---|---|---|---|---|",
  ];
  for (const run of figures.runs) {
    const held = run.streamed ? "streamed" : "held";
    const share = `${(100 * run.limitShare).toFixed(1)} %`;
    const cells = [
      run.records,
      run.k,
      run.queries,
      run.topK,
      held,
      run.seconds.toPrecision(3),
      short(run.pairsPerSecond),
      run.binds,
      share,
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}
