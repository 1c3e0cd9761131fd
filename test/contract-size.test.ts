// Every contract fits the limits of the chain: EIP-170 for deployed code, EIP-3860 for init code.
import { expect } from "chai";
import { artifacts } from "hardhat";

const MAX_DEPLOYED_BYTES = 24_576;
const MAX_INIT_BYTES = 49_152;

const byteLength = (bytecode: string): number => (bytecode.length - 2) / 2;

describe("contract size", () => {
  it("is within the limits of EIP-170 and EIP-3860", async () => {
    const names = await artifacts.getAllFullyQualifiedNames();
    expect(names, "no artifacts: run `npm run build`").to.not.be.empty;
    const oversized: string[] = [];
    for (const name of [...names].filter((name) => name.startsWith("contracts/"))) {
      const { bytecode, deployedBytecode } = await artifacts.readArtifact(name);
      const deployed = byteLength(deployedBytecode);
      const init = byteLength(bytecode);
      if (deployed > MAX_DEPLOYED_BYTES)
        oversized.push(`${name}: ${deployed} bytes deployed, over ${MAX_DEPLOYED_BYTES}`);
      if (init > MAX_INIT_BYTES) oversized.push(`${name}: ${init} bytes of init code, over ${MAX_INIT_BYTES}`);
    }
    expect(oversized).to.be.empty;
  });
});
