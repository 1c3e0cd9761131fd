// Pools of stake and shares of positions, compared with the chain.
import { expect } from "chai";
import { type Address } from "viem";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { alice, carol, dora, erin, staker } from "../../../deploy/testing/accounts.ts";
import { type Page, type Row, query } from "../support/graphql.ts";
import { DORAS_POOL, ERINS_POOL, MODEL_POOL } from "../support/scenario.ts";
import { lower, type Suite } from "./suite.ts";

export function stakeTables(suite: () => Suite): void {
  it("have the pools with stake, slashes and rewards as on the chain", async () => {
    const { chain, indexer, rows, contract } = suite();
    const staking = { address: contract("OperatorStaking"), abi: operatorStakingAbi } as const;
    const pools = await rows(
      "stakePools",
      "id kind datanetId modelId operator commissionBps nextCommissionBps nextCommissionAt generation stake unbonding slashed",
    );
    expect(pools.map(({ kind, datanetId, modelId }) => [kind, datanetId, modelId])).to.deep.equal([
      ["validator", "1", null],
      ["validator", "1", null],
      ["attributor", null, null],
      ["attributor", null, null],
      ["model", null, "1"],
      // Opened by its first reward; nobody staked in it.
      ["model", null, "2"],
    ]);
    for (const row of pools) {
      const pool = BigInt(row["id"] as string);
      const onChain = await chain.client.readContract({ ...staking, functionName: "poolOf", args: [pool] });
      const isInUse = row["nextCommissionAt"] !== null;
      expect(row).to.deep.include({
        operator: row["kind"] === "model" ? null : lower(onChain.operator),
        generation: onChain.generation,
        stake: String(onChain.stake),
        unbonding: String(onChain.unbonding),
      });
      expect(isInUse ? row["nextCommissionBps"] : row["commissionBps"]).to.equal(onChain.commissionBps);
      const args = [pool, onChain.generation] as const;
      const [stake, shares] = await chain.client.readContract({ ...staking, functionName: "generationOf", args });
      const text = `{ stakePool(id: "${pool}") {
        generations { items { stake shares } } holdings { items { generation account shares } }
        rewards { items { token funded commission claimed } } fundings { items { amount commission } }
      } }`;
      type Lists = { stakePool: Record<"generations" | "holdings" | "rewards" | "fundings", Page<Row>> };
      const { generations, holdings, rewards, fundings } = (await query<Lists>(indexer.graphqlUrl, text)).stakePool;
      const expected = shares === 0n ? [] : [{ stake: String(stake), shares: String(shares) }];
      expect(generations.items).to.deep.equal(expected);
      for (const { generation, account, shares: held } of holdings.items) {
        const [onChainShares] = await chain.client.readContract({
          ...staking,
          functionName: "sharesOf",
          args: [pool, generation as number, account as Address],
        });
        expect(held).to.equal(String(onChainShares));
      }
      const total = (list: Row[], column: string) =>
        list.reduce((sum, entry) => sum + BigInt(entry[column] as string), 0n);
      for (const column of ["amount", "commission"])
        expect(total(fundings.items, column)).to.equal(total(rewards.items, column === "amount" ? "funded" : column));
    }
    const owner = (pool: bigint) => pools.find(({ id }) => id === String(pool))!["operator"];
    expect([owner(DORAS_POOL), owner(ERINS_POOL)]).to.deep.equal([lower(dora.address), lower(erin.address)]);

    const rewards = await rows("poolRewards", "poolId funded claimed", "poolId");
    const args = [contract("OpenToken")] as const;
    const [stakes, owed] = await chain.client.readContract({ ...staking, functionName: "owed", args });
    const sum = (list: Row[], column: string) => list.reduce((all, row) => all + BigInt(row[column] as string), 0n);
    expect(sum(rewards, "funded") - sum(rewards, "claimed")).to.equal(owed);
    expect(sum(pools, "stake") + sum(pools, "unbonding")).to.equal(stakes);
    const claims = await rows("rewardClaims", "poolId account amount", "block");
    expect(claims.map(({ poolId, account }) => [poolId, account])).to.deep.equal([
      [String(MODEL_POOL), lower(staker.address)],
    ]);
    // The stakers' part of every closing, but for what does not divide by the shares.
    const parts = (await rows("feeSplits", "stakers versionId", "block")).filter(({ versionId }) => versionId === "1");
    const left = sum(parts, "stakers") - sum(claims, "amount");
    expect(left >= 0n && left <= 1n, String(left)).to.equal(true);
    expect(await rows("unbondings", "id poolId account amount withdrawn")).to.deep.equal([
      {
        id: "1",
        poolId: String(DORAS_POOL),
        account: lower(staker.address),
        amount: String(10n ** 21n),
        withdrawn: String(10n ** 21n),
      },
    ]);
    const slashed = await rows("stakeSlashs", "poolId faultId bps fromStake reward rewardTo");
    expect(slashed).to.deep.equal([
      {
        poolId: String(ERINS_POOL),
        faultId: "0",
        bps: 100,
        fromStake: String(8n * 10n ** 19n),
        reward: String(8n * 10n ** 18n),
        rewardTo: lower(alice.address),
      },
    ]);
  });

  it("have the shares of a position, their holders and income", async () => {
    const { rows, contract } = suite();
    const [shares] = await rows("sharesContracts", "id positionId creator supply vaults redeemer redeemedTo");
    expect(shares).to.deep.include({
      positionId: "5",
      creator: lower(alice.address),
      supply: "1000",
      vaults: [lower(contract("RoyaltyVault"))],
      redeemer: lower(alice.address),
      redeemedTo: lower(alice.address),
    });
    expect(await rows("sharesHolders", "account balance", "account")).to.have.deep.members([
      { account: lower(alice.address), balance: "0" },
      { account: lower(carol.address), balance: "0" },
    ]);
    expect(await rows("sharesIncomes", "token counted paid", "token")).to.deep.equal([
      { token: lower(contract("OpenToken")), counted: "5000", paid: "3000" },
    ]);
    const payments = await rows("sharesPayments", "account recipient amount", "block");
    expect(payments).to.deep.equal([
      { account: lower(alice.address), recipient: lower(alice.address), amount: "3000" },
    ]);
  });
}
