// Measures the gas of every function on the code that production gets, beside two peers' claims, and says which targets they meet.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readBuild } from "../build-info.ts";
import { root, runChild, tail } from "../child.ts";
import { formatTable } from "../table.ts";
import { externalCalls, LEFT_OUT, reachable } from "./external-calls.ts";
import {
  allFragment,
  changesOf,
  claimsFragment,
  type Figure,
  targetsOf,
  thousands,
  unmeasured,
  withFragment,
} from "./figures.ts";

const USAGE = `npm run gas -- [--json] [--write | --check] [--only Contract.function]
  --write refreshes docs/gas.json and the tables in README.md and docs/gas.md; --check fails where figures differ from docs/gas.json.`;
const MOST_DEPLOYED_BYTES = 24_576;
const ARTIFACTS = "cache/gas/artifacts";
const SNAPSHOT = join(root, "docs/gas.json");
/** The documents with a table, and what it shows. */
const DOCUMENTS = { "README.md": claimsFragment, "docs/gas.md": allFragment };

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const isPartial = values.only !== undefined;
if (values.help || (values.write && values.check) || (isPartial && (values.write || values.check))) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const { figures, failures } = await measure();
const problems = failures.map((failure) => `could not be measured: ${failure}`);
const targets = isPartial || failures.length > 0 ? [] : targetsOf(figures);
if (!isPartial) {
  const contracts = readBuild(ARTIFACTS);
  const oversized = contracts.filter(({ deployedBytes }) => deployedBytes > MOST_DEPLOYED_BYTES);
  problems.push(
    ...oversized.map(
      ({ name, deployedBytes }) =>
        `${name}: ${thousands(deployedBytes)} bytes, more than the ${thousands(MOST_DEPLOYED_BYTES)} of EIP-170`,
    ),
  );
  const calls = externalCalls(reachable(contracts, ARTIFACTS), LEFT_OUT);
  problems.push(...unmeasured(calls, figures).map((name) => `${name}: no scenario under scripts/gas/ calls it`));
}
problems.push(
  ...targets
    .filter(({ isMet, isRequired }) => isRequired && !isMet)
    .map(({ name, gas, below }) => `${name}: ${thousands(gas)} gas, which must be below ${thousands(below)}`),
);
if (values.check) {
  const { figures: before } = JSON.parse(readFileSync(SNAPSHOT, "utf8")) as { figures: Figure[] };
  problems.push(...changesOf(before, figures).map((change) => `${change}; where it is meant: npm run gas -- --write`));
}
if (values.write && failures.length === 0) {
  writeFileSync(SNAPSHOT, `${JSON.stringify({ figures }, undefined, 2)}\n`);
  for (const [name, fragmentOf] of Object.entries(DOCUMENTS)) {
    const file = join(root, name);
    writeFileSync(file, withFragment(readFileSync(file, "utf8"), fragmentOf(figures)));
  }
}

if (values.json) {
  console.log(JSON.stringify({ figures, targets, problems }));
} else {
  const rows = figures.map(({ call, given, gas }) => [`${call}: ${given}`, thousands(gas)]);
  console.log(formatTable([["call", "gas"], ...rows]));
  const goals = targets.map(({ name, gas, below, isMet }) => {
    return [name, thousands(gas), thousands(below), isMet ? "met" : "missed"];
  });
  if (goals.length > 0) console.log(`\n${formatTable([["target", "gas", "below", ""], ...goals])}`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

async function measure(): Promise<{ figures: Figure[]; failures: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "tributary-gas-"));
  const file = join(folder, "figures.json");
  console.error("building for production where anything changed (minutes), then measuring");
  try {
    const { exitCode, output, seconds } = await runChild(
      "hardhat",
      ["--config", "hardhat.gas.config.ts", "run", "scripts/gas/measure.ts"],
      { GAS_FILE: file, ...(values.only === undefined ? {} : { GAS_ONLY: values.only }) },
    );
    if (exitCode !== 0) {
      console.error(tail(output));
      throw new Error(`the scenarios did not run (exit code ${exitCode}, above)`);
    }
    console.error(`measured in ${seconds.toFixed(0)} s`);
    return JSON.parse(readFileSync(file, "utf8")) as { figures: Figure[]; failures: string[] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
