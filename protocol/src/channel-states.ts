// What the channel contract says of many channels, read a few hundred at a time.
import { type Address, decodeFunctionResult, encodeFunctionData, type Hex, type PublicClient } from "viem";
import { batchSettlementAbi } from "./abi/batch-settlement.ts";

/** Where channels are read. */
export interface ChannelSource {
  readonly reader: PublicClient;
  readonly batchSettlement: Address;
  /** The state after this block; of the newest by default. */
  readonly blockNumber?: bigint;
}

const CHANNELS_AT_A_TIME = 500;

type ReadName = "channels" | "pendingWithdrawals";

/** What was claimed of each channel so far, base units; 0 of one that is not there. */
export async function claimedTotals(source: ChannelSource, ids: readonly Hex[]): Promise<Map<Hex, bigint>> {
  const totals = new Map<Hex, bigint>();
  for await (const { id, result } of readEach(source, "channels", ids)) totals.set(id, result[1]);
  return totals;
}

/** What each channel holds, and what of it was claimed, base units; nothing of one that is not there. */
export async function holdings(
  source: ChannelSource,
  ids: readonly Hex[],
): Promise<Map<Hex, { balance: bigint; claimed: bigint }>> {
  const held = new Map<Hex, { balance: bigint; claimed: bigint }>();
  for await (const { id, result } of readEach(source, "channels", ids))
    held.set(id, { balance: result[0], claimed: result[1] });
  return held;
}

/** The channels whose payers have asked for money back and not had it yet. */
export async function withdrawing(source: ChannelSource, ids: readonly Hex[]): Promise<Set<Hex>> {
  const pending = new Set<Hex>();
  for await (const { id, result } of readEach(source, "pendingWithdrawals", ids))
    if (BigInt(result[1]) !== 0n) pending.add(id);
  return pending;
}

async function* readEach(source: ChannelSource, functionName: ReadName, ids: readonly Hex[]) {
  const { reader, batchSettlement, blockNumber } = source;
  for (let first = 0; first < ids.length; first += CHANNELS_AT_A_TIME) {
    const part = ids.slice(first, first + CHANNELS_AT_A_TIME);
    const calls = part.map((id) => encodeFunctionData({ abi: batchSettlementAbi, functionName, args: [id] }));
    const { result } = await reader.simulateContract({
      address: batchSettlement,
      abi: batchSettlementAbi,
      functionName: "multicall",
      args: [calls],
      ...(blockNumber === undefined ? {} : { blockNumber }),
    });
    for (const [i, id] of part.entries())
      yield {
        id,
        result: decodeFunctionResult({ abi: batchSettlementAbi, functionName, data: result[i]! }) as readonly [
          bigint,
          bigint | number,
        ] as readonly [bigint, bigint],
      };
  }
}
