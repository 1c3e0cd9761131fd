// Tests of the counting in tally.ts.
import { expect } from "chai";
import { judgeCheck, judgeTestRun } from "./tally.ts";

describe("judgeTestRun", () => {
  it("counts the summary of a green run", () => {
    expect(judgeTestRun("  ✔ adds\n\n  12 passing (3s)\n", 0)).to.deep.equal({ passed: 12, failed: 0 });
  });

  it("counts the failures of a red run", () => {
    expect(judgeTestRun("\n  12 passing (3s)\n  2 failing\n", 2)).to.deep.equal({ passed: 12, failed: 2 });
  });

  it("reads the last summary, not a test's title", () => {
    const output = "  ✔ says 5 passing\n  3 passing (1s)\n\n  4 passing (1s)\n";
    expect(judgeTestRun(output, 0)).to.deep.equal({ passed: 4, failed: 0 });
  });

  it("fails a run that died after a green summary", () => {
    expect(judgeTestRun("  3 passing (1s)\n", 1)).to.deep.equal({ passed: 3, failed: 1 });
  });

  it("fails a run without a summary, whatever its exit code", () => {
    expect(judgeTestRun("", 0)).to.deep.equal({ passed: 0, failed: 1 });
    expect(judgeTestRun("Error: no such file\n", 1)).to.deep.equal({ passed: 0, failed: 1 });
  });
});

describe("judgeCheck", () => {
  it("counts the command as one test", () => {
    expect(judgeCheck(0)).to.deep.equal({ passed: 1, failed: 0 });
    expect(judgeCheck(1)).to.deep.equal({ passed: 0, failed: 1 });
  });
});
