// Tests of reading and summing up coverage.
import { expect } from "chai";
import { parseLcov } from "./lcov.ts";
import { isMeasured, percent, ranges, summarize } from "./summary.ts";

const LINES = `TN:
SF:contracts/a/A.sol
DA:3,1
DA:4,0
DA:5,0
end_of_record
SF:contracts/test/Helper.sol
DA:1,0
end_of_record
`;

const BRANCHES = `TN:
SF:contracts/a/A.sol
FN:3,A.f
FNDA:2,A.f
BRDA:3,0,0,2
BRDA:4,1,0,0
BRDA:5,2,0,-
end_of_record
SF:test/solidity/A.t.sol
BRDA:9,0,0,0
end_of_record
`;

describe("parseLcov", () => {
  it("reads lines and branches by file", () => {
    const [first, second] = parseLcov(LINES);
    expect([...first!.lines]).to.deep.equal([
      [3, true],
      [4, false],
      [5, false],
    ]);
    expect(second!.path).to.equal("contracts/test/Helper.sol");
    expect(parseLcov(BRANCHES)[0]!.branches.map(({ isTaken }) => isTaken)).to.deep.equal([true, false, false]);
  });

  it("counts a line as reached that one of its records calls reached", () => {
    expect([...parseLcov("SF:a\nDA:1,0\nDA:1,4\nDA:1,0\n")[0]!.lines]).to.deep.equal([[1, true]]);
  });

  it("names the line that it cannot read", () => {
    expect(() => parseLcov("TN:\nDA:1,1\n")).to.throw("lcov line 2: DA before any SF");
    expect(() => parseLcov("SF:a\nDA:x,1\n")).to.throw("lcov line 2: DA:x,1 has no line number");
  });
});

describe("summarize", () => {
  it("takes lines from one report, branches from the other, and leaves helpers out", () => {
    const { files, lines, branches } = summarize(parseLcov(LINES), parseLcov(BRANCHES));
    expect(files.map(({ path }) => path)).to.deep.equal(["contracts/a/A.sol"]);
    expect(files[0]!.missingLines).to.deep.equal([4, 5]);
    expect(files[0]!.missingBranches).to.deep.equal([4, 5]);
    expect(lines).to.deep.equal({ covered: 1, total: 3 });
    expect(branches).to.deep.equal({ covered: 1, total: 3 });
  });

  it("measures the deployed contracts only", () => {
    expect(isMeasured("contracts/token/OpenToken.sol")).to.equal(true);
    expect(isMeasured("contracts/test/peers/Peer.sol")).to.equal(false);
    expect(isMeasured("test/solidity/A.t.sol")).to.equal(false);
  });
});

describe("percent", () => {
  it("never rounds up to a target", () => {
    expect(percent({ covered: 97_999, total: 100_000 })).to.equal(97.99);
    expect(percent({ covered: 0, total: 0 })).to.equal(100);
  });
});

describe("ranges", () => {
  it("joins neighbours and repetitions", () => {
    expect(ranges([3, 7, 8, 8, 9, 12])).to.equal("3, 7-9, 12");
    expect(ranges([])).to.equal("");
  });
});
