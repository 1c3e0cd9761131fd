// Sends transactions of local accounts and waits for them, with the protocol's own errors by name.
import {
  BaseError,
  createWalletClient,
  decodeErrorResult,
  http,
  type Account,
  type Address,
  type Hex,
  type TransactionReceipt,
  type WalletClient,
} from "viem";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { UserError } from "../errors.ts";
import type { LocalChain } from "./local-chain.ts";

const RECEIPT_POLL_MILLISECONDS = 25;
const TIME_POLL_MILLISECONDS = 200;
const ALL_ABIS = [
  contributionReviewAbi,
  datanetRegistryAbi,
  modelRegistryAbi,
  modelTillAbi,
  openTokenAbi,
  operatorStakingAbi,
  royaltyLedgerAbi,
  tillFactoryAbi,
];

export interface Call {
  /** What the transaction does, for error messages. */
  what: string;
  to: Address;
  data: Hex;
}

const wallets = new Map<string, WalletClient>();

function walletOf(chain: LocalChain, account: Account): WalletClient {
  const key = `${chain.rpcUrl} ${account.address}`;
  const known = wallets.get(key);
  if (known !== undefined) return known;
  const wallet = createWalletClient({ account, chain: chain.client.chain, transport: http(chain.rpcUrl) });
  wallets.set(key, wallet);
  return wallet;
}

/** Each sender's last transaction, which the next one waits for. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Sends `call` from `account`; resolves with the receipt of a successful transaction, or throws a {@link UserError} with the revert reason.
 * A sender's transactions go one after another: of many sent at once, one was seen never to be confirmed, and why was not found.
 */
export function transact(chain: LocalChain, account: Account, call: Call): Promise<TransactionReceipt> {
  const sender = `${chain.rpcUrl} ${account.address}`;
  const send = (): Promise<TransactionReceipt> => sendAndWait(chain, account, call);
  const sent = (turns.get(sender) ?? Promise.resolve()).then(send, send);
  turns.set(sender, sent);
  return sent;
}

async function sendAndWait(chain: LocalChain, account: Account, call: Call): Promise<TransactionReceipt> {
  const wallet = walletOf(chain, account);
  try {
    const hash = await wallet.sendTransaction({ account, chain: chain.client.chain, to: call.to, data: call.data });
    const receipt = await chain.client.waitForTransactionReceipt({
      ...{ hash, pollingInterval: RECEIPT_POLL_MILLISECONDS },
      // Nobody replaces transactions here, and while viem looks for a replacement it passes over new blocks.
      checkReplacement: false,
    });
    if (receipt.status !== "success") throw new UserError(`${call.what}: transaction ${hash} was reverted`, 1);
    return receipt;
  } catch (error) {
    throw new UserError(`${call.what}: ${revertReason(error)}`, 1);
  }
}

function revertReason(error: unknown): string {
  const data = revertData(error);
  if (data !== undefined) {
    for (const abi of ALL_ABIS) {
      try {
        const decoded = decodeErrorResult({ abi, data });
        return `${decoded.errorName}(${(decoded.args ?? []).map(String).join(", ")})`;
      } catch {
        continue;
      }
    }
  }
  return error instanceof BaseError ? error.shortMessage : String(error instanceof Error ? error.message : error);
}

function revertData(error: unknown): Hex | undefined {
  let current: unknown = error;
  while (typeof current === "object" && current !== null) {
    const data = (current as { data?: unknown }).data;
    if (typeof data === "string" && data.startsWith("0x") && data.length >= 10) return data as Hex;
    current = (current as { cause?: unknown }).cause;
  }
  return undefined;
}

/** The timestamp of the newest block, Unix seconds. */
export async function chainTime(chain: LocalChain): Promise<number> {
  return Number((await chain.client.getBlock()).timestamp);
}

/** Waits until a block with a timestamp of at least `unixSeconds` exists. */
export async function waitForChainTime(
  chain: LocalChain,
  unixSeconds: number,
  onTick?: (secondsLeft: number) => void,
): Promise<void> {
  for (;;) {
    const left = unixSeconds - (await chainTime(chain));
    if (left <= 0) return;
    onTick?.(left);
    await new Promise((resolve) => setTimeout(resolve, TIME_POLL_MILLISECONDS));
  }
}
