// Which external calls there must be a figure of: all that can change something, what is inherited from packages included.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonFragment } from "ethers";
import { type BuiltContract, isDeployable } from "../build-info.ts";
import { root } from "../child.ts";

type Offered = { name: string; abi: readonly JsonFragment[] };

const REFUSES = "always reverts: the timelock, not the governor, holds what governance owns";
const ANSWERS = "answers a token's transfer with a constant, and changes nothing";

/** What has no figure, by `Contract.function`, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "OpenGovernor.onERC721Received": REFUSES,
  "OpenGovernor.onERC1155Received": REFUSES,
  "OpenGovernor.onERC1155BatchReceived": REFUSES,
  "OpenGovernor.receive": REFUSES,
  "TimelockController.onERC721Received": ANSWERS,
  "TimelockController.onERC1155Received": ANSWERS,
  "TimelockController.onERC1155BatchReceived": ANSWERS,
};

/** The contracts in a build's folder that calls can reach: our own, and those of packages that are deployed as they are. */
export function reachable(contracts: readonly BuiltContract[], folder: string): Offered[] {
  const own = contracts.filter((contract) => isDeployable(contract) || contract.ast.contractKind === "library");
  const ofPackages = globSync(`${folder}/@*/**/*.json`, { cwd: root })
    .sort()
    .map((file) => JSON.parse(readFileSync(join(root, file), "utf8")) as { contractName: string; abi: JsonFragment[] });
  return [...own, ...ofPackages.map(({ contractName: name, abi }) => ({ name, abi }))];
}

/**
 * `Contract.function` of every call that can change something, overloads as one; `receive` and `fallback` go by these names.
 * @throws where something is left out that no contract offers
 */
export function externalCalls(contracts: readonly Offered[], leftOut: Readonly<Record<string, string>>): string[] {
  const calls = new Set(
    contracts.flatMap(({ name, abi }) => abi.filter(canChange).map((entry) => `${name}.${entry.name ?? entry.type!}`)),
  );
  for (const call of Object.keys(leftOut)) {
    if (!calls.delete(call)) throw new Error(`${call} is left out, but no contract offers it`);
  }
  return [...calls].sort();
}

function canChange({ type, stateMutability }: JsonFragment): boolean {
  const isCall = type === "function" || type === "receive" || type === "fallback";
  return isCall && stateMutability !== "view" && stateMutability !== "pure";
}
