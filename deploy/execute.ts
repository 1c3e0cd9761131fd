// Runs the deployment's steps against a chain, and says what stands where afterwards.
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  deploy,
  type DeploymentResult,
  DeploymentResultType,
  type ExecutionEventListener,
  listTransactions,
  type TransactionInfo,
  wipe,
} from "@nomicfoundation/ignition-core";
import { DEPLOYED_CONTRACTS, TOKEN_CONTRACTS, type Deployment } from "@tributary/protocol/deployment";
import type { Address } from "viem";
import { artifactResolver } from "./artifacts.ts";
import type { Connection } from "./connection.ts";
import type { Parameters } from "./parameters.ts";
import { minedBySteps, stepName } from "./journal.ts";
import { MODULE, tributary } from "./tributary.ts";

/** Longer than any congestion that deserves patience; a transaction that is replaced by another counts as lost sooner. */
const MINED_WITHIN_MILLISECONDS = 30 * 60_000;

export type Run = {
  connection: Connection;
  /** Ignition's own folder. */
  journalFolder: string;
  parameters: Parameters;
  confirmations: number;
  pollMilliseconds: number;
  /** Begin anew the steps that failed in an earlier run. */
  retry: boolean;
  onStep: (step: string) => void;
};

/** Where everything stands. */
export type Deployed = Pick<Deployment, "addresses" | "paymentTokens" | "transactions">;

/**
 * Runs the steps that have not been run.
 * @throws Error that says what is wrong
 */
export async function execute(run: Run): Promise<Deployed> {
  const { connection, journalFolder, parameters, onStep } = run;
  const result = await deploy({
    artifactResolver,
    provider: connection,
    ignitionModule: tributary(parameters),
    deploymentDir: journalFolder,
    deploymentParameters: {},
    accounts: [connection.from],
    executionEventListener: listener(onStep),
    // A fee that was raised cannot be told from a replacement after a kill; the first fee allows for a doubled base fee.
    disableFeeBumping: true,
    config: {
      blockPollingInterval: run.pollMilliseconds,
      requiredConfirmations: run.confirmations,
      timeBeforeBumpingFees: MINED_WITHIN_MILLISECONDS,
    },
  });
  if (result.type === DeploymentResultType.PREVIOUS_RUN_ERROR && run.retry) {
    for (const step of Object.keys(result.errors)) await wipe(journalFolder, artifactResolver, step);
    return execute({ ...run, retry: false });
  }
  const transactions = Object.fromEntries(await minedBySteps(journalFolder));
  return { ...contractsOf(result, parameters), transactions };
}

/** The transactions that were sent so far, in their order, with the arguments in words. */
export async function sentTransactions(journalFolder: string): Promise<TransactionInfo[]> {
  if (!existsSync(join(journalFolder, "journal.jsonl"))) return [];
  return listTransactions(journalFolder, artifactResolver);
}

/** The addresses of a deployment that succeeded. */
function contractsOf(result: DeploymentResult, parameters: Parameters): Omit<Deployed, "transactions"> {
  switch (result.type) {
    case DeploymentResultType.SUCCESSFUL_DEPLOYMENT: {
      const addressOf = (step: string): Address => result.contracts[`${MODULE}#${step}`]!.address as Address;
      return {
        addresses: Object.fromEntries(
          DEPLOYED_CONTRACTS.map((name) => [name, addressOf(name)]),
        ) as Deployed["addresses"],
        paymentTokens: parameters.paymentTokens.map(({ symbol, token }) => ({
          symbol,
          token,
          ...(Object.fromEntries(TOKEN_CONTRACTS.map((name) => [name, addressOf(`${name}_${symbol}`)])) as Record<
            (typeof TOKEN_CONTRACTS)[number],
            Address
          >),
        })),
      };
    }
    case DeploymentResultType.RECONCILIATION_ERROR:
      throw new Error(
        `this differs from what was deployed, and cannot change any more: ${reasons(result.errors)}. Use the former parameters, or deploy anew with another --state-dir`,
      );
    case DeploymentResultType.VALIDATION_ERROR:
      throw new Error(`the deployment is not valid: ${reasons(result.errors)}`);
    case DeploymentResultType.PREVIOUS_RUN_ERROR:
      throw new Error(
        `an earlier run failed: ${reasons(result.errors)}. When its cause is gone, run again with --retry`,
      );
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

/** Only completed steps are reported; Ignition's other events are its own affair. */
function listener(onStep: (step: string) => void): ExecutionEventListener {
  return new Proxy({} as ExecutionEventListener, {
    get(_, property) {
      return (event: { futureId?: string }): void => {
        if (property === "deploymentExecutionStateComplete") onStep(`deployed ${stepName(event.futureId ?? "")}`);
        if (property === "callExecutionStateComplete") onStep(`called ${stepName(event.futureId ?? "")}`);
      };
    },
  });
}
