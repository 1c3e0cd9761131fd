// Reads of the chain by the browser itself, through the node that the viewer trusts to tell it.
import type { DeployedContract } from "@tributary/protocol/deployment";
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  createPublicClient,
  custom,
  http,
  type PublicClient,
} from "viem";
import { unansweredBy } from "./unanswered.ts";

/** The chain could not be asked: nothing is shown, neither that something holds nor that it does not. */
export class ChainUnreadable extends Error {
  override readonly name = "ChainUnreadable";
}

/** Of what the chain's state says has happened, and no event tells. */
export function noEvent(what: string): ChainUnreadable {
  return new ChainUnreadable(
    `the node has no event ${what}: its logs may be pruned or late; try again, or choose a node that keeps all logs`,
  );
}

/** The chain answers that there is no such thing: whoever named it is refuted. */
export class ChainRefusal extends Error {
  override readonly name = "ChainRefusal";
}

export type ChainReader = Pick<PublicClient, "readContract" | "getLogs" | "getTransactionReceipt" | "getChainId">;

/** Where the contracts are, and who reads them. */
export interface CheckChain {
  readonly reader: ChainReader;
  readonly chainId: number;
  readonly addresses: Readonly<Record<DeployedContract, Address>>;
  /** No event of the deployment is in an earlier block. */
  readonly fromBlock: bigint;
}

export interface CheckPlace {
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly deployment: { readonly block: number; readonly addresses: Readonly<Record<DeployedContract, Address>> };
}

/** The chain at an RPC address. Reads made at once go in one request. */
export function chainAt({ chainId, rpcUrl, deployment: { block, addresses } }: CheckPlace): CheckChain {
  const client = createPublicClient({ transport: http(rpcUrl, { batch: true }) });
  return { reader: guarded(client, chainId), chainId, addresses, fromBlock: BigInt(block) };
}

/** The chain by a wallet's provider (EIP-1193), whose user can have it on another chain at any moment. */
export function chainBy(
  { chainId, deployment: { block, addresses } }: Pick<CheckPlace, "chainId" | "deployment">,
  request: (asked: { method: string; params?: unknown }) => Promise<unknown>,
): CheckChain {
  const client = createPublicClient({ transport: custom({ request: request as never }, { retryCount: 0 }) });
  return { reader: guarded(client, chainId, true), chainId, addresses, fromBlock: BigInt(block) };
}

/**
 * Tells what the chain refuses, which refutes whoever named it, from a chain that cannot be read. Nothing is read of another chain than the named one: contracts of one deployer have the same addresses on several.
 * @param chainId asked of the node once, with the first read, and again with each `getChainId`; not asked where it is left out
 * @param mayChange whether it is asked with each read, and again after it
 */
export function guarded(client: ChainReader, chainId?: number, mayChange = false): ChainReader {
  let known: Promise<void> | undefined;
  const sameChain = async (): Promise<void> => {
    const found = await client.getChainId();
    if (found !== chainId) throw new ChainUnreadable(`the node is of chain ${found}, not of chain ${chainId}`);
  };
  const guard = async <Result>(read: Promise<Result>): Promise<Result> => {
    try {
      if (chainId !== undefined) {
        if (mayChange) known = undefined;
        known ??= sameChain();
        // Asked again where it was not answered.
        known.catch(() => (known = undefined));
      }
      // Together, so that both go in one request.
      const [result] = await Promise.all([read, known]);
      if (mayChange && chainId !== undefined) await sameChain();
      return result;
    } catch (error) {
      const unreadable = unreadableIn(error);
      if (unreadable !== undefined) throw unreadable;
      const refusal = refusalOf(error);
      if (refusal !== undefined) throw new ChainRefusal(`the chain refuses: ${refusal}`, { cause: error });
      const reason = error instanceof BaseError ? (unansweredBy(error) ?? error.shortMessage) : String(error);
      throw new ChainUnreadable(`the chain could not be read: ${reason}`, { cause: error });
    }
  };
  const reader = {
    readContract: (call: never) => guard(client.readContract(call)),
    getLogs: (filter: never) => guard(client.getLogs(filter)),
    getTransactionReceipt: (of: never) => guard(client.getTransactionReceipt(of)),
    // Who asks wants to know it of now: what is read after it is of the chain that it says, or is refused.
    getChainId: () => {
      known = undefined;
      return guard(client.getChainId());
    },
  };
  return reader as unknown as ChainReader;
}

/** viem wraps what a provider throws. */
function unreadableIn(error: unknown): ChainUnreadable | undefined {
  if (error instanceof ChainUnreadable) return error;
  const found = error instanceof BaseError ? error.walk((each) => each instanceof ChainUnreadable) : undefined;
  return found instanceof ChainUnreadable ? found : undefined;
}

function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const reverted = error.walk((each) => each instanceof ContractFunctionRevertedError);
  if (reverted instanceof ContractFunctionRevertedError) {
    if (reverted.data !== undefined) return reverted.data.errorName;
    if (reverted.signature !== undefined) return reverted.signature;
    // viem takes a node's own failure for the contract's too (-32603, "header not found"): a contract that refuses without a word reverts all the same.
    return /revert/iu.test(reverted.reason ?? "") ? reverted.reason : undefined;
  }
  const isEmpty = error.walk((each) => each instanceof ContractFunctionZeroDataError) !== null;
  return isEmpty ? "no contract stands there" : undefined;
}
