// Runs the invariant tests long, from a fresh seed each time, and shows the calls that broke one.
import { randomBytes } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { root, runChild, tail } from "../child.ts";
import { formatTable } from "../table.ts";
import { readInvariantReport } from "./reporter.ts";

const USAGE = "npm run invariants -- [--runs 1000] [--depth 200] [--seed 0x…] [--json]";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    depth: { type: "string", default: "200" },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
const depth = Number(values.depth);
const seed = values.seed ?? `0x${randomBytes(32).toString("hex")}`;
const isUsable = Number.isSafeInteger(runs) && runs > 0 && Number.isSafeInteger(depth) && depth > 0;
if (values.help || !isUsable || !/^0x[0-9a-f]{1,64}$/i.test(seed)) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const files = globSync("test/solidity/**/*.t.sol", { cwd: root })
  .filter((file) => readFileSync(join(root, file), "utf8").includes("function invariant_"))
  .sort();
console.error(`${runs} runs of ${depth} calls, seed ${seed}: ${files.join(", ")}`);
const { exitCode, output, seconds } = await runChild(
  "hardhat",
  ["--config", "hardhat.invariants.config.ts", "test", "solidity", ...files, "--grep", "^invariant_"],
  { INVARIANT_RUNS: String(runs), INVARIANT_DEPTH: String(depth), INVARIANT_SEED: seed },
);
const { results, failures } = readInvariantReport(stripVTControlCharacters(output));
const broken = results.filter(({ isHeld }) => !isHeld);
const isDone = results.length > 0 && (exitCode === 0 || broken.length > 0);
if (!isDone) {
  console.error(tail(output));
  console.error(`the run did not end with results (exit code ${exitCode}, above)`);
  process.exit(1);
}

if (values.json) {
  console.log(
    JSON.stringify({
      runs,
      depth,
      failures: broken.length,
      invariants: results.length,
      seed,
      seconds: Math.round(seconds),
      broken: broken.map(({ contract, name }) => `${contract}.${name}`),
    }),
  );
} else {
  const rows = results.map(({ contract, name, isHeld }) => [`${contract}.${name}`, isHeld ? "held" : "BROKEN"]);
  console.log(formatTable([["invariant", "result"], ...rows]));
  console.log(`\n${runs} runs × ${depth} calls in ${seconds.toFixed(0)} s, ${broken.length} failures`);
}
if (broken.length > 0) {
  console.error(`\n${failures}\n\nagain: npm run invariants -- --runs ${runs} --depth ${depth} --seed ${seed}`);
  process.exitCode = 1;
}
