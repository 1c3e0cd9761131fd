// Builds the contracts as production gets them, in folders of its own, for the scenarios of `npm run gas`.
import { defineConfig } from "hardhat/config";
import base, { production } from "./hardhat.config.ts";

export default defineConfig({
  ...base,
  paths: {
    ...base.paths,
    // The Solidity tests are not needed, and take longest.
    tests: { mocha: "scripts/gas", solidity: "scripts/gas" },
    artifacts: "cache/gas/artifacts",
    cache: "cache/gas/cache",
  },
  typechain: { ...base.typechain, outDir: "cache/gas/types" },
  solidity: {
    npmFilesToBuild: ["@openzeppelin/contracts/governance/TimelockController.sol"],
    profiles: { default: production },
  },
  // A contract that is too large is measured too; the command then fails and names it.
  networks: { default: { type: "edr-simulated", allowUnlimitedContractSize: true } },
});
