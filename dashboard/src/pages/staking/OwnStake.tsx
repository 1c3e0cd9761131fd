// What the connected account has staked, and what is on its way back to it.
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { Link } from "react-router";
import { encodeFunctionData } from "viem";
import { useConfig } from "../../data/config.ts";
import { useIndexed } from "../../data/indexed.ts";
import { duration } from "../../format/time.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { useNow } from "../../parts/use-now.ts";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { TransactionNote } from "../../wallet/TransactionNote.tsx";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { useTransactions } from "../../wallet/use-transactions.ts";
import type { Wallet } from "../../wallet/WalletFrame.tsx";
import { PoolName } from "./PoolName.tsx";
import { STAKER } from "./queries.ts";

export function OwnStake({ wallet: { account, isReady } }: { wallet: Wallet }) {
  const { deployment } = useConfig();
  const transactions = useTransactions();
  const now = useNow() / 1_000;
  const own = useIndexed(STAKER, { account: account!.toLowerCase() });
  const staking = deployment.addresses.OperatorStaking;
  const withdraw = (id: string): void =>
    void transactions.send(account!, [
      {
        what: "withdraw stake",
        to: staking,
        data: encodeFunctionData({ abi: operatorStakingAbi, functionName: "withdraw", args: [BigInt(id)] }),
      },
    ]);
  return (
    <Section title="Your stake">
      <Answered query={own}>
        {({ stakeHoldings, unbondings }) => (
          <>
            <DataTable
              caption="Staked"
              rows={stakeHoldings.items}
              keyOf={({ poolId, generation }) => `${poolId}/${generation}`}
              empty="You have staked nothing. Choose a pool below."
              columns={[
                { header: "Pool", cell: ({ poolId }) => <Link to={paths.pool(poolId)}>Pool {poolId}</Link> },
                { header: "Of", cell: ({ pool }) => pool && <PoolName pool={pool} /> },
                {
                  header: "Worth now",
                  numeric: true,
                  cell: ({ poolId, generation }) => (
                    <Worth pool={BigInt(poolId)} generation={generation} account={account!} />
                  ),
                },
              ]}
            />
            {unbondings.items.length > 0 && (
              <DataTable
                caption="On its way back to you; slashes still lower it"
                rows={unbondings.items}
                keyOf={({ id }) => id}
                empty=""
                columns={[
                  { header: "From", cell: ({ poolId }) => <Link to={paths.pool(poolId)}>Pool {poolId}</Link> },
                  { header: "Worth when it left", numeric: true, cell: ({ amount }) => <Amount of={amount} /> },
                  { header: "Can be withdrawn", cell: ({ maturesAt }) => <When at={maturesAt} /> },
                  {
                    header: "Withdraw",
                    cell: ({ id, maturesAt }) => {
                      const left = Number(maturesAt) - now;
                      return left > 0 ? (
                        `in ${duration(Math.ceil(left))}`
                      ) : (
                        <button type="button" disabled={!isReady || transactions.isBusy} onClick={() => withdraw(id)}>
                          Withdraw
                        </button>
                      );
                    },
                  },
                ]}
              />
            )}
            <TransactionNote state={transactions.state} />
          </>
        )}
      </Answered>
    </Section>
  );
}

function Worth({ pool, generation, account }: { pool: bigint; generation: number; account: `0x${string}` }) {
  const worth = useOnChain(["shares", String(pool), generation, account], ({ reader, addresses }) =>
    reader.readContract({
      ...{ address: addresses.OperatorStaking, abi: operatorStakingAbi, functionName: "sharesOf" },
      args: [pool, generation, account],
    }),
  );
  return worth.data === undefined ? "…" : <Amount of={worth.data[1]} />;
}
