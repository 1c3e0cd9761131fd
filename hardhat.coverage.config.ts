// Runs the tests on instrumented contracts for `npm run coverage`, in folders of its own, so that the ordinary build stays as it is.
import { defineConfig } from "hardhat/config";
import base from "./hardhat.config.ts";

export default defineConfig({
  ...base,
  paths: { ...base.paths, artifacts: "coverage/hardhat/artifacts", cache: "coverage/hardhat/cache" },
  typechain: { ...base.typechain, outDir: "coverage/hardhat/types" },
  // A line is reached or not: more runs would only take longer.
  test: { solidity: { fuzz: { runs: 64, seed: "0x1" }, invariant: { runs: 8, depth: 64 } } },
});
