// A chain for tests that answers as it is told, through viem's own encoding: what is tested is the check, not the contracts.
import { DEPLOYED_CONTRACTS, type DeployedContract } from "@tributary/protocol/deployment";
import {
  type Abi,
  type AbiEvent,
  type Address,
  createPublicClient,
  custom,
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionResult,
  type Hex,
  isAddressEqual,
  numberToHex,
  pad,
} from "viem";
import { type CheckChain, guarded } from "../chain.ts";

export interface ToldContract {
  readonly abi: Abi;
  /** Results by function; one that is not here reverts. */
  readonly answers: Readonly<Record<string, (...args: never[]) => unknown>>;
}

/** A log, as `toldLog` makes it. */
export interface ToldLog {
  readonly address: Address;
  readonly topics: readonly (Hex | readonly Hex[] | null)[];
  readonly data: Hex;
}

/** Addresses of all contracts, made up. */
export const ADDRESSES = Object.fromEntries(
  DEPLOYED_CONTRACTS.map((name, i) => [name, pad(numberToHex(i + 1), { size: 20 })]),
) as Record<DeployedContract, Address>;
export const CHAIN_ID = 31_337;
const TRANSACTION: Hex = `0x${"77".repeat(32)}`;
const BLOCK = 9n;

/** A JSON-RPC request's method and parameters to its result; throws what is an error's answer. */
export type Told = (request: { method: string; params: never[] }) => unknown;

/** @param isUp whether it can be reached */
export function toldChain(
  contracts: Readonly<Record<Address, ToldContract>>,
  logs: readonly ToldLog[] = [],
  isUp = (): boolean => true,
): CheckChain {
  const told = toldBy(contracts, logs);
  const request = async (asked: Parameters<Told>[0]): Promise<unknown> => {
    if (!isUp()) throw new Error("connection refused");
    return Promise.resolve(told(asked));
  };
  const client = createPublicClient({ transport: custom({ request: request as never }, { retryCount: 0 }) });
  return { reader: guarded(client, CHAIN_ID), chainId: CHAIN_ID, addresses: ADDRESSES, fromBlock: 0n };
}

/** @param logs of the one transaction there is, in order */
export function toldBy(contracts: Readonly<Record<Address, ToldContract>>, logs: readonly ToldLog[]): Told {
  const numbered = logs.map((log, logIndex) => ({
    ...log,
    ...{ logIndex: numberToHex(logIndex), blockNumber: numberToHex(BLOCK), transactionHash: TRANSACTION },
    ...{ blockHash: TRANSACTION, transactionIndex: "0x0", removed: false },
  }));
  const answers: Record<string, (params: never) => unknown> = {
    eth_chainId: () => numberToHex(CHAIN_ID),
    eth_call: ([{ to, data }]: [{ to: Address; data: Hex }]) => call(contracts, to, data),
    eth_getLogs: ([{ address, topics }]: [{ address: Address; topics: (Hex | null)[] }]) =>
      numbered.filter(
        (log) =>
          isAddressEqual(log.address, address) && topics.every((topic, i) => topic === null || topic === log.topics[i]),
      ),
    eth_getTransactionReceipt: () => ({
      ...{ logs: numbered, transactionHash: TRANSACTION, blockNumber: numberToHex(BLOCK), blockHash: TRANSACTION },
      ...{ status: "0x1", type: "0x2", from: ADDRESSES.OpenToken, to: ADDRESSES.OpenToken, contractAddress: null },
      ...{
        gasUsed: "0x1",
        cumulativeGasUsed: "0x1",
        effectiveGasPrice: "0x1",
        transactionIndex: "0x0",
        logsBloom: "0x",
      },
    }),
  };
  return ({ method, params }) => answers[method]!(params as never);
}

/** @param args of all its inputs, by name */
export function toldLog(address: Address, abi: Abi, eventName: string, args: Record<string, unknown>): ToldLog {
  const event = abi.find((entry): entry is AbiEvent => entry.type === "event" && entry.name === eventName)!;
  const plain = event.inputs.filter(({ indexed }) => indexed !== true);
  const topics = encodeEventTopics({ abi: [event], eventName, args } as never);
  return { address, topics, data: encodeAbiParameters(plain, plain.map(({ name }) => args[name!]) as never) };
}

function call(contracts: Readonly<Record<Address, ToldContract>>, to: Address, data: Hex): Hex {
  const contract = contracts[to.toLowerCase() as Address];
  if (contract === undefined) return "0x";
  const { abi } = contract;
  const { functionName, args } = decodeFunctionData({ abi, data });
  const answer = contract.answers[functionName];
  if (answer === undefined) throw reverted();
  const result = answer(...((args ?? []) as never[]));
  return encodeFunctionResult({ abi, functionName, result } as never);
}

function reverted(): Error {
  return Object.assign(new Error("execution reverted"), { code: 3, data: "0x" });
}
