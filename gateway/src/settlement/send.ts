// Sends transactions of the gateway's account and waits until they count.
import { type Address, type Hex, keccak256, type LocalAccount, type TransactionReceipt } from "viem";
import type { SettlementChain } from "./chain.ts";
import { minedReceipt } from "./mined.ts";

export interface Call {
  /** What it does, for error messages. */
  readonly what: string;
  readonly to: Address;
  readonly data: Hex;
  readonly gas: bigint;
}

/** How long a transaction is waited for, until it is in a block and then for each block that it needs, before what was to be done with it is given up for now. */
export const WAIT_MILLISECONDS = 120_000;

/** A transaction that is signed and may be sent any number of times: with its number it can be mined once. */
export interface Signed {
  readonly hash: Hex;
  readonly raw: Hex;
  readonly nonce: number;
}

/** By how many quarters fees are raised at most above the present ones. */
export const MOST_RAISE = 8;
/** The raises while a node says that fees are too low to take the place of what waits there. */
const RAISES = [0, 1, 2, 4, MOST_RAISE];

/**
 * Signs a call under the account's next number that is not mined: what waits under it is replaced. Everything the gateway sends is sent one at a time, so nothing waits there
 * but what was given up.
 * @param nonce another number
 * @param raise by how many quarters the fees are raised above the present ones
 */
export async function signCall(
  { reader, chainId, stopping }: SettlementChain,
  account: LocalAccount,
  { to, data, gas }: Omit<Call, "what">,
  nonce?: number,
  raise = 0,
): Promise<Signed> {
  stopping?.throwIfAborted();
  const fees = await reader.estimateFeesPerGas();
  const raised = (fee: bigint): bigint => (fee * BigInt(4 + raise)) / 4n;
  const number = nonce ?? (await reader.getTransactionCount({ address: account.address }));
  const raw = await account.signTransaction({
    type: "eip1559",
    chainId,
    nonce: number,
    to,
    data,
    gas,
    maxFeePerGas: raised(fees.maxFeePerGas),
    maxPriorityFeePerGas: raised(fees.maxPriorityFeePerGas),
  });
  return { raw, hash: keccak256(raw), nonce: number };
}

/** A transaction that came into a block and changed nothing there. */
export class TransactionReverted extends Error {
  override readonly name = "TransactionReverted";
}

/** Sends a call and waits for its first block: what depends on it deeper waits for that by itself. Throws TransactionReverted that names it if it was reverted, Error if it did not come into a block in time. */
export async function sendAndWait(
  chain: SettlementChain,
  account: LocalAccount,
  call: Call,
): Promise<TransactionReceipt> {
  for (const raise of RAISES) {
    const { raw, hash } = await signCall(chain, account, call, undefined, raise);
    try {
      await chain.reader.sendRawTransaction({ serializedTransaction: raw });
    } catch (error) {
      if (isUnderpriced(error) && raise !== RAISES.at(-1)) continue;
      if (!isKnown(error)) throw error;
    }
    return waitFor(chain, { hash, raw }, call.what, 1);
  }
  throw new Error(`${call.what}: not sent`);
}

/** Whether a node refuses a transaction because another under its number waits there at fees not much lower. */
export function isUnderpriced(error: unknown): boolean {
  return error instanceof Error && /underpriced/i.test(error.message);
}

/** Whether a node has the transaction already. */
export function isKnown(error: unknown): boolean {
  return error instanceof Error && /already known|already imported|known transaction/i.test(error.message);
}

/**
 * @param raw where it may have to be sent again
 * @param confirmations as many as the chain's if left out
 */
export async function waitFor(
  chain: SettlementChain,
  { hash, raw }: Pick<Signed, "hash"> & Partial<Signed>,
  what: string,
  confirmations = chain.confirmations,
): Promise<TransactionReceipt> {
  const { reader, chainId } = chain;
  const resend = raw && (() => reader.sendRawTransaction({ serializedTransaction: raw }));
  const wait = { confirmations, mostMilliseconds: WAIT_MILLISECONDS, resend };
  const receipt = await minedReceipt(reader, chainId, hash, { ...wait, signal: chain.stopping });
  if (receipt.status !== "success") throw new TransactionReverted(`${what}: transaction ${hash} was reverted`);
  return receipt;
}
