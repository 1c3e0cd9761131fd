// Sends transactions of local accounts and waits for them, with the protocol's own errors by name.
import {
  createWalletClient,
  http,
  type Account,
  type Address,
  type Hex,
  type TransactionReceipt,
  type WalletClient,
} from "viem";
import { revertReason } from "../chain/revert-reason.ts";
import { UserError } from "../errors.ts";
import type { LocalChain } from "./local-chain.ts";

const RECEIPT_POLL_MILLISECONDS = 25;
const TIME_POLL_MILLISECONDS = 200;

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
