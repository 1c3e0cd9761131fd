// Gives a local account OPEN from the deployer's supply and lets one contract take it.
import { encodeFunctionData, type Account, type Address } from "viem";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { roleAccount } from "./accounts.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import { transact } from "./transact.ts";

/** Transfers `amount` (base units) to `account` and approves it for `spender`; `purpose` is for error messages. */
export async function fundAndApprove(
  chain: LocalChain,
  deployment: Deployment,
  account: Account,
  spender: Address,
  amount: bigint,
  purpose: string,
): Promise<void> {
  const { OpenToken: token } = deployment.addresses;
  await transact(chain, roleAccount("deployer"), {
    what: `fund ${purpose}`,
    to: token,
    data: encodeFunctionData({ abi: openTokenAbi, functionName: "transfer", args: [account.address, amount] }),
  });
  await transact(chain, account, {
    what: `approve ${purpose}`,
    to: token,
    data: encodeFunctionData({ abi: openTokenAbi, functionName: "approve", args: [spender, amount] }),
  });
}
