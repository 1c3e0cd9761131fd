// Stakes the two attributors of the main job, so that their signatures on sketches count.
import { encodeFunctionData } from "viem";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { roleAccount } from "./accounts.ts";
import type { Deployment } from "./deployment.ts";
import { fundAndApprove } from "./funding.ts";
import type { LocalChain } from "./local-chain.ts";
import { transact } from "./transact.ts";

const OPEN = 10n ** 18n;
/** Each; equal weights, so that the local quorum of two thirds needs both. */
const STAKE = 1_000n * OPEN;
/** `PoolKind.Attributor` of IOperatorStaking. */
const ATTRIBUTOR = 2;

/** Opens a pool for each attributor and stakes in it. */
export async function stakeAttributors(chain: LocalChain, deployment: Deployment): Promise<void> {
  const { OperatorStaking: staking } = deployment.addresses;
  for (const role of ["attributorA", "attributorB"] as const) {
    const account = roleAccount(role);
    await fundAndApprove(chain, deployment, account, staking, STAKE, `the stake of ${role}`);
    await transact(chain, account, {
      what: `open the pool of ${role}`,
      to: staking,
      data: encodeFunctionData({ abi: operatorStakingAbi, functionName: "openPool", args: [ATTRIBUTOR, 0n, 0] }),
    });
    const pool = await chain.client.readContract({
      address: staking,
      abi: operatorStakingAbi,
      functionName: "poolWith",
      args: [ATTRIBUTOR, 0n, account.address],
    });
    await transact(chain, account, {
      what: `stake for ${role}`,
      to: staking,
      data: encodeFunctionData({ abi: operatorStakingAbi, functionName: "stake", args: [pool, STAKE] }),
    });
  }
}
