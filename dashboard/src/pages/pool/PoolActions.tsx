// Staking in a pool, leaving it, and claiming its rewards, for the connected account.
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { type Address, encodeFunctionData } from "viem";
import { useCheckChain } from "../../data/check-chain.ts";
import { useIndexed } from "../../data/indexed.ts";
import { exactAmount } from "../../format/amount.ts";
import { duration } from "../../format/time.ts";
import { Provenance } from "../../parts/Provenance.tsx";
import { Empty, Failed, Loading } from "../../parts/States.tsx";
import { TokenAmount } from "../../parts/TokenAmount.tsx";
import { AmountForm } from "../../wallet/AmountForm.tsx";
import { withApproval } from "../../wallet/approval.ts";
import { hindranceOf } from "../../wallet/hindrance.ts";
import { TransactionNote } from "../../wallet/TransactionNote.tsx";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { useTransactions } from "../../wallet/use-transactions.ts";
import type { Wallet } from "../../wallet/WalletFrame.tsx";
import { POOL_HOLDINGS } from "./queries.ts";
import { readPool, sharesFor } from "./read-pool.ts";

interface PoolActionsProps {
  pool: { id: string; kind: string; generation: number };
  /** In which it has rewards. */
  tokens: readonly string[];
  wallet: Wallet;
}

export function PoolActions({ wallet, ...pool }: PoolActionsProps) {
  if (wallet.account === undefined)
    return <Empty>Connect a wallet to stake in this pool, to leave it, or to claim rewards.</Empty>;
  return <Actions key={wallet.account} account={wallet.account} wallet={wallet} {...pool} />;
}

function Actions({ pool, tokens, wallet, account }: PoolActionsProps & { account: Address }) {
  const { reader, addresses } = useCheckChain();
  const transactions = useTransactions();
  const holdings = useIndexed(POOL_HOLDINGS, { pool: pool.id, account: account.toLowerCase() });
  const id = BigInt(pool.id);
  // What was held before a slash ended it can still be unbonded and still earned something.
  const generations = [
    ...new Set([pool.generation, ...(holdings.data?.stakeHoldings.items.map(({ generation }) => generation) ?? [])]),
  ];
  const query = useOnChain(["pool", pool.id, account, generations, tokens], (chain) =>
    readPool(chain, { pool: id, account, generations, tokens: tokens as readonly Address[] }),
  );
  const hindrance = hindranceOf(wallet, "To sign");
  const isDisabled = hindrance !== undefined || transactions.isBusy;
  const staking = addresses.OperatorStaking;
  const send = (row: Parameters<typeof transactions.send>[1]): void => void transactions.send(account, row);
  const stake = (amount: bigint): void => {
    const data = encodeFunctionData({ abi: operatorStakingAbi, functionName: "stake", args: [id, amount] });
    const call = { what: `stake ${exactAmount(amount)} OPEN in pool ${id}`, to: staking, data };
    send(() => withApproval(reader, { token: addresses.OpenToken, owner: account, amount }, call));
  };
  if (query.data === undefined)
    return query.isError ? <Failed error={query.error} /> : <Loading what="Reading the chain" />;
  const { balance, held, rewards, unbondingSeconds, isSlashable } = query.data;
  if (isSlashable === (pool.kind === "model"))
    return (
      <p className="failed" role="alert">
        <Provenance label="refused" /> By the chain this pool is {isSlashable ? "one that is slashed" : "a model's"};
        this indexer says another kind. Nothing is offered here.
      </p>
    );
  return (
    <>
      {hindrance !== undefined && <p>{hindrance}</p>}
      <h3>Stake</h3>
      <AmountForm
        label="Stake"
        action="Stake"
        most={balance}
        mostIs="in the wallet"
        isDisabled={isDisabled}
        onSubmit={stake}
      />
      <p className="quiet">
        Exactly the amount is approved first. Stake leaves {duration(unbondingSeconds)} after you ask for it. By the
        chain,{" "}
        {isSlashable
          ? "everybody in this pool is slashed alike for what its operator does, until then."
          : "this is a model's pool, which is never slashed."}
      </p>
      {held.map((holding) => (
        <section key={holding.generation} aria-label="Leave">
          <h3>{holding.generation === pool.generation ? "Leave" : "Leave with what an earlier slash left"}</h3>
          <AmountForm
            label="Take out"
            action="Unbond"
            most={holding.worth}
            mostIs="is what your shares are worth now"
            isDisabled={isDisabled}
            onSubmit={(amount) =>
              send([
                {
                  what: `unbond ${exactAmount(amount)} OPEN from pool ${id}`,
                  to: staking,
                  data: encodeFunctionData({
                    ...{ abi: operatorStakingAbi, functionName: "unbond" },
                    args: [id, holding.generation, sharesFor(amount, holding)],
                  }),
                },
              ])
            }
          />
        </section>
      ))}
      <h3>Rewards</h3>
      {rewards.length === 0 ? (
        <Empty>No rewards wait for you here.</Empty>
      ) : (
        <ul>
          {rewards.map(({ generation, token, amount }) => (
            <li key={`${generation}/${token}`}>
              <TokenAmount token={token} amount={amount} /> waits for you{" "}
              <button
                type="button"
                disabled={isDisabled}
                onClick={() =>
                  send([
                    {
                      what: `claim the rewards of pool ${id}`,
                      to: staking,
                      data: encodeFunctionData({
                        ...{ abi: operatorStakingAbi, functionName: "claimRewards" },
                        args: [id, generation, token, account],
                      }),
                    },
                  ])
                }
              >
                Claim rewards
              </button>
            </li>
          ))}
        </ul>
      )}
      <TransactionNote state={transactions.state} />
    </>
  );
}
