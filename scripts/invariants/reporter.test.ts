// Tests of reading the reporter's account of invariants.
import { expect } from "chai";
import { readInvariantReport } from "./reporter.ts";

const GREEN = `
Running Solidity tests

  test/solidity/Ledger.t.sol:LedgerTest
    ✔ invariant_Owed() (runs: 20)

  1 passing
`;

const RED = `
  test/solidity/Ledger.t.sol:LedgerTest
    ✔ invariant_Owed() (runs: 20)

  test/solidity/Stake.t.sol:StakeTest
    1) invariant_Small()


  1 passing
  1 failing

  1) StakeTest#invariant_Small()
    Error: assertion failed: 77 >= 50

    Counterexample:
      signature: inc(uint256)
      args: 220
`;

describe("readInvariantReport", () => {
  it("lists what held", () => {
    expect(readInvariantReport(GREEN)).to.deep.equal({
      results: [{ contract: "LedgerTest", name: "invariant_Owed", isHeld: true }],
      failures: "",
    });
  });

  it("lists what broke, with its calls", () => {
    const { results, failures } = readInvariantReport(RED);
    expect(results.map(({ contract, name, isHeld }) => [contract, name, isHeld])).to.deep.equal([
      ["LedgerTest", "invariant_Owed", true],
      ["StakeTest", "invariant_Small", false],
    ]);
    expect(failures)
      .to.match(/^1\) StakeTest#invariant_Small/)
      .and.contain("args: 220");
  });
});
