// Hardhat plugin that compiles on every core: Hardhat leaves one free, of two as well, and compiles in one go, on one core, what shares a configuration.
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { HardhatConfig } from "hardhat/types/config";
import type { ConfigHooks, SolidityHooks } from "hardhat/types/hooks";
import type { HardhatPlugin } from "hardhat/types/plugins";

/** Jobs into which the Solidity tests are divided; each compiles the contracts again, which takes a tenth of the whole. */
const JOBS = 2;

const solidity: Partial<SolidityHooks> = {
  build: (context, files, options, next) => next(context, files, { concurrency: availableParallelism(), ...options }),
};

const config: Partial<ConfigHooks> = {
  resolveUserConfig: async (userConfig, resolveVariable, next) => {
    const resolved = await next(userConfig, resolveVariable);
    divideTests(resolved);
    return resolved;
  },
};

/**
 * Gives each part of the tests a configuration object of its own, equal to the contracts': Hardhat tells jobs apart by identity. No part is compiled with the
 * contracts, which therefore stay as they are where they are built without the tests.
 */
function divideTests({ paths, solidity: { profiles } }: HardhatConfig): void {
  const profile = profiles["default"]!;
  const [compiler] = profile.compilers;
  if (profile.compilers.length !== 1 || compiler === undefined) return;
  const parts = Array.from({ length: JOBS }, () => ({ ...compiler }));
  const tests = globSync("test/solidity/**/*.t.sol", { cwd: paths.root }).toSorted();
  for (const [i, test] of tests.entries()) profile.overrides[test] ??= parts[i % JOBS]!;
}

export const everyCore: HardhatPlugin = {
  id: "tributary:every-core",
  hookHandlers: {
    config: () => Promise.resolve({ default: () => Promise.resolve(config) }),
    solidity: () => Promise.resolve({ default: () => Promise.resolve(solidity) }),
  },
};
