// Rehearses a deployment on a fork of the chain inside this process: every step is carried out there, and nothing reaches the chain.
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestArguments, SolidityParameterType } from "@nomicfoundation/ignition-core";
import type { Deployment } from "@tributary/protocol/deployment";
import {
  type AbiParameter,
  type Address,
  createPublicClient,
  custom,
  type Hash,
  type Hex,
  parseAbi,
  type PublicClient,
} from "viem";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { loadArtifact } from "./artifacts.ts";
import type { Connection } from "./connection.ts";
import { execute, sentTransactions } from "./execute.ts";
import { stepsByHash } from "./journal.ts";
import { recoverLostTransactions } from "./lost-transactions.ts";
import type { Network } from "./network.ts";
import { jsonOf, type Parameters } from "./parameters.ts";
import { withPaymentChannels } from "./payment-channels.ts";
import { proveHandOver } from "./proof/hand-over.ts";
import type { Statement } from "./proof/statement.ts";
import { inspectState, refuseEditedContracts, stateOf } from "./state.ts";

export type RehearsedStep = {
  step: string;
  action: "deploy" | "call";
  contract: string;
  /** Where it will stand, or what is called. */
  address: Address;
  functionName?: string;
  arguments: { name: string; value: SolidityParameterType }[];
  gas: bigint;
  /** At the chain's present prices. */
  costWei: bigint;
};

export type Rehearsal = {
  chainId: number;
  from: Address;
  /** What is to be known beside the steps. */
  notes: string[];
  /** In the order in which they would be sent. */
  steps: RehearsedStep[];
  gas: bigint;
  gasPriceWei: bigint;
  costWei: bigint;
  balanceWei: bigint;
  /** The hand-over as it would be proven afterwards. */
  statements: Statement[];
};

/** More than any deployment costs: an account without money can rehearse too. */
const FORK_BALANCE = `0x${(10n ** 24n).toString(16)}`;
const POLL_MILLISECONDS = 1;

/** Predeployed on every chain of the OP Stack: what publishing a transaction of so many bytes costs at most. */
const GAS_PRICE_ORACLE = "0x420000000000000000000000000000000000000F";
const GAS_PRICE_ORACLE_ABI = parseAbi(["function getL1FeeUpperBound(uint256 unsignedTxSize) view returns (uint256)"]);
/** Everything in a transaction beside its data. */
const ENVELOPE_BYTES = 120;

