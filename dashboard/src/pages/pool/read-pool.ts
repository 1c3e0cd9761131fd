// What an account has in a pool, as the chain says it.
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import type { Address } from "viem";
import type { CheckChain } from "../../check/chain.ts";

export interface Holding {
  readonly generation: number;
  readonly shares: bigint;
  /** Base units of OPEN. */
  readonly worth: bigint;
}

export interface PoolOfAccount {
  /** OPEN in the wallet. */
  readonly balance: bigint;
  readonly held: readonly Holding[];
  /** Only what is not zero. */
  readonly rewards: readonly { readonly generation: number; readonly token: Address; readonly amount: bigint }[];
  readonly unbondingSeconds: number;
  /** Whether everybody in it is slashed for what its operator does: a model's pool is not. */
  readonly isSlashable: boolean;
}

/** Of `IOperatorStaking.PoolKind`. */
const MODEL_POOL = 4;

interface Asked {
  readonly pool: bigint;
  readonly account: Address;
  readonly generations: readonly number[];
  readonly tokens: readonly Address[];
}

export async function readPool({ reader, addresses }: CheckChain, asked: Asked): Promise<PoolOfAccount> {
  const { pool, account, generations, tokens } = asked;
  const staking = { address: addresses.OperatorStaking, abi: operatorStakingAbi } as const;
  const [{ kind }, balance, { unbondingSeconds }, held, rewards] = await Promise.all([
    reader.readContract({ ...staking, functionName: "poolOf", args: [pool] }),
    reader.readContract({
      ...{ address: addresses.OpenToken, abi: openTokenAbi, functionName: "balanceOf" },
      args: [account],
    }),
    reader.readContract({ ...staking, functionName: "parameters" }),
    Promise.all(
      generations.map(async (generation) => {
        const args = [pool, generation, account] as const;
        const [shares, worth] = await reader.readContract({ ...staking, functionName: "sharesOf", args });
        return { generation, shares, worth };
      }),
    ),
    Promise.all(
      generations.flatMap((generation) =>
        tokens.map(async (token) => {
          const args = [pool, generation, token, account] as const;
          return {
            generation,
            token,
            amount: await reader.readContract({ ...staking, functionName: "rewardsOf", args }),
          };
        }),
      ),
    ),
  ]);
  return {
    ...{ balance, unbondingSeconds, isSlashable: kind !== MODEL_POOL },
    held: held.filter(({ shares }) => shares > 0n),
    rewards: rewards.filter(({ amount }) => amount > 0n),
  };
}

/** Shares that are worth an amount, rounded down; all of them where it is all. */
export function sharesFor(amount: bigint, { shares, worth }: Holding): bigint {
  return amount >= worth ? shares : (amount * shares) / worth;
}
