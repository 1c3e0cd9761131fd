// Closes a till exactly once, however often and wherever the process is killed in between.
import {
  type Address,
  decodeFunctionData,
  encodeFunctionData,
  type Hex,
  isAddressEqual,
  parseEventLogs,
  parseTransaction,
  recoverTransactionAddress,
  TransactionReceiptNotFoundError,
  type TransactionSerializedEIP1559,
} from "viem";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import type { SettlementChain, SettlementKeys } from "./chain.ts";
import { readJsonFile, writeJsonFile } from "./durable-file.ts";
import { depthReached } from "./depth.ts";
import { isKnown, isUnderpriced, MOST_RAISE, signCall, type Signed, waitFor } from "./send.ts";

export interface Closing {
  readonly till: Address;
  readonly version: bigint;
  readonly root: { readonly hash: Hex; readonly sum: bigint };
  readonly count: number;
  readonly bundleHash: Hex;
}

/** Signed transactions that close; all have one number, so at most one of them is ever mined. */
interface Attempts {
  readonly nonce: number;
  readonly signed: readonly Signed[];
}

/** For error messages. */
const CLOSING = "closing the till";

/** A block range that public nodes answer. */
const BLOCKS_AT_A_TIME = 9_999n;

/**
 * Closes the till unless it was closed with this root. The transaction is on the disk before it is sent: after a kill the same one is sent again, under its number, and never a
 * second one beside it.
 * @param chain its `fromBlock`: the till was not closed with this root in an earlier block
 * @param file where the signed transactions are kept; those of another close that are there are passed over
 * @param alone runs what sends from the account when nothing else does: until the transaction is in a block, not while that gets deep
 * @returns the settlement's number on chain, once its block is as deep as it must be
 */
export async function closeOnce(
  chain: SettlementChain,
  keys: SettlementKeys,
  file: string,
  closing: Closing,
  alone: <Result>(task: () => Promise<Result>) => Promise<Result> = (task) => task(),
): Promise<bigint> {
  const closed = await findClosed(chain, closing);
  if (closed !== undefined) return closed;
  const sent = await alone(() => sendClose(chain, keys, file, closing));
  return typeof sent === "bigint" ? sent : settlementOf(chain, closing, sent);
}

/** @returns the transaction, which is in a block, or the settlement's number where it was closed before */
async function sendClose(
  chain: SettlementChain,
  keys: SettlementKeys,
  file: string,
  closing: Closing,
): Promise<bigint | Pick<Signed, "hash">> {
  const found = await readJsonFile<Attempts>(file);
  const kept = found !== undefined && (await areOf(closing, keys, found)) ? found : undefined;
  const attempts = kept === undefined ? await firstAttempt(chain, keys, file, closing) : kept;
  const mined = await minedOf(chain, keys, attempts);
  if (mined === "replaced") {
    // The number went to another transaction, or this one's block is younger than the look above.
    const late = await findClosed(chain, closing);
    if (late !== undefined) return late;
    return send(chain, await firstAttempt(chain, keys, file, closing));
  }
  if (mined !== undefined) return { hash: mined };
  if (kept === undefined) return send(chain, attempts);
  return send(chain, await raiseFees(chain, keys, file, kept));
}

/** The settlement in which a till was closed with the root, `undefined` if it was not. One that is in a young block is waited for until that is deep, and looked for again. */
export async function findClosed(
  chain: Pick<SettlementChain, "reader" | "chainId" | "fromBlock" | "confirmations" | "stopping">,
  { till, version, root }: Pick<Closing, "till" | "version" | "root">,
): Promise<bigint | undefined> {
  const { reader, fromBlock, confirmations } = chain;
  const find = async (last: bigint) => {
    for await (const closed of closesOf(reader, till, fromBlock, last))
      if (closed.version === version && isSameRoot(closed.receipts, root)) return closed;
    return undefined;
  };
  const latest = await reader.getBlockNumber({ cacheTime: 0 });
  const found = await find(latest);
  if (found === undefined || latest - found.blockNumber + 1n >= BigInt(confirmations)) return found?.settlement;
  const deep = await find(await depthReached(chain, found.blockNumber));
  if (deep === undefined)
    throw new Error(
      `the close of ${till} was in block ${found.blockNumber} and is not any more: it is looked for again`,
    );
  return deep.settlement;
}

/** A till's closes with receipts, in the order of their blocks. */
export async function* closesOf(reader: SettlementChain["reader"], till: Address, first: bigint, last: bigint) {
  for (let from = first; from <= last; from += BLOCKS_AT_A_TIME + 1n) {
    const to = from + BLOCKS_AT_A_TIME < last ? from + BLOCKS_AT_A_TIME : last;
    const logs = await reader.getContractEvents({
      address: till,
      abi: modelTillAbi,
      eventName: "Closed",
      fromBlock: from,
      toBlock: to,
      strict: true,
    });
    for (const { args, blockNumber } of logs) yield { ...args, blockNumber };
  }
}

