// Tests of reading which tests failed.
import { expect } from "chai";
import { formatFailure, readFailures } from "./failures.ts";

const MOCHA = `
  the job
    1) ends
    2) "before all" hook for "starts"

  7 passing (3s)
  2 failing

  1) the job
       with servers:
         ends:

      no process is left
      + expected - actual

      -1
      +0

      at Context.<anonymous> (job.test.ts:4:26)
      at process.processImmediate (node:internal/timers:574:21)

  2) the job
       "before all" hook for "starts":
     Error: the run printed
  1) something
  2) of its own
  9) three
     five
      at Context.<anonymous> (job.test.ts:8:24)



`;

const SOLIDITY = `
  1056 passing
  1 failing

  1) StakeTest#test_Slash()
    Error: assertion failed: 77 >= 50

    Counterexample:
      args: 220
    at StakeTest.test_Slash (test/Stake.t.sol:12)
`;

describe("readFailures", () => {
  it("names mocha's tests and hooks with their suites and the first lines of their errors", () => {
    expect(readFailures(MOCHA)).to.deep.equal([
      {
        test: "the job › with servers: › ends",
        error: ["no process is left", "+ expected - actual", "-1", "+0"],
      },
      {
        test: 'the job › "before all" hook for "starts"',
        error: ["Error: the run printed", "1) something", "2) of its own", "9) three"],
      },
    ]);
  });

  it("names Solidity tests with theirs", () => {
    expect(readFailures(SOLIDITY)).to.deep.equal([
      {
        test: "StakeTest#test_Slash()",
        error: ["Error: assertion failed: 77 >= 50", "Counterexample:", "args: 220"],
      },
    ]);
  });

  it("reads the last summary, not what a test printed", () => {
    expect(readFailures(`${SOLIDITY}\n  2 passing (1s)\n  1 failing\n\n  1) adds:\n     Error: no\n`)).to.deep.equal([
      { test: "adds", error: ["Error: no"] },
    ]);
  });

  it("finds nothing in a green run", () => {
    expect(readFailures("  1) title\n\n  12 passing (3s)\n")).to.deep.equal([]);
  });

  it("cuts long lines", () => {
    const [failure] = readFailures(`  1 failing\n\n  1) adds:\n     Error: ${"x".repeat(500)}\n`);
    expect(failure?.error[0]).to.have.lengthOf.below(220).and.match(/x…$/);
  });
});

describe("formatFailure", () => {
  it("begins with the suite and indents the error", () => {
    expect(formatFailure("unit", { test: "adds", error: ["Error: no", "at all"] })).to.equal(
      "  unit: adds\n      Error: no\n      at all",
    );
  });
});
