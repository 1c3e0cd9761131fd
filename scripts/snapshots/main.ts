// Writes the snapshots of the contracts' interfaces and storage; with `--check` only says what changed.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { SNAPSHOT_FOLDER, snapshotDifferences } from "./files.ts";

const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
});
const differences = snapshotDifferences();
if (!values.check) {
  mkdirSync(SNAPSHOT_FOLDER, { recursive: true });
  for (const { file, text } of differences) {
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
  }
}
if (values.json) {
  console.log(JSON.stringify({ changed: differences.map(({ contract, changes }) => ({ contract, changes })) }));
} else {
  for (const { contract, changes } of differences) console.log(`${contract}\n  ${changes.join("\n  ")}`);
  console.log(`${differences.length} snapshots ${values.check ? "differ" : "written"}`);
}
if (values.check && differences.length > 0) {
  console.error("where the change is meant: npm run snapshots");
  process.exitCode = 1;
}
