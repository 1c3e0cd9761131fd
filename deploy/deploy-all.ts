// Deploys the whole protocol, or what is still missing of it, and proves that it was handed over.
import { fileURLToPath } from "node:url";
import type { Deployment } from "@tributary/protocol/deployment";
import type { Address, Hex, PublicClient } from "viem";
import { refuseDevelopmentBuild } from "./artifacts.ts";
import { connect, type SignerChoice } from "./connection.ts";
import { execute } from "./execute.ts";
import { LOCAL_CHAIN_IDS, refuseKnownKeys } from "@tributary/protocol/local-keys";
import { originOf } from "@tributary/protocol/reason";
import { recoverLostTransactions, settle } from "./lost-transactions.ts";
import { checkParameters, jsonOf, type Parameters } from "./parameters.ts";
import { withPaymentChannels } from "./payment-channels.ts";
import { expectedOf } from "./proof/expected.ts";
import { proveHandOver, refuseBroken } from "./proof/hand-over.ts";
import type { Statement } from "./proof/statement.ts";
import { claimState, lockState, refuseEditedContracts, stateOf, writeResult } from "./state.ts";
import { writeVerification } from "./verification.ts";

export type DeployOptions = {
  rpcUrl: string;
  /** Key of the deployer, who keeps no right. */
  privateKey?: Hex | undefined;
  /** Signs instead of a key of this process. */
  signer?: SignerChoice;
  parameters: Parameters;
  /** Folder of the deployment's state; `deployments/` is made in it. Left out: this one. */
  stateDir?: string;
  /** Blocks on top of a transaction before the next step relies on it; 1 if left out. */
  confirmations?: number;
  /** Chain ids that are expected; any if left out. */
  chainIds?: readonly number[];
  /** Begin anew the steps that failed in an earlier run. */
  retry?: boolean;
  /** Told what was done, in words. */
  onStep?: (step: string) => void;
  /** Told what was proven of the hand-over. */
  onProof?: (statements: Statement[]) => void;
};

/** A chain that mines at once is not waited for as long as a public one. */
const LOCAL_POLL_MILLISECONDS = 40;
const POLL_MILLISECONDS = 1_000;

/** Where the state lies unless another folder is named. */
export const STATE_DIR = fileURLToPath(new URL("./", import.meta.url));

/**
 * Deploys what is not deployed yet. A second run sends nothing; a run that was killed is continued.
 * @throws Error that says what is wrong: the chain, the keys, edited contracts or parameters, a failed transaction, a hand-over that is not complete
 */
export async function deployAll(options: DeployOptions): Promise<Deployment> {
  const { confirmations = 1, onStep = (): void => undefined } = options;
  const connection = await connect(options.rpcUrl, signerOf(options));
  const { chainId, client } = connection;
  await refuseWrongNetwork({ ...options, client, chainId, deployer: connection.from });

  const isLocal = LOCAL_CHAIN_IDS.includes(chainId);
  const pollMilliseconds = isLocal ? LOCAL_POLL_MILLISECONDS : POLL_MILLISECONDS;
  const state = stateOf(options.stateDir ?? STATE_DIR, chainId);
  const unlock = await lockState(state);
  try {
    const { block, wasReset } = await claimState(state, client, isLocal);
    if (wasReset) onStep("the chain was reset: starting anew");
    await refuseEditedContracts(state);
    await recoverLostTransactions(state.journalFolder, connection, block, onStep);
    await settle(connection, confirmations, pollMilliseconds);

    const { journalFolder } = state;
    const parameters = await withPaymentChannels(options.parameters, { connection, journalFolder, isLocal, onStep });
    const retry = options.retry ?? false;
    const deployed = await execute({
      connection,
      journalFolder,
      parameters,
      confirmations,
      pollMilliseconds,
      retry,
      onStep,
    });
    const deployment: Deployment = {
      chainId,
      block,
      deployer: connection.from,
      ...deployed,
      parameters: jsonOf(parameters),
    };
    const statements = await proveHandOver(client, deployment);
    options.onProof?.(statements);
    refuseBroken(statements);
    const { contracts, made } = expectedOf(deployment, parameters);
    await writeVerification(state.verificationFolder, [...contracts, ...made]);
    await writeResult(state, deployment);
    return deployment;
  } finally {
    await unlock();
  }
}

/** @throws Error if a key and a signer are given, or neither */
function signerOf({ privateKey, signer }: Pick<DeployOptions, "privateKey" | "signer">): SignerChoice {
  if (signer !== undefined && privateKey === undefined) return signer;
  if (privateKey !== undefined && signer === undefined) return { privateKey };
  throw new Error("give a private key or a signer, one of the two");
}

/**
 * Everything that can be refused before anything is sent.
 * @throws Error that says what is wrong
 */
export async function refuseWrongNetwork(options: {
  rpcUrl: string;
  client: PublicClient;
  chainId: number;
  chainIds?: readonly number[];
  parameters: Parameters;
  deployer: Address;
}): Promise<void> {
  const { rpcUrl, client, chainId, chainIds, parameters, deployer } = options;
  if (chainIds !== undefined && !chainIds.includes(chainId))
    throw new Error(`${originOf(rpcUrl)} has chain id ${chainId}, the network ${chainIds.join(" or ")}`);
  refuseKnownKeys(chainId, {
    "the deployer": deployer,
    tokenRecipient: parameters.tokenRecipient,
    treasury: parameters.treasury,
    guardian: parameters.guardian,
  });
  const isPublic = !LOCAL_CHAIN_IDS.includes(chainId);
  checkParameters(parameters, isPublic);
  if (isPublic) await refuseDevelopmentBuild();
  const { openToken, agentRegistry, batchSettlement, erc3009Collector, permit2Collector } = parameters;
  const existing = { openToken, agentRegistry, batchSettlement, erc3009Collector, permit2Collector };
  const tokens = Object.fromEntries(
    parameters.paymentTokens.map(({ symbol, token }) => [`paymentTokens.${symbol}`, token]),
  );
  for (const [name, address] of Object.entries({ ...existing, ...tokens }))
    if (address !== undefined && (await client.getCode({ address })) === undefined)
      throw new Error(`${name}: there is no code at ${address} on chain ${chainId}`);
}