async function firstAttempt(
  chain: SettlementChain,
  keys: SettlementKeys,
  file: string,
  closing: Closing,
): Promise<Attempts> {
  const signed = await signCall(chain, keys.gateway, await callOf(chain, keys, closing));
  return keep(file, { nonce: signed.nonce, signed: [signed] });
}

/** What was sent and is not mined is sent again at higher fees, under the same number; at the same ones where they are above the present by as much as they may be. The chain is not asked again: nodes that count what waits would refuse it. */
async function raiseFees(
  chain: SettlementChain,
  keys: SettlementKeys,
  file: string,
  { nonce, signed }: Attempts,
): Promise<Attempts> {
  const last = parseTransaction(signed.at(-1)!.raw);
  const call = { to: last.to!, data: last.data!, gas: last.gas! };
  const again = await signCall(chain, keys.gateway, call, nonce, Math.min(signed.length, MOST_RAISE));
  if (parseTransaction(again.raw).maxFeePerGas! <= last.maxFeePerGas!) return { nonce, signed };
  return keep(file, { nonce, signed: [...signed, again] });
}

async function keep(file: string, attempts: Attempts): Promise<Attempts> {
  await writeJsonFile(file, attempts);
  return attempts;
}

/** Throws what the till says where it would refuse. */
async function callOf({ reader }: SettlementChain, { gateway }: SettlementKeys, closing: Closing) {
  const { till, version, root, count, bundleHash } = closing;
  const call = { abi: modelTillAbi, functionName: "close", args: [version, root, count, bundleHash] } as const;
  await reader.simulateContract({ ...call, address: till, account: gateway.address });
  const data = encodeFunctionData(call);
  const gas = await reader.estimateGas({ account: gateway.address, to: till, data });
  return { to: till, data, gas: gas * 2n };
}

/**
 * The transaction of the attempts that was mined; "replaced" if it was reverted or another has their number, `undefined` if the number is still free.
 * @throws Error while the number was used so lately that nodes may not all know by what, or that it may yet be taken back
 */
async function minedOf(
  { reader, confirmations }: SettlementChain,
  { gateway }: SettlementKeys,
  { nonce, signed }: Attempts,
): Promise<Hex | "replaced" | undefined> {
  const { address } = gateway;
  const latest = await reader.getBlockNumber({ cacheTime: 0 });
  const used = await reader.getTransactionCount({ address, blockNumber: latest });
  for (const { hash } of signed) {
    const receipt = await reader.getTransactionReceipt({ hash }).catch((error: unknown) => {
      if (error instanceof TransactionReceiptNotFoundError) return undefined;
      throw error;
    });
    if (receipt?.status === "success") return hash;
  }
  if (used <= nonce) return undefined;
  const depth = BigInt(confirmations - 1);
  const before = await reader.getTransactionCount({ address, blockNumber: latest > depth ? latest - depth : 0n });
  if (before > nonce) return "replaced";
  throw new Error(`number ${nonce} of ${address} was used within ${confirmations} blocks: closing waits for them`);
}

/** A node that has it already, or one before it at fees not much lower, is waited for all the same. */
async function send(chain: SettlementChain, { signed }: Attempts): Promise<Signed> {
  const last = signed.at(-1)!;
  await chain.reader.sendRawTransaction({ serializedTransaction: last.raw }).catch((error: unknown) => {
    if (!isKnown(error) && !isUnderpriced(error)) throw error;
  });
  await waitFor(chain, last, CLOSING, 1);
  return last;
}

/** @throws Error if the transaction did not close the till over the root */
async function settlementOf(
  chain: SettlementChain,
  { till, version, root }: Closing,
  sent: Pick<Signed, "hash"> & Partial<Signed>,
): Promise<bigint> {
  const { logs } = await waitFor(chain, sent, CLOSING);
  const closed = parseEventLogs({ abi: modelTillAbi, eventName: "Closed", logs }).find(
    ({ address, args }) => isAddressEqual(address, till) && args.version === version && isSameRoot(args.receipts, root),
  );
  if (closed === undefined) throw new Error(`transaction ${sent.hash} did not close ${till} over ${root.hash}`);
  return closed.args.settlement;
}

function isSameRoot(a: Closing["root"], b: Closing["root"]): boolean {
  return a.hash === b.hash && a.sum === b.sum;
}

/** Whether transactions are of this close: other books, or ones before these, number their settlements alike and may have left theirs here. */
async function areOf({ till, version, root }: Closing, { gateway }: SettlementKeys, { signed }: Attempts) {
  const raw = signed.at(-1)?.raw as TransactionSerializedEIP1559 | undefined;
  if (raw === undefined) return false;
  const { to, data } = parseTransaction(raw);
  if (!to || !data || !isAddressEqual(to, till)) return false;
  const { functionName, args } = decodeFunctionData({ abi: modelTillAbi, data });
  if (functionName !== "close" || args[0] !== version || !isSameRoot(args[1], root)) return false;
  const signer = await recoverTransactionAddress({ serializedTransaction: raw });
  return isAddressEqual(signer, gateway.address);
}
