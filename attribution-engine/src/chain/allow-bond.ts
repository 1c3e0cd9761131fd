// Lets a contract take a bond from the sender.
import { erc20Abi, type Address } from "viem";
import type { ChainAccess } from "./chain-access.ts";
import { confirm } from "./send-once.ts";

/** Approves `amount` (base units) for `spender` unless that much is allowed already. Throws if the sender holds less. */
export async function allowBond(
  { reader, sender }: ChainAccess,
  token: Address,
  spender: Address,
  amount: bigint,
): Promise<void> {
  if (amount === 0n) return;
  const owner = sender.account.address;
  const balance = await reader.readContract({
    address: token,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [owner],
  });
  if (balance < amount) throw new Error(`${owner} holds ${balance} of token ${token}; the bond is ${amount}`);
  const args = [owner, spender] as const;
  const allowed = await reader.readContract({ address: token, abi: erc20Abi, functionName: "allowance", args });
  if (allowed >= amount) return;
  const { request } = await reader.simulateContract({
    account: sender.account,
    address: token,
    abi: erc20Abi,
    functionName: "approve",
    args: [spender, amount],
  });
  await confirm(reader, await sender.writeContract(request), `approval of ${amount} for ${spender}`);
}
