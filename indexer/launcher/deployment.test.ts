// Deployment files: what is read from them, and what is said about bad ones.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readDeployment } from "./deployment.ts";

const ADDRESS = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
const OTHER = "0x00000000000000000000000000000000000000aa";
const NAMES = [
  "RoyaltyPositions",
  "DatanetRegistry",
  "ContributionReview",
  "ModelRegistry",
  "TillFactory",
  "RoyaltyVault",
  "RoyaltyLedger",
  "OperatorStaking",
  "RoyaltySharesFactory",
  "FaultProofs",
  "IndexProofs",
  "SettlementProofs",
  "Demands",
  "SketchDisputes",
  "AgentRegistry",
  "OpenGovernor",
  "GovernanceOpen",
  "BatchSettlement",
];
const GOOD = {
  chainId: 31337,
  block: 7,
  addresses: Object.fromEntries([...NAMES, "OpenToken"].map((name) => [name, ADDRESS])),
  parameters: { epochSeconds: 15 },
};

describe("readDeployment", () => {
  const folder = mkdtempSync(join(tmpdir(), "tributary-deployment-"));
  const file = join(folder, "31337.json");
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const read = (content: string, token?: string) => {
    writeFileSync(file, content);
    return readDeployment(file, token);
  };

  it("reads the chain, the block and the addresses that are indexed", () => {
    const { chainId, block, addresses } = read(JSON.stringify(GOOD));
    expect([chainId, block]).to.deep.equal([31337, 7]);
    expect(Object.keys(addresses)).to.have.members(NAMES);
    expect(addresses.RoyaltyLedger).to.equal("0x5FbDB2315678afecb367f032d93F642f64180aa3");
  });

  it("reads the contracts of a further payment token, and those that all tokens share", () => {
    const own = ["TillFactory", "RoyaltyVault", "RoyaltyLedger", "FaultProofs", "SettlementProofs", "Demands"];
    const contracts = Object.fromEntries([...own, "SketchDisputes", "ModelTill"].map((name) => [name, OTHER]));
    const file = JSON.stringify({ ...GOOD, paymentTokens: [{ symbol: "USD", token: ADDRESS, ...contracts }] });
    const { addresses } = read(file, "USD");
    const others = Object.entries(addresses).filter(([, address]) => address.toLowerCase() === OTHER);
    expect(others.map(([name]) => name)).to.have.members([...own, "SketchDisputes"]);
    expect(Object.keys(addresses)).to.have.members(NAMES);
    expect(read(file, "OPEN")).to.deep.equal(read(JSON.stringify(GOOD)));
    expect(() => read(file, "EUR")).to.throw(/no payment token "EUR" was deployed; there are OPEN, USD/);
    const broken = JSON.stringify({ ...GOOD, paymentTokens: [{ symbol: "USD", ...contracts, Demands: 1 }] });
    expect(() => read(broken, "USD")).to.throw(/"paymentTokens\.Demands" is not an address: 1/);
  });

  it("names the file and what is wrong with it", () => {
    const { RoyaltyLedger: _, ...others } = GOOD.addresses;
    const cases: [string, RegExp][] = [
      ["{", /31337\.json: not JSON/],
      ["[]", /31337\.json: expected a JSON object/],
      [JSON.stringify({ ...GOOD, addresses: null }), /"addresses" is not an object/],
      [JSON.stringify({ ...GOOD, addresses: others }), /"addresses\.RoyaltyLedger" is not an address: undefined/],
      [JSON.stringify({ ...GOOD, addresses: { ...others, RoyaltyLedger: "0x12" } }), /is not an address: "0x12"/],
      [JSON.stringify({ ...GOOD, block: -1 }), /"block" is not a whole number: -1/],
      [JSON.stringify({ ...GOOD, chainId: "" }), /"chainId" is not a whole number: ""/],
    ];
    for (const [content, message] of cases) expect(() => read(content), content).to.throw(message);
  });

  it("says that there is no such file", () => {
    expect(() => readDeployment(join(folder, "1.json"))).to.throw(/1\.json: no such deployment file/);
  });
});
