// Sends a test's transactions, each in a block of its own.
import type { Abi, Address, ContractFunctionArgs, ContractFunctionName } from "viem";
import type { HDAccount } from "viem/accounts";
import type { Chain } from "./anvil.ts";

type Mutable = "nonpayable" | "payable";

/** Throws if the transaction is reverted. */
export async function send<
  const abi extends Abi,
  name extends ContractFunctionName<abi, Mutable>,
  args extends ContractFunctionArgs<abi, Mutable, name>,
>({ client }: Chain, account: HDAccount, address: Address, abi: abi, functionName: name, args: args): Promise<void> {
  // viem cannot resolve its conditional types for a generic ABI; the signature above has checked the arguments.
  const request = { account, address, abi: abi as Abi, functionName: functionName as string, args: args as unknown[] };
  const hash = await client.writeContract(request);
  // While viem looks for a replacement it misses new blocks, and on this chain no other follows.
  const { status } = await client.waitForTransactionReceipt({ hash, checkReplacement: false });
  if (status !== "success") throw new Error(`${functionName} was reverted`);
}

/** Lets at least so many seconds pass on the chain. */
export async function wait(chain: Chain, seconds: number): Promise<void> {
  const { timestamp } = await chain.client.getBlock();
  await chain.waitUntil(Number(timestamp) + seconds);
}
