// Finds the payment channels that x402's clients sign for, and puts them there on a local chain.
import {
  BATCH_SETTLEMENT_ADDRESS,
  ERC3009_COLLECTOR_ADDRESS,
  PERMIT2_ADDRESS,
  PERMIT2_COLLECTOR_ADDRESS,
} from "@tributary/protocol/typed-data/x402-domain";
import { type Address, encodeDeployData, type Hex, type PublicClient } from "viem";
import { type ContractName, loadArtifact, type LocalContract } from "./artifacts.ts";
import type { Connection } from "./connection.ts";
import { deployedAddresses } from "./journal.ts";
import type { Parameters } from "./parameters.ts";
import { MODULE } from "./tributary.ts";

/** The addresses that are compiled into x402's libraries, with the arguments of the contracts there. */
const PUBLIC_CONTRACTS = [
  ["BatchSettlement", BATCH_SETTLEMENT_ADDRESS, []],
  ["ERC3009DepositCollector", ERC3009_COLLECTOR_ADDRESS, [BATCH_SETTLEMENT_ADDRESS]],
  ["Permit2DepositCollector", PERMIT2_COLLECTOR_ADDRESS, [BATCH_SETTLEMENT_ADDRESS, PERMIT2_ADDRESS]],
] as const satisfies readonly (readonly [ContractName, Address, readonly Address[]])[];

/** What x402's facilitator needs besides, and public chains have: Multicall3's address. */
const LOCAL_CONTRACTS = [
  ["Multicall", "0xcA11bde05977b3631167028862bE2a173976CA11", []],
] as const satisfies readonly (readonly [LocalContract, Address, readonly Address[]])[];

const PUBLIC_PARAMETERS = {
  batchSettlement: BATCH_SETTLEMENT_ADDRESS,
  erc3009Collector: ERC3009_COLLECTOR_ADDRESS,
  permit2Collector: PERMIT2_COLLECTOR_ADDRESS,
} as const;

export const OWN_CHANNELS_NOTE =
  `x402's public payment channels (${BATCH_SETTLEMENT_ADDRESS} with its collectors) are not on this chain: BatchSettlement gets an address of its own, ` +
  "and x402's own client and server libraries, which sign for the public address, do not work with it";

/**
 * The parameters with the payment channels that are to be used: those named; else x402's public ones where the chain has them, or is a local one, on which they are put there;
 * else none, and the deployment makes its own. What an earlier run decided stays decided.
 * @param onStep told what was put where, or that the public ones are missing
 */
export async function withPaymentChannels(
  parameters: Parameters,
  on: { connection: Connection; journalFolder: string; isLocal: boolean; onStep: (step: string) => void },
): Promise<Parameters> {
  const { connection, journalFolder, isLocal, onStep } = on;
  if (parameters.batchSettlement !== undefined) return parameters;
  if ((await deployedAddresses(journalFolder)).has(`${MODULE}#BatchSettlement`)) return parameters;
  if (isLocal) await place(connection, onStep);
  if (await isThere(connection.client)) return { ...parameters, ...PUBLIC_PARAMETERS };
  onStep(OWN_CHANNELS_NOTE);
  return parameters;
}

async function isThere(client: PublicClient): Promise<boolean> {
  const codes = await Promise.all(PUBLIC_CONTRACTS.map(([, address]) => client.getCode({ address })));
  return codes.every((code) => code !== undefined);
}

/** Simulators of chains only: a node that is not one refuses, and nothing is put anywhere. */
async function place({ client, request }: Connection, onStep: (step: string) => void): Promise<void> {
  for (const [contract, address, args] of [...PUBLIC_CONTRACTS, ...LOCAL_CONTRACTS]) {
    if ((await client.getCode({ address })) !== undefined) continue;
    const code = await codeAt(client, contract, address, args);
    try {
      await request({ method: "hardhat_setCode", params: [address, code] });
    } catch {
      return;
    }
    onStep(`placed ${contract} at ${address}`);
  }
}

/** What the constructor makes at this very address: the domain of signatures, which names the contract, is among the immutables. */
async function codeAt(
  client: PublicClient,
  contract: ContractName | LocalContract,
  address: Address,
  args: readonly Address[],
): Promise<Hex> {
  const { abi, bytecode } = await loadArtifact(contract);
  const creation = encodeDeployData({ abi, bytecode: bytecode as Hex, args });
  const { data } = await client.call({ to: address, stateOverride: [{ address, code: creation }] });
  if (data === undefined) throw new Error(`the constructor of ${contract} returned nothing`);
  return data;
}
