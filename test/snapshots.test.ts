// The committed snapshots of interfaces and storage are those of the contracts as they are built now.
import { expect } from "chai";
import { snapshotDifferences } from "../scripts/snapshots/files.ts";

describe("snapshots", () => {
  it("are current", () => {
    const report = snapshotDifferences().map(({ contract, changes }) => `${contract}\n  ${changes.join("\n  ")}`);
    expect(report.join("\n"), "where the change is meant: npm run snapshots").to.equal("");
  });
});
