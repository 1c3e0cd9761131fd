// What an account has of OPEN, and lets a contract take of it.
import { type Address, encodeFunctionData } from "viem";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { tokens } from "../amounts.ts";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import type { Call } from "./wallet.ts";

export async function balanceOf({ client, deployment }: Chain, account: Address): Promise<bigint> {
  const token = { address: deployment.addresses.OpenToken, abi: openTokenAbi } as const;
  return client.readContract({ ...token, functionName: "balanceOf", args: [account] });
}

/**
 * The transaction, if one is needed, that lets `spender` take `amount` base units; no more than that.
 * @throws UserError if the account has less
 */
export async function approvalFor(
  chain: Chain,
  account: Address,
  spender: Address,
  amount: bigint,
  purpose: string,
): Promise<Call | undefined> {
  const address = chain.deployment.addresses.OpenToken;
  const balance = await balanceOf(chain, account);
  if (balance < amount)
    throw new UserError(
      `${account} has ${tokens(balance)} OPEN, and ${purpose} takes ${tokens(amount)}: send it ${tokens(amount - balance)} more`,
    );
  const allowed = await chain.client.readContract({
    ...{ address, abi: openTokenAbi },
    functionName: "allowance",
    args: [account, spender],
  });
  if (allowed >= amount) return undefined;
  const data = encodeFunctionData({ abi: openTokenAbi, functionName: "approve", args: [spender, amount] });
  return { what: `approve ${purpose}`, to: address, data };
}
