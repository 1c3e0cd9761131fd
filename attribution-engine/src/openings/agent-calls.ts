// The calls of a settlement that name an agent as their caller.
import { hexToBytes } from "@tributary/protocol/bytes";
import type { Address } from "viem";
import { type ReceiptTable, receiptAt } from "../attribution/receipt-table.ts";
import { u128At } from "../trees/u128-words.ts";

export interface AgentCalls {
  readonly calls: number;
  /** Base units. */
  readonly fees: bigint;
  /** Their places in the settlement, ascending. */
  readonly places: readonly number[];
}

/** @param registry of ERC-8004, in which the agent has its number */
export function agentCalls(receipts: ReceiptTable, registry: Address, agent: bigint): AgentCalls {
  const wanted = hexToBytes(registry);
  const places: number[] = [];
  let fees = 0n;
  for (let place = 0; place < receipts.count; place++) {
    const named = receipts.agentRegistries.subarray(20 * place, 20 * place + 20);
    if (Buffer.compare(named, wanted) !== 0 || receiptAt(receipts, place).agentId !== agent) continue;
    places.push(place);
    fees += u128At(receipts.amounts, place);
  }
  return { calls: places.length, fees, places };
}
