// Reads the compiled contracts that are deployed.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Artifact, ArtifactResolver, BuildInfo } from "@nomicfoundation/ignition-core";
import { type Hex, keccak256 } from "viem";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Folder of every deployed contract under `contracts/`. */
const SOURCES = {
  OpenToken: "token",
  RoyaltyPositions: "royalties",
  AttributorSet: "staking",
  RoyaltyLedger: "royalties",
  DatanetRegistry: "registry",
  ModelRegistry: "registry",
  ModelTill: "payments",
  TillFactory: "payments",
} as const;

export type ContractName = keyof typeof SOURCES;

export const CONTRACT_NAMES = Object.keys(SOURCES) as ContractName[];

/**
 * The compiled contract.
 * @throws Error if it is not one of the protocol's, or not built
 */
export async function loadArtifact(name: string): Promise<Artifact> {
  if (!CONTRACT_NAMES.includes(name as ContractName)) throw new Error(`${name} is not a contract that is deployed`);
  const file = join(ROOT, "artifacts/contracts", SOURCES[name as ContractName], `${name}.sol`, `${name}.json`);
  if (!existsSync(file)) throw new Error(`${file} is missing: build the contracts first (npm run build:contracts)`);
  return JSON.parse(await readFile(file, "utf8")) as Artifact;
}

/** What Ignition asks for artifacts. */
export const artifactResolver: ArtifactResolver = {
  loadArtifact,
  getBuildInfo(): Promise<BuildInfo | undefined> {
    return Promise.resolve(undefined);
  },
};

/**
 * Hash of a contract's creation code without the metadata that the compiler appends: it changes when what the contract does changes, not
 * with a comment.
 */
export function codeHash(bytecode: string): Hex {
  const length = Number.parseInt(bytecode.slice(-4), 16);
  return keccak256(bytecode.slice(0, -4 - 2 * length) as Hex);
}
