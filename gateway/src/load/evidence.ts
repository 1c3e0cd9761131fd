// Reads what books and chain say of a load whose charges are all settled.
import { type Address, erc20Abi, type Hex } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import type { Books } from "../books/books.ts";
import type { SoldModel } from "../testing/sold-model.ts";
import type { Attempt, BookedChannel, ChainChannel, Evidence } from "./reconcile.ts";

/** @param purse what each payer's wallet held before its first call, base units; prices of the model, all the time */
export async function readEvidence(
  model: SoldModel,
  books: Pick<Books, "settlements" | "receiptsOf" | "channelPages">,
  attempts: readonly Attempt[],
  payers: readonly { readonly address: Address }[],
  purse: bigint,
  prices: Evidence["prices"],
): Promise<Evidence & { readonly settlements: number; readonly refunds: number; readonly withdrawals: number }> {
  const { local, till, protocol } = model;
  const { OpenToken: token, BatchSettlement } = protocol.addresses;
  const balanceOf = (holder: Address): Promise<bigint> =>
    local.client.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [holder] });
  const [claimed, swept] = await local.client.readContract({
    ...{ address: BatchSettlement, abi: batchSettlementAbi, functionName: "receivers", args: [till, token] },
  });
  const closings = await local.client.getContractEvents({
    ...{ address: till, abi: modelTillAbi, eventName: "Closed", fromBlock: 0n, strict: true },
  });
  return {
    attempts,
    prices,
    entries: await entriesOf(books),
    ...(await channelsOf(model)),
    booked: await bookedOf(books),
    wallets: await Promise.all(
      payers.map(async ({ address }) => ({ payer: address, before: purse, now: await balanceOf(address) })),
    ),
    held: await balanceOf(BatchSettlement),
    unswept: claimed - swept,
    fees: closings.reduce((sum, { args }) => sum + args.fee, 0n),
    inTill: await balanceOf(till),
    settlements: closings.length,
  };
}

/** By channel and sequence. */
async function entriesOf(books: Pick<Books, "settlements" | "receiptsOf">): Promise<Evidence["entries"]> {
  const entries: Evidence["entries"][number][] = [];
  for (const { number } of await books.settlements()) {
    for await (const entry of books.receiptsOf(number)) entries.push(entry);
  }
  return entries.sort(
    (a, b) => compare(a.receipt.channelId, b.receipt.channelId) || Number(a.receipt.sequence - b.receipt.sequence),
  );
}

async function bookedOf(books: Pick<Books, "channelPages">): Promise<BookedChannel[]> {
  const booked: BookedChannel[] = [];
  for await (const page of books.channelPages())
    for (const { channelId, chargedCumulativeAmount, balance, totalClaimed, refundNonce } of page)
      booked.push({
        channelId: channelId.toLowerCase() as Hex,
        ...{ charged: BigInt(chargedCumulativeAmount), balance: BigInt(balance), claimed: BigInt(totalClaimed) },
        refunds: BigInt(refundNonce),
      });
  return booked;
}

async function channelsOf({
  local,
  protocol,
}: SoldModel): Promise<{ channels: ChainChannel[]; refunds: number; withdrawals: number }> {
  const contract = { address: protocol.addresses.BatchSettlement, abi: batchSettlementAbi } as const;
  const all = { ...contract, fromBlock: 0n, strict: true } as const;
  const created = await local.client.getContractEvents({ ...all, eventName: "ChannelCreated" });
  const deposits = await local.client.getContractEvents({ ...all, eventName: "Deposited" });
  const refunds = await local.client.getContractEvents({ ...all, eventName: "Refunded" });
  const withdrawals = await local.client.getContractEvents({ ...all, eventName: "WithdrawFinalized" });
  const payerOf = new Map(created.map(({ args }) => [args.channelId, args.config.payer]));
  const channels = await Promise.all(
    [...payerOf].map(async ([channelId, payer]) => {
      const amount = (events: readonly { args: { channelId: Hex; amount: bigint } }[]): bigint =>
        events.reduce((sum, { args }) => (args.channelId === channelId ? sum + args.amount : sum), 0n);
      const [balance, claimed] = await local.client.readContract({
        ...{ ...contract, functionName: "channels", args: [channelId] },
      });
      const sums = { deposited: amount(deposits), refunded: amount(refunds), withdrawn: amount(withdrawals) };
      const count = BigInt(refunds.filter(({ args }) => args.channelId === channelId).length);
      return { channelId, payer, ...sums, balance, claimed, refunds: count };
    }),
  );
  return { channels, refunds: refunds.length, withdrawals: withdrawals.length };
}

function compare(a: Hex, b: Hex): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
