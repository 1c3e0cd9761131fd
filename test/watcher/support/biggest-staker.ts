// The real staking of operators on a stage, with a proposer that has nearly all of the stake there is: its signature alone is a quorum.
import { sketchAttestationTypedData } from "@tributary/protocol/typed-data/sketch-attestation";
import { type Addressable, MaxUint256 } from "ethers";
import type { Attributors, Ground, Stage } from "../../../attribution-engine/src/mutation/chain/stage.ts";

const OPEN = 10n ** 18n;
const DAY = 86_400n;
const FAULT_BPS = { mostBps: 1_000n, rewardBps: 1_000n };
/** A quarter of all OPEN in each pool. The others' is that of an attributor who means it. */
export const BIGGEST_STAKE = 100_000_000n * OPEN;
export const OTHER_STAKE = 10_000n * OPEN;
/** `IOperatorStaking.PoolKind`, and the subject of such a pool. */
export const POOLS = [
  { name: "validator", kind: 1n, subject: 1n },
  { name: "attributor", kind: 2n, subject: 0n },
  { name: "gateway", kind: 3n, subject: 0n },
] as const;

/** Attributors weighed by real stake: the proposer's, and an honest other's. */
export async function biggestStaker({ ethers, token, origins, deployer, proposer }: Ground): Promise<Attributors> {
  const staking = await ethers.deployContract("OperatorStaking", [
    token,
    deployer.address,
    { unbondingSeconds: 21n * DAY, commissionDelaySeconds: 21n * DAY, streamSeconds: DAY },
  ]);
  await staking.waitForDeployment();
  const set = await ethers.deployContract("StakedAttributors", [staking, 6_667n, OTHER_STAKE]);
  await set.waitForDeployment();
  const other = (await ethers.getSigners())[5]!;

  const stake = async (operator: typeof other, kind: bigint, subject: bigint, amount: bigint): Promise<void> => {
    await (await token.transfer(operator, amount)).wait();
    await (await token.connect(operator).approve(staking, MaxUint256)).wait();
    await (await staking.connect(operator).openPool(kind, subject, 0n)).wait();
    const pool = await staking.poolWith(kind, subject, operator.address);
    await (await staking.connect(operator).stake(pool, amount)).wait();
  };

  return {
    set,
    staking,
    async open(demands) {
      const withheld = { slasher: demands, ...FAULT_BPS };
      await (await staking.bind(origins, origins, [withheld, withheld])).wait();
      for (const { kind, subject } of POOLS) {
        await stake(proposer, kind, subject, BIGGEST_STAKE);
        await stake(other, kind, subject, OTHER_STAKE);
      }
    },
    async sign(ledger: Addressable, settlement: bigint, sketchesHash: string) {
      const at = await ethers.getContractAt("RoyaltyLedger", await ledger.getAddress());
      const { version, count } = await at.settlementOf(settlement);
      const { hash } = await origins.indexOf(version);
      const { chainId } = await ethers.provider.getNetwork();
      const { domain, types, message } = sketchAttestationTypedData(
        {
          settlementId: settlement,
          indexRoot: hash as `0x${string}`,
          sketchesRoot: sketchesHash as `0x${string}`,
          count,
        },
        { chainId: Number(chainId), ledger: (await ledger.getAddress()) as `0x${string}` },
      );
      return [await proposer.signTypedData(domain, { SketchAttestation: [...types.SketchAttestation] }, message)];
    },
  };
}

/** The contracts of the stake on a stage that was set with it. */
export async function stakeOn({ ethers, attributors }: Stage) {
  return {
    staking: await ethers.getContractAt("OperatorStaking", await attributors.staking.getAddress()),
    set: await ethers.getContractAt("StakedAttributors", await attributors.set.getAddress()),
  };
}
