// Builds, tests and deploys the contracts.
import { fileURLToPath } from "node:url";
import hardhatToolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import { everyCore } from "./scripts/every-core.ts";
import { quietDependencies } from "./scripts/quiet-dependencies.ts";

/** The compiler comes from node_modules, so it is offline and pinned by the lockfile's integrity hash. */
const compiler = {
  version: "0.8.37",
  path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
};

/** Read by the snapshots of storage layouts. */
const outputSelection = { "*": { "*": ["storageLayout"] } };

/**
 * The largest contracts: with the IR pipeline and these runs they fit EIP-170 with room to spare, in both profiles alike, so that tests run the
 * code that is deployed.
 */
const large = {
  ...compiler,
  settings: { evmVersion: "cancun", viaIR: true, optimizer: { enabled: true, runs: 800 }, outputSelection },
};
const overrides = {
  "contracts/registry/ModelRegistry.sol": large,
  "contracts/royalties/FaultProofs.sol": large,
  "contracts/royalties/IndexProofs.sol": large,
  "contracts/royalties/RoyaltyLedger.sol": large,
  "contracts/royalties/SettlementProofs.sol": large,
  "contracts/staking/OperatorStaking.sol": large,
};

/** What is deployed, and what gas is measured on. */
export const production = {
  isolated: false,
  compilers: [
    {
      ...compiler,
      settings: { evmVersion: "cancun", viaIR: true, optimizer: { enabled: true, runs: 1_000_000 } },
    },
  ],
  overrides,
};

export default defineConfig({
  plugins: [hardhatToolbox, quietDependencies, everyCore],
  paths: {
    sources: "contracts",
    tests: { mocha: "test", solidity: "test" },
    ignition: "deploy",
  },
  solidity: {
    // Deployed as it is: governance acts through it.
    npmFilesToBuild: ["@openzeppelin/contracts/governance/TimelockController.sol"],
    profiles: {
      default: {
        compilers: [
          {
            ...compiler,
            settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 }, outputSelection },
          },
        ],
        overrides,
      },
      production,
    },
  },
  // Longer: npm run fuzz, npm run invariants.
  test: { solidity: { fuzz: { runs: 64 }, invariant: { runs: 48, depth: 64 } } },
  // TypeChain writes namespaces, which erasableSyntaxOnly rejects: its files are used for their types only.
  typechain: { outDir: "types/ethers-contracts", tsNocheck: true },
  networks: {
    local: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
  },
});