/** Runs what is missing on a fork; the state on disk is read, never written. */
export async function rehearse(options: {
  rpcUrl: string;
  client: PublicClient;
  chainId: number;
  from: Address;
  kind: Network["kind"];
  parameters: Parameters;
  stateDir: string;
}): Promise<Rehearsal> {
  const { rpcUrl, client, chainId, from, kind } = options;
  const state = stateOf(options.stateDir, chainId);
  const { block, isStarted } = await inspectState(state, client, kind === "local");
  if (isStarted) await refuseEditedContracts(state);

  const scratch = await mkdtemp(join(tmpdir(), "tributary-rehearsal-"));
  const blockNumber = Number(await client.getBlockNumber({ cacheTime: 0 }));
  const fork = await openFork({ url: rpcUrl, blockNumber }, chainId, from, join(scratch, "artifacts"));
  try {
    const journalFolder = join(scratch, "journal");
    if (isStarted && existsSync(state.journalFolder)) await cp(state.journalFolder, journalFolder, { recursive: true });
    const onStep = (): void => undefined;
    await recoverLostTransactions(journalFolder, fork.connection, block, onStep);
    const notes: string[] = [];
    const parameters = await withPaymentChannels(options.parameters, {
      connection: fork.connection,
      journalFolder,
      isLocal: kind === "local",
      onStep: (note) => notes.push(note),
    });
    const deployed = await execute({
      connection: fork.connection,
      journalFolder,
      parameters,
      confirmations: 1,
      pollMilliseconds: POLL_MILLISECONDS,
      retry: true,
      onStep,
    });
    const deployment: Deployment = { chainId, block, deployer: from, ...deployed, parameters: jsonOf(parameters) };
    const gasPriceWei = await client.getGasPrice();
    const steps = await rehearsedSteps(fork, journalFolder, gasPriceWei, kind === "op-stack" ? client : undefined);
    return {
      chainId,
      from,
      notes,
      steps,
      gas: total(steps.map(({ gas }) => gas)),
      gasPriceWei,
      costWei: total(steps.map(({ costWei }) => costWei)),
      balanceWei: await client.getBalance({ address: from }),
      statements: await proveHandOver(fork.connection.client, deployment),
    };
  } finally {
    await fork.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

type Fork = { connection: Connection; sent: Set<Hash>; close: () => Promise<void> };

/**
 * @param at the newest block: left to itself, the simulator goes back to one that can no longer be undone
 * @param artifacts an empty folder: the simulator would read all that the compiler ever wrote, to tell where a call failed, which nobody asks it
 */
async function openFork(
  at: { url: string; blockNumber: number },
  chainId: number,
  from: Address,
  artifacts: string,
): Promise<Fork> {
  const { network } = await createHardhatRuntimeEnvironment({ paths: { artifacts } });
  const { provider, close } = await network.create({
    // Knows the transactions of other kinds of chains too.
    chainType: "generic",
    override: { chainId, forking: at, loggingEnabled: false },
  });
  // The simulator knows by which rules to execute in a block of its own, and not in one of a chain that it has never heard of.
  await provider.request({ method: "evm_mine" });
  await provider.request({ method: "hardhat_impersonateAccount", params: [from] });
  await provider.request({ method: "hardhat_setBalance", params: [from, FORK_BALANCE] });
  const sent = new Set<Hash>();

  async function request({ method, params }: RequestArguments): Promise<unknown> {
    if (method === "eth_accounts") return [from];
    const answer: unknown = await provider.request({ method, params: params as unknown[] });
    if (method === "eth_sendTransaction") sent.add(answer as Hash);
    return answer;
  }
  const client = createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
  return { connection: { from, client, chainId, request }, sent, close };
}

/** @param oracle the chain itself, where it charges for publishing a transaction's bytes */
async function rehearsedSteps(
  { connection: { client }, sent }: Fork,
  journalFolder: string,
  gasPriceWei: bigint,
  oracle: PublicClient | undefined,
): Promise<RehearsedStep[]> {
  const steps = await stepsByHash(journalFolder);
  const transactions = (await sentTransactions(journalFolder)).filter(({ txHash }) => sent.has(txHash as Hash));
  return Promise.all(
    transactions.map(async ({ txHash, name = "", address, to, params = [] }) => {
      const hash = txHash as Hash;
      const [contract, functionName] = name.split("#") as [string, string?];
      const [receipt, { input }] = await Promise.all([
        client.getTransactionReceipt({ hash }),
        client.getTransaction({ hash }),
      ]);
      const names = await parameterNames(contract, functionName);
      return {
        step: steps.get(hash)!,
        action: functionName === undefined ? "deploy" : "call",
        contract,
        address: (address ?? to) as Address,
        ...(functionName !== undefined && { functionName }),
        arguments: params.map((value, index) => ({ name: names[index] ?? "", value })),
        gas: receipt.gasUsed,
        costWei: receipt.gasUsed * gasPriceWei + (oracle === undefined ? 0n : await publishingFee(oracle, input)),
      };
    }),
  );
}

async function publishingFee(client: PublicClient, input: Hex): Promise<bigint> {
  const bytes = BigInt((input.length - 2) / 2 + ENVELOPE_BYTES);
  return client.readContract({
    address: GAS_PRICE_ORACLE,
    abi: GAS_PRICE_ORACLE_ABI,
    functionName: "getL1FeeUpperBound",
    args: [bytes],
  });
}

async function parameterNames(contract: string, functionName: string | undefined): Promise<string[]> {
  const { abi } = await loadArtifact(contract);
  const item = abi.find((entry) =>
    functionName === undefined
      ? entry.type === "constructor"
      : entry.type === "function" && entry.name === functionName,
  ) as { inputs?: readonly AbiParameter[] } | undefined;
  return (item?.inputs ?? []).map(({ name = "" }) => name.replace(/_$/, ""));
}

function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}
