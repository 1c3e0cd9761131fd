// Stakes for the main job's operators and model: the attributors' own pools, and a staker on the model who is paid a part of every fee.
import { encodeFunctionData, parseEventLogs, type Account } from "viem";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { roleAccount, type FixedRole } from "./accounts.ts";
import type { Deployment } from "./deployment.ts";
import { fundAndApprove } from "./funding.ts";
import type { LocalChain } from "./local-chain.ts";
import type { RegisteredModel } from "./model.ts";
import { transact, waitForChainTime } from "./transact.ts";

const OPEN = 10n ** 18n;
/** OperatorStaking's PoolKind. */
const ATTRIBUTOR = 2;
/** Attributors stake on themselves: no subject, and nobody else's stake to earn a commission from. */
const OWN = 0n;
const NO_COMMISSION = 0;
const ATTRIBUTOR_STAKE = 1_000n * OPEN;
/**
 * About 590 OPEN. Staking keeps what a share earned to 96 binary places, so a reward divides by a power of two without a remainder, which would
 * wait for the next reward: this run has a last one.
 */
const MODEL_STAKE = 1n << 69n;
/** Nothing was slashed in this run, so every pool is in its first generation of shares. */
const FIRST_GENERATION = 0;

/** Both attributors have the same weight, so the quorum of two thirds needs both. */
export const ATTRIBUTORS = ["attributorA", "attributorB"] as const satisfies readonly FixedRole[];

/** Has each attributor open its pool and stake in it. */
export async function stakeAttributors(chain: LocalChain, deployment: Deployment): Promise<void> {
  const { OperatorStaking: staking } = deployment.addresses;
  for (const role of ATTRIBUTORS) {
    const data = encodeFunctionData({
      abi: operatorStakingAbi,
      functionName: "openPool",
      args: [ATTRIBUTOR, OWN, NO_COMMISSION],
    });
    await openAndStake(
      chain,
      deployment,
      roleAccount(role),
      { what: `open the pool of ${role}`, to: staking, data },
      ATTRIBUTOR_STAKE,
    );
  }
}

/** Has the staker open the model's pool and stake in it; returns the pool. */
export async function stakeOnModel(
  chain: LocalChain,
  deployment: Deployment,
  { model }: RegisteredModel,
): Promise<bigint> {
  const { OperatorStaking: staking } = deployment.addresses;
  const data = encodeFunctionData({ abi: operatorStakingAbi, functionName: "openModelPool", args: [model] });
  const call = { what: "open the model's pool", to: staking, data };
  return openAndStake(chain, deployment, roleAccount("staker"), call, MODEL_STAKE);
}

async function openAndStake(
  chain: LocalChain,
  deployment: Deployment,
  account: Account,
  opening: Parameters<typeof transact>[2],
  amount: bigint,
): Promise<bigint> {
  const { OperatorStaking: staking } = deployment.addresses;
  await fundAndApprove(chain, deployment, account, staking, amount, "a stake");
  const receipt = await transact(chain, account, opening);
  const [opened] = parseEventLogs({ abi: operatorStakingAbi, eventName: "PoolOpened", logs: receipt.logs });
  if (opened === undefined) throw new Error(`${opening.what}: no PoolOpened`);
  const data = encodeFunctionData({
    abi: operatorStakingAbi,
    functionName: "stake",
    args: [opened.args.pool, amount],
  });
  await transact(chain, account, { what: "stake", to: staking, data });
  return opened.args.pool;
}

/** Waits until all that the pool was funded with is released, and pays it to the staker; returns what was paid. */
export async function claimStakersPart(
  chain: LocalChain,
  deployment: Deployment,
  pool: bigint,
  onTick: (secondsLeft: number) => void,
): Promise<bigint> {
  const { OperatorStaking: staking, OpenToken: token } = deployment.addresses;
  const contract = { address: staking, abi: operatorStakingAbi } as const;
  const [, endsAt] = await chain.client.readContract({ ...contract, functionName: "streamOf", args: [pool, token] });
  await waitForChainTime(chain, endsAt, onTick);
  const data = encodeFunctionData({
    abi: operatorStakingAbi,
    functionName: "claimRewards",
    args: [pool, FIRST_GENERATION, token, roleAccount("staker").address],
  });
  const receipt = await transact(chain, roleAccount("deployer"), { what: "pay the staker", to: staking, data });
  const paid = parseEventLogs({ abi: operatorStakingAbi, eventName: "RewardsClaimed", logs: receipt.logs });
  return paid.reduce((sum, { args }) => sum + args.amount, 0n);
}
