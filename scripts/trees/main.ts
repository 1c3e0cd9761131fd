// Says where contracts, branching trees and tests do not agree.
import { parseArgs } from "node:util";
import { formatTable } from "../table.ts";
import { treeReport } from "./files.ts";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const report = treeReport();
if (values.json) {
  console.log(JSON.stringify(report));
} else {
  console.log(report.problems.join("\n"));
  console.log(
    formatTable([
      ["", "covered", "all"],
      ["functions with a tree", String(report.functionsWithTree), String(report.functions)],
      ["errors asserted by a test", String(report.errorsAsserted), String(report.errors)],
      ["leaves", "", String(report.leaves)],
      ["problems", "", String(report.problems.length)],
    ]),
  );
}
process.exitCode = report.problems.length === 0 ? 0 : 1;
