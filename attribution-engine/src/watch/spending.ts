// The deposits of demands: which can be paid for, and the allowance that they need.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { type Address, encodeFunctionData, erc20Abi } from "viem";
import type { Reader } from "../chain/chain-access.ts";
import type { WatchedLedger } from "./deployment.ts";
import type { Duty } from "./duty.ts";
import { tokens } from "./report.ts";

/** Demands of a commit after which the deposit doubles. */
const DOUBLING = 16;
/** Demands of one proposal from its root to the deepest leaf, one in each round: demands hold a proposal for no more rounds. */
const DESCENT_DEMANDS = 30;
/** Deposits that are allowed at once, so that not every round of demands needs an allowance of its own. */
const ALLOWED_TIMES = 16n;

/** How many of the next demands of a commit an amount pays for, and what those take; in base units. */
export interface Affordable {
  readonly count: number;
  readonly needed: bigint;
}

/**
 * @param deposit for each of a commit's first demands
 * @param made demands of the commit so far, by whomever
 * @param wanted that are to be made
 * @param amount that there is
 */
export function affordable(deposit: bigint, made: number, wanted: number, amount: bigint): Affordable {
  let needed = 0n;
  let count = 0;
  for (; count < wanted; count++) {
    const next = deposit << BigInt(Math.floor((made + count) / DOUBLING));
    if (needed + next > amount) break;
    needed += next;
  }
  return { count, needed };
}

/** What the demands of one proposal take at most where nobody else demands: it is kept for them. @param deposit as `affordable` takes it */
export function reserveOf(deposit: bigint): bigint {
  let reserve = 0n;
  for (let made = 0; made < DESCENT_DEMANDS; made++) reserve += deposit << BigInt(Math.floor(made / DOUBLING));
  return reserve;
}

/** Demands of a commit so far. */
export function readMade(
  reader: Reader,
  { demands }: WatchedLedger,
  { kind, id, sub }: NonNullable<Duty["deposit"]>,
): Promise<number> {
  return reader.readContract({
    address: demands,
    abi: demandsAbi,
    functionName: "demandsOf",
    args: [{ kind, id: BigInt(id), sub }],
  });
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
