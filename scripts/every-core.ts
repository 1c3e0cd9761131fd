// Hardhat plugin that compiles on every core: Hardhat leaves one free, of two as well.
import { availableParallelism } from "node:os";
import type { SolidityHooks } from "hardhat/types/hooks";
import type { HardhatPlugin } from "hardhat/types/plugins";

const hooks: Partial<SolidityHooks> = {
  build: (context, files, options, next) => next(context, files, { concurrency: availableParallelism(), ...options }),
};

export const everyCore: HardhatPlugin = {
  id: "tributary:every-core",
  hookHandlers: {
    solidity: () => Promise.resolve({ default: () => Promise.resolve(hooks) }),
  },
};
