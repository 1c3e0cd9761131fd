// Deploys the whole protocol, or what is still missing of it.
import { fileURLToPath } from "node:url";
import {
  deploy,
  type DeploymentResult,
  type DeploymentParameters,
  DeploymentResultType,
  type ExecutionEventListener,
  type SolidityParameterType,
} from "@nomicfoundation/ignition-core";
import type { Address, Hex } from "viem";
import { artifactResolver, CONTRACT_NAMES } from "./artifacts.ts";
import { LOCAL_CHAIN_IDS, refuseKnownKeys } from "./local-keys.ts";
import tributary from "./modules/tributary.ts";
import { checkParameters, type Parameters } from "./parameters.ts";
import { connect } from "./signing-provider.ts";
import { claimState, type Deployment, refuseEditedContracts, stateOf, writeResult } from "./state.ts";

export type DeployOptions = {
  rpcUrl: string;
  /** Key of the deployer, who keeps no right. */
  privateKey: Hex;
  parameters: Parameters;
  /** Folder of the deployment's state; `deployments/` is made in it. Left out: this one. */
  stateDir?: string;
  /** Blocks on top of a transaction before the next step relies on it; 1 if left out. */
  confirmations?: number;
  /** Chain ids that are expected; any if left out. */
  chainIds?: readonly number[];
  /** Told what was done, in words. */
  onStep?: (step: string) => void;
};

/** A chain that mines at once is not waited for as long as a public one. */
const LOCAL_POLL_MILLISECONDS = 40;
const POLL_MILLISECONDS = 1_000;

/**
 * Deploys what is not deployed yet. A second run sends nothing; a run that was killed is continued.
 * @throws Error that says what is wrong: the chain, the keys, edited contracts or parameters, a failed transaction
 */
export async function deployAll(options: DeployOptions): Promise<Deployment> {
  const { parameters, onStep = (): void => undefined } = options;
  checkParameters(parameters);
  const provider = await connect(options.rpcUrl, options.privateKey);
  const { chainId, client, account } = provider;
  if (options.chainIds !== undefined && !options.chainIds.includes(chainId))
    throw new Error(`${options.rpcUrl} has chain id ${chainId}, the network ${options.chainIds.join(" or ")}`);
  refuseKnownKeys(chainId, namedAddresses(parameters, account.address));

  const isLocal = LOCAL_CHAIN_IDS.includes(chainId);
  const state = stateOf(options.stateDir ?? fileURLToPath(new URL("./", import.meta.url)), chainId);
  const { block, wasReset } = await claimState(state, client, isLocal);
  if (wasReset) onStep("the chain was reset: starting anew");
  await refuseEditedContracts(state);

  const result = await deploy({
    artifactResolver,
    provider,
    ignitionModule: tributary,
    deploymentDir: state.journalFolder,
    deploymentParameters: moduleParameters(parameters),
    accounts: [account.address],
    executionEventListener: listener(onStep),
    config: {
      blockPollingInterval: isLocal ? LOCAL_POLL_MILLISECONDS : POLL_MILLISECONDS,
      requiredConfirmations: options.confirmations ?? 1,
    },
  });
  const contracts = contractsOf(result);
  const addresses = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, contracts[name]!])) as Record<
    (typeof CONTRACT_NAMES)[number],
    Address
  >;
  const deployment: Deployment = { chainId, block, addresses, parameters: asJson(parameters) };
  await writeResult(state, deployment);
  return deployment;
}

/** Each module's parameters: the names are those of its `getParameter`s. */
function moduleParameters(p: Parameters): DeploymentParameters {
  return {
    OpenToken: { recipient: p.tokenRecipient },
    RoyaltyPositions: { treasury: p.treasury },
    AttributorSet: { attributors: [...p.attributors], quorum: p.attributorQuorum },
    RoyaltyLedger: {
      epochSeconds: p.epochSeconds,
      sketchWindowSeconds: p.sketchWindowSeconds,
      challengeWindowSeconds: p.challengeWindowSeconds,
      settlementLifetimeSeconds: p.settlementLifetimeSeconds,
      bondFloor: p.bondFloor,
      bondBps: p.bondBps,
    },
    DatanetRegistry: {
      leastReviewWindowSeconds: p.leastReviewWindowSeconds,
      mostReviewWindowSeconds: p.mostReviewWindowSeconds,
    },
    ModelRegistry: {
      treasuryLeastBps: p.treasuryLeastBps,
      treasuryMostBps: p.treasuryMostBps,
      indexBond: p.indexBond,
      indexWindowSeconds: p.indexWindowSeconds,
    },
  };
}

function namedAddresses(p: Parameters, deployer: Address): Record<string, Address> {
  const attributors = p.attributors.map((address, index) => [`attributors[${index}]`, address] as const);
  return {
    "the deployer": deployer,
    tokenRecipient: p.tokenRecipient,
    treasury: p.treasury,
    ...Object.fromEntries(attributors),
  };
}

/** The addresses of a deployment that succeeded. */
function contractsOf(result: DeploymentResult): Record<string, Address> {
  switch (result.type) {
    case DeploymentResultType.SUCCESSFUL_DEPLOYMENT:
      return Object.fromEntries(
        Object.values(result.contracts).map(({ contractName, address }) => [contractName, address as Address]),
      );
    case DeploymentResultType.RECONCILIATION_ERROR:
      throw new Error(
        `this differs from what was deployed, and cannot change any more: ${reasons(result.errors)}. Use the former parameters, or deploy anew with another --state-dir`,
      );
    case DeploymentResultType.VALIDATION_ERROR:
      throw new Error(`the deployment is not valid: ${reasons(result.errors)}`);
    case DeploymentResultType.PREVIOUS_RUN_ERROR:
      throw new Error(`an earlier run failed: ${reasons(result.errors)}`);
    case DeploymentResultType.EXECUTION_ERROR: {
      const failed = result.failed.map(({ futureId, error }) => `${futureId}: ${error}`);
      const timedOut = result.timedOut.map(({ futureId }) => `${futureId}: not mined in time`);
      throw new Error(`the deployment stopped: ${[...failed, ...timedOut].join("; ")}`);
    }
  }
}

function reasons(errors: Record<string, string[]>): string {
  return Object.entries(errors)
    .map(([future, messages]) => `${future}: ${messages.join(", ")}`)
    .join("; ");
}

function asJson(parameters: Parameters): Deployment["parameters"] {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === "bigint" ? value.toString() : (value as SolidityParameterType),
  ]);
  return Object.fromEntries(entries) as Deployment["parameters"];
}

/** Only completed steps are reported; Ignition's other events are its own affair. */
function listener(onStep: (step: string) => void): ExecutionEventListener {
  return new Proxy({} as ExecutionEventListener, {
    get(_, property) {
      return (event: { futureId?: string }): void => {
        if (property === "deploymentExecutionStateComplete") onStep(`deployed ${event.futureId ?? ""}`);
        if (property === "callExecutionStateComplete") onStep(`called ${event.futureId ?? ""}`);
      };
    },
  });
}
