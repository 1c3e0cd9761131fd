// Reads the compiled contracts that are deployed.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Artifact as IgnitionArtifact, ArtifactResolver, BuildInfo } from "@nomicfoundation/ignition-core";
import { DEPLOYED_CONTRACTS, type DeployedContract } from "@tributary/protocol/deployment";
import { type Abi, type Hex, keccak256 } from "viem";

const ARTIFACTS = fileURLToPath(new URL("../artifacts/", import.meta.url));

/** Source of every contract that is deployed. */
const SOURCES = {
  OpenToken: "contracts/token/OpenToken.sol",
  GovernanceOpen: "contracts/token/GovernanceOpen.sol",
  TimelockController: "@openzeppelin/contracts/governance/TimelockController.sol",
  OpenGovernor: "contracts/governance/OpenGovernor.sol",
  RoyaltyPositions: "contracts/royalties/RoyaltyPositions.sol",
  OperatorStaking: "contracts/staking/OperatorStaking.sol",
  StakedAttributors: "contracts/staking/StakedAttributors.sol",
  RoyaltyVault: "contracts/royalties/RoyaltyVault.sol",
  RoyaltyLedger: "contracts/royalties/RoyaltyLedger.sol",
  DatanetRegistry: "contracts/registry/DatanetRegistry.sol",
  ContributionReview: "contracts/registry/ContributionReview.sol",
  ModelRegistry: "contracts/registry/ModelRegistry.sol",
  ModelTill: "contracts/payments/ModelTill.sol",
  TillFactory: "contracts/payments/TillFactory.sol",
  CallChecker: "contracts/royalties/faults/CallChecker.sol",
  PayoutChecker: "contracts/royalties/faults/PayoutChecker.sol",
  FormChecker: "contracts/royalties/faults/FormChecker.sol",
  FaultProofs: "contracts/royalties/FaultProofs.sol",
  Demands: "contracts/royalties/Demands.sol",
  IndexProofs: "contracts/royalties/IndexProofs.sol",
  SettlementChecker: "contracts/royalties/faults/SettlementChecker.sol",
  SettlementProofs: "contracts/royalties/SettlementProofs.sol",
  SketchDisputes: "contracts/royalties/SketchDisputes.sol",
  AgentRegistry: "contracts/registry/AgentRegistry.sol",
  RoyaltySharesFactory: "contracts/royalties/RoyaltySharesFactory.sol",
  BatchSettlement: "contracts/payments/BatchSettlement.sol",
  ERC3009DepositCollector: "contracts/payments/ERC3009DepositCollector.sol",
  Permit2DepositCollector: "contracts/payments/Permit2DepositCollector.sol",
} as const satisfies Record<DeployedContract, string>;

/** Source of what is only put on local chains. */
const LOCAL_SOURCES = { Multicall: "contracts/test/Multicall.sol" } as const;

export type ContractName = DeployedContract;
export type LocalContract = keyof typeof LOCAL_SOURCES;

type ByteRanges = Record<string, readonly { start: number; length: number }[]>;

/** What the compiler wrote of a contract. */
export type Artifact = Omit<IgnitionArtifact, "abi"> & {
  abi: Abi;
  deployedBytecode: Hex;
  /** Where the constructor's immutables stand in the deployed code. */
  immutableReferences: ByteRanges;
  inputSourceName: string;
  buildInfoId: string;
};

/** The compiler's input and version, of one compilation. */
export type Compilation = {
  id: string;
  /** With the commit, as verifiers want it. */
  solcLongVersion: string;
  input: {
    settings: { viaIR?: boolean; optimizer?: { enabled: boolean; runs: number } };
    sources: Record<string, unknown>;
  };
};

/**
 * The compiled contract.
 * @throws Error if it is not one of the protocol's, or not built
 */
export async function loadArtifact(name: string): Promise<Artifact> {
  const source = ({ ...SOURCES, ...LOCAL_SOURCES } as Record<string, string | undefined>)[name];
  if (source === undefined) throw new Error(`${name} is not a contract that is deployed`);
  const file = join(ARTIFACTS, source, `${name}.json`);
  if (!existsSync(file)) throw new Error(`${file} is missing: build the contracts first (npm run build:contracts)`);
  return JSON.parse(await readFile(file, "utf8")) as Artifact;
}

/** The compilation that a contract came from. */
export async function loadCompilation(id: string): Promise<Compilation> {
  const file = join(ARTIFACTS, "build-info", `${id}.json`);
  if (!existsSync(file)) throw new Error(`${file} is missing: build the contracts again (npm run build:contracts)`);
  return JSON.parse(await readFile(file, "utf8")) as Compilation;
}

/** What Ignition asks for artifacts. */
export const artifactResolver: ArtifactResolver = {
  loadArtifact: async (name) => (await loadArtifact(name)) as unknown as IgnitionArtifact,
  getBuildInfo(): Promise<BuildInfo | undefined> {
    return Promise.resolve(undefined);
  },
};

/**
 * Refuses code that was built for development: a public network gets what the production profile makes.
 * @throws Error naming the contracts
 */
export async function refuseDevelopmentBuild(): Promise<void> {
  const wrong: string[] = [];
  for (const name of DEPLOYED_CONTRACTS) {
    const { settings } = (await loadCompilation((await loadArtifact(name)).buildInfoId)).input;
    if (settings.viaIR !== true || settings.optimizer?.enabled !== true) wrong.push(name);
  }
  if (wrong.length > 0)
    throw new Error(
      `${wrong.join(", ")}: built for development, not for a public network: npx hardhat build --build-profile production`,
    );
}

/** Code without the metadata that the compiler appends: it changes when what the contract does changes, not with a comment. */
export function withoutMetadata(code: string): Hex {
  const length = Number.parseInt(code.slice(-4), 16);
  return code.slice(0, -4 - 2 * length) as Hex;
}

/** Hash of a contract's creation code without metadata. */
export function codeHash(bytecode: string): Hex {
  return keccak256(withoutMetadata(bytecode));
}

/** Deployed code without metadata, and with zeros where the constructor put immutables: the same for every instance of a contract. */
export function maskedCode(code: string, immutables: ByteRanges): Hex {
  let masked = code;
  for (const { start, length } of Object.values(immutables).flat())
    masked = masked.slice(0, 2 + 2 * start) + "0".repeat(2 * length) + masked.slice(2 + 2 * (start + length));
  return withoutMetadata(masked);
}
