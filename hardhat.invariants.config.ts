// Runs the invariant tests longer than the ordinary tests do, for `npm run invariants`, which sets the variables.
import { defineConfig } from "hardhat/config";
import base from "./hardhat.config.ts";

const { INVARIANT_RUNS, INVARIANT_DEPTH, INVARIANT_SEED } = process.env;
if (INVARIANT_RUNS === undefined || INVARIANT_DEPTH === undefined || INVARIANT_SEED === undefined) {
  throw new Error("INVARIANT_RUNS, INVARIANT_DEPTH and INVARIANT_SEED must be set: use npm run invariants");
}

export default defineConfig({
  ...base,
  test: {
    solidity: {
      fuzz: { seed: INVARIANT_SEED },
      invariant: { runs: Number(INVARIANT_RUNS), depth: Number(INVARIANT_DEPTH) },
    },
  },
});
