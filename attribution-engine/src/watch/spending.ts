// The deposits of demands: which can be paid for, and the allowance that they need.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { type Address, encodeFunctionData, erc20Abi } from "viem";
import type { Reader } from "../chain/chain-access.ts";
import type { WatchedLedger } from "./deployment.ts";
import type { Duty } from "./duty.ts";
import { tokens } from "./report.ts";

/** Demands of a commit after which the deposit doubles. */
const DOUBLING = 16;
/** Deposits that are allowed at once, so that not every round of demands needs an allowance of its own. */
const ALLOWED_TIMES = 16n;

/** How many of some demands, all of one commit and in their order, an account can pay for; amounts in base units. */
export interface Budget {
  readonly affordable: number;
  readonly needed: bigint;
  readonly balance: bigint;
}

export async function budgetFor(
  reader: Reader,
  { demands, token }: WatchedLedger,
  owner: Address,
  { kind, id, sub }: NonNullable<Duty["deposit"]>,
  count: number,
): Promise<Budget> {
  const contract = { address: demands, abi: demandsAbi } as const;
  const [{ deposit }, made, balance] = await Promise.all([
    reader.readContract({ ...contract, functionName: "parameters" }),
    reader.readContract({ ...contract, functionName: "demandsOf", args: [{ kind, id: BigInt(id), sub }] }),
    reader.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] }),
  ]);
  let needed = 0n;
  let affordable = 0;
  for (; affordable < count; affordable++) {
    const next = deposit << BigInt(Math.floor((made + affordable) / DOUBLING));
    if (needed + next > balance) break;
    needed += next;
  }
  return { affordable, needed, balance };
}

/** The allowance that is missing for a deposit, `undefined` if there is enough. */
export async function missingAllowance(
  reader: Reader,
  token: Address,
  owner: Address,
  spender: Address,
  amount: bigint,
): Promise<Duty | undefined> {
  const allowed = await reader.readContract({
    address: token,
    abi: erc20Abi,
    functionName: "allowance",
    args: [owner, spender],
  });
  if (allowed >= amount) return undefined;
  const allowing = amount * ALLOWED_TIMES;
  return {
    kind: "approval",
    key: `allow ${token} ${spender}`,
    to: token,
    data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, allowing] }),
    says: `allow ${spender} to take ${tokens(allowing)} as deposits`,
  };
}
