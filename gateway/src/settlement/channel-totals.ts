// What the channel contract says of many channels, read a few hundred at a time.
import { decodeFunctionResult, encodeFunctionData, type Hex } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import type { SettlementChain } from "./chain.ts";

const CHANNELS_AT_A_TIME = 500;

type ReadName = "channels" | "pendingWithdrawals";

/** What was claimed of each channel so far, base units. */
export async function claimedTotals(chain: SettlementChain, ids: readonly Hex[]): Promise<Map<Hex, bigint>> {
  const totals = new Map<Hex, bigint>();
  for await (const { id, result } of readEach(chain, "channels", ids)) totals.set(id, result[1]);
  return totals;
}

/** The channels whose payers have asked for money back and not had it yet. */
export async function withdrawing(chain: SettlementChain, ids: readonly Hex[]): Promise<Set<Hex>> {
  const pending = new Set<Hex>();
  for await (const { id, result } of readEach(chain, "pendingWithdrawals", ids))
    if (BigInt(result[1]) !== 0n) pending.add(id);
  return pending;
}

async function* readEach(chain: SettlementChain, functionName: ReadName, ids: readonly Hex[]) {
  for (let first = 0; first < ids.length; first += CHANNELS_AT_A_TIME) {
    const part = ids.slice(first, first + CHANNELS_AT_A_TIME);
    const calls = part.map((id) => encodeFunctionData({ abi: batchSettlementAbi, functionName, args: [id] }));
    const { result } = await chain.reader.simulateContract({
      address: chain.contracts.batchSettlement,
      abi: batchSettlementAbi,
      functionName: "multicall",
      args: [calls],
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
