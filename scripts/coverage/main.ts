// Measures how much of the contracts the tests reach, and fails below the targets.
import { parseArgs } from "node:util";
import { tail } from "../child.ts";
import { formatTable } from "../table.ts";
import { measureBranches, type Measured, measureLines } from "./measure.ts";
import { percent, ranges, type Share, summarize } from "./summary.ts";

const LEAST_LINES = 98;
const LEAST_BRANCHES = 95;

const USAGE = `npm run coverage -- [--json] [--missing] [--only lines|branches]
  lines: of contracts/ over all tests, by Hardhat; branches: over the Solidity tests, by forge.
  forge counts an \`if\` without \`else\` as one branch, taken when its body ran.`;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    missing: { type: "boolean", default: false },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help || !(values.only === undefined || values.only === "lines" || values.only === "branches")) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const empty: Measured = { coverage: [], result: { exitCode: 0, output: "", seconds: 0 } };
const startedAt = performance.now();
const [lines, branches] = await Promise.all([
  values.only === "branches" ? empty : reported("lines", measureLines()),
  values.only === "lines" ? empty : reported("branches", measureBranches()),
]);
const summary = summarize(lines.coverage, branches.coverage);
const seconds = (performance.now() - startedAt) / 1000;

async function reported(name: string, measuring: Promise<Measured>): Promise<Measured> {
  console.error(`${name}: running`);
  const measured = await measuring;
  const { exitCode, output, seconds } = measured.result;
  // Hardhat prints its own table of the coverage after what failed.
  if (exitCode !== 0) console.error(`\n${tail(output.replaceAll(/^[╔╠╟║╚].*\n/gm, ""), 80)}\n`);
  console.error(`${name}: ${exitCode === 0 ? "done" : "TESTS FAILED (above)"} in ${seconds.toFixed(0)} s`);
  return measured;
}

if (values.json) {
  console.log(
    JSON.stringify({
      ...(values.only === "branches" ? {} : { lines: percent(summary.lines) }),
      ...(values.only === "lines" ? {} : { branches: percent(summary.branches) }),
      leastLines: LEAST_LINES,
      leastBranches: LEAST_BRANCHES,
      seconds: Math.round(seconds),
      files: summary.files,
    }),
  );
} else {
  const cell = (share: Share): string => (share.total === 0 ? "-" : `${percent(share).toFixed(2)} %`);
  const count = ({ covered, total }: Share): string => `${covered}/${total}`;
  const rows = [...summary.files, { path: "contracts/", ...summary }].map((file) => [
    file.path,
    cell(file.lines),
    count(file.lines),
    cell(file.branches),
    count(file.branches),
  ]);
  console.log(formatTable([["file", "lines", "", "branches", ""], ...rows]));
  if (values.missing) {
    for (const { path, missingLines, missingBranches } of summary.files) {
      if (missingLines.length > 0) console.log(`${path}: no test reaches line ${ranges(missingLines)}`);
      if (missingBranches.length > 0) console.log(`${path}: no Solidity test takes a branch of line ${ranges(missingBranches)}`);
    }
  }
}

const shortfalls = [
  ...(values.only !== "branches" && percent(summary.lines) < LEAST_LINES
    ? [`lines ${percent(summary.lines)} %, must be ${LEAST_LINES} %`]
    : []),
  ...(values.only !== "lines" && percent(summary.branches) < LEAST_BRANCHES
    ? [`branches ${percent(summary.branches)} %, must be ${LEAST_BRANCHES} %`]
    : []),
];
for (const shortfall of shortfalls) console.error(`too little is covered: ${shortfall} (--missing names what)`);
const isGreen = lines.result.exitCode === 0 && branches.result.exitCode === 0;
process.exitCode = isGreen && shortfalls.length === 0 ? 0 : 1;
