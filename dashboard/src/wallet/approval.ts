// Transactions that need another contract's leave to take tokens: exactly as much as is taken.
import { type Address, encodeFunctionData, erc20Abi } from "viem";
import type { ChainReader } from "../check/chain.ts";
import { exactAmount } from "../format/amount.ts";
import type { Call } from "./call.ts";

/** The call, after an approval of exactly `amount` where less is approved. */
export async function withApproval(
  reader: ChainReader,
  { token, owner, amount }: { token: Address; owner: Address; amount: bigint },
  call: Call,
): Promise<Call[]> {
  const allowance = await reader.readContract({
    ...{ address: token, abi: erc20Abi, functionName: "allowance" },
    args: [owner, call.to],
  });
  if (allowance >= amount) return [call];
  const approval: Call = {
    what: `approve exactly ${exactAmount(amount)} OPEN`,
    to: token,
    data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [call.to, amount] }),
  };
  return [approval, call];
}
