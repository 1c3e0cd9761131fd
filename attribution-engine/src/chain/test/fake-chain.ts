// A chain in memory whose contracts are objects of functions; it records what is sent and forgets nothing.
import {
  createPublicClient,
  createWalletClient,
  custom,
  decodeFunctionData,
  encodeFunctionResult,
  type Abi,
  type Address,
  type Hex,
} from "viem";
import { foundry } from "viem/chains";
import type { ChainAccess } from "../chain-access.ts";

/** A contract: what each of its functions gives; `sent` is true where the call is a transaction. */
export interface FakeContract {
  readonly abi: Abi;
  readonly functions: Readonly<Record<string, (args: readonly unknown[], sent: boolean) => unknown>>;
}

/** Clients of the fake chain, and the names of the functions that were sent transactions to. */
export interface FakeChain extends ChainAccess {
  readonly sent: string[];
}

export const SENDER: Address = "0x00000000000000000000000000000000000000aa";

/** What a function of a fake contract throws to refuse a call, as a node says it. */
export class Refusal extends Error {
  readonly code = 3;
  readonly data: Hex;

  /** @param data the encoded error of the contract */
  constructor(data: Hex) {
    super("execution reverted");
    this.data = data;
  }
}

interface CallParameters {
  readonly to: Address;
  readonly data?: Hex;
  readonly input?: Hex;
}

export function fakeChain(contracts: Readonly<Record<Address, FakeContract>>): FakeChain {
  const sent: string[] = [];
  const run = (call: CallParameters, isSent: boolean): Hex => {
    const contract = contracts[call.to.toLowerCase() as Address];
    if (contract === undefined) throw new Error(`no contract at ${call.to}`);
    const { functionName, args } = decodeFunctionData({ abi: contract.abi, data: call.data ?? call.input ?? "0x" });
    const handler = contract.functions[functionName];
    if (handler === undefined) throw new Error(`no function ${functionName}`);
    if (isSent) sent.push(functionName);
    const result = handler(args ?? [], isSent);
    return encodeFunctionResult({ abi: contract.abi, functionName, result: result as never });
  };
  const answer = (method: string, params: readonly unknown[]): unknown => {
    switch (method) {
      case "eth_chainId":
        return "0x7a69";
      case "eth_blockNumber":
        return "0x10";
      case "eth_call":
        return run(params[0] as CallParameters, false);
      case "eth_sendTransaction":
        run(params[0] as CallParameters, true);
        return `0x${sent.length.toString(16).padStart(64, "0")}`;
      case "eth_getTransactionReceipt":
        return { transactionHash: params[0], blockNumber: "0x10", status: "0x1", logs: [], type: "0x2" };
      default:
        throw new Error(`no method ${method}`);
    }
  };
  const transport = custom(
    {
      request: ({ method, params }: { method: string; params?: readonly unknown[] }) =>
        Promise.resolve().then(() => answer(method, params ?? [])),
    },
    { retryCount: 0 },
  );
  return {
    sent,
    reader: createPublicClient({ chain: foundry, transport, cacheTime: 0, pollingInterval: 5 }),
    sender: createWalletClient({ account: SENDER, chain: foundry, transport }),
  };
}
