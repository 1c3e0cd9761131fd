// Tests that a service is not set to work with addresses without contracts.
import { expect } from "chai";
import { type Address, type Hex, numberToHex } from "viem";
import { CodelessContract, requireContracts, type WatchedDeployment } from "./deployment.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { scriptedNode } from "./test/scripted-node.ts";

const [contract, nobody] = [1, 2].map((n) => numberToHex(n, { size: 20 })) as [Address, Address];

const reader = scriptedNode({ eth_getCode: ([address]: [Hex]) => (address === contract ? "0x00" : "0x") });

function deploymentOf(...ledgers: WatchedDeployment["ledgers"]): WatchedDeployment {
  return { chainId: 31_337, block: 0n, ledgers };
}

describe("requireContracts", () => {
  it("lets deployments be in which all are there, or not asked for", async () => {
    await requireContracts(reader, deploymentOf(ledgerAt(contract)), "d.json");
    await requireContracts(reader, deploymentOf({ ...ledgerAt(contract), indexProofs: undefined }), "d.json");
  });

  for (const name of ["ledger", "faultProofs", "indexProofs", "sketchDisputes", "token"] as const) {
    it(`refuses one whose ${name} has no code, of any ledger`, async () => {
      const lacking = { ...ledgerAt(contract), [name]: nobody };
      const error: unknown = await requireContracts(reader, deploymentOf(ledgerAt(contract), lacking), "d.json").catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(CodelessContract);
      expect((error as Error).message)
        .to.include("d.json")
        .and.include(name)
        .and.include(nobody);
    });
  }
});
