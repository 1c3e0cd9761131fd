// The connected account's shares and income, and bringing in what still waits for the position.
import { royaltySharesAbi } from "@tributary/protocol/abi/royalty-shares";
import { useQuery } from "@tanstack/react-query";
import { type Address, encodeFunctionData, type Hex, isAddressEqual } from "viem";
import { ChainRefusal } from "../../check/chain.ts";
import { useChosenNode } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { percent } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { TokenAmount } from "../../parts/TokenAmount.tsx";
import { hindranceOf } from "../../wallet/hindrance.ts";
import { TransactionNote } from "../../wallet/TransactionNote.tsx";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { ON_CHAIN, type Transactions, useTransactions } from "../../wallet/use-transactions.ts";
import type { Wallet } from "../../wallet/WalletFrame.tsx";
import { claimOf } from "../wallet/claim-of.ts";

interface SharesContract {
  id: string;
  positionId: string;
  supply: string;
  vaults: string[];
  redeemedAt: string | null;
  income: { items: { token: string }[] } | null;
}

interface Part {
  shares: SharesContract;
  wallet: Wallet;
  transactions: Transactions;
}

export function OwnShares({ shares, wallet }: { shares: SharesContract; wallet: Wallet }) {
  const transactions = useTransactions();
  return (
    <>
      {wallet.account === undefined ? (
        <Empty>Connect a wallet to see and claim its part of the income.</Empty>
      ) : (
        <Own key={wallet.account} account={wallet.account} {...{ shares, wallet, transactions }} />
      )}
      {shares.redeemedAt === null && <Waiting {...{ shares, wallet, transactions }} />}
      <TransactionNote state={transactions.state} />
    </>
  );
}

function Own({ shares, wallet, transactions, account }: Part & { account: Address }) {
  const { deployment } = useConfig();
  const address = shares.id as Address;
  // Income is in OPEN before any was counted.
  const tokens = [
    ...new Set([
      deployment.addresses.OpenToken.toLowerCase(),
      ...(shares.income?.items ?? []).map(({ token }) => token),
    ]),
  ] as Address[];
  const query = useOnChain(["shares", address, account, tokens], async ({ reader }) => {
    const contract = { address, abi: royaltySharesAbi } as const;
    const [balance, ...income] = await Promise.all([
      reader.readContract({ ...contract, functionName: "balanceOf", args: [account] }),
      ...tokens.map((token) =>
        // A token that these shares do not divide is refused.
        reader.readContract({ ...contract, functionName: "incomeOf", args: [account, token] }).catch(noneIfRefused),
      ),
    ]);
    return { balance, income };
  });
  const hindrance = hindranceOf(wallet, "To claim");
  const claim = (): void =>
    void transactions.send(account, [
      {
        what: "claim your part of the income",
        to: address,
        data: encodeFunctionData({ abi: royaltySharesAbi, functionName: "claimIncome", args: [account] }),
      },
    ]);
  return (
    <Answered query={query}>
      {({ balance, income }) => (
        <>
          <p>
            You hold <Amount of={balance} unit="shares" />, {percent(balance, BigInt(shares.supply))} of all.
          </p>
          <ul>
            {tokens.map((token, index) => (
              <li key={token}>
                <TokenAmount token={token} amount={income[index] ?? 0n} /> waits for you
              </li>
            ))}
          </ul>
          {hindrance !== undefined && <p>{hindrance}</p>}
          <p className="actions">
            <button
              type="button"
              className="primary"
              disabled={hindrance !== undefined || transactions.isBusy || income.every((amount) => amount === 0n)}
              onClick={claim}
            >
              Claim your part
            </button>
          </p>
        </>
      )}
    </Answered>
  );
}

/** @throws what is no answer of the chain: then nothing is known */
function noneIfRefused(error: unknown): bigint {
  if (error instanceof ChainRefusal) return 0n;
  throw error;
}

/** What the position earned and nobody has claimed for the shares yet. */
function Waiting({ shares, wallet, transactions }: Part) {
  const { indexerUrl, deployment } = useConfig();
  const { chain, key: node } = useChosenNode();
  const vault = shares.vaults.findIndex((each) => isAddressEqual(each as Hex, deployment.addresses.RoyaltyVault));
  // As long as there are shares their contract has the position.
  const asked = { position: BigInt(shares.positionId), owner: shares.id as Address };
  const query = useQuery({
    queryKey: [ON_CHAIN, node, "claim", shares.positionId, shares.id],
    queryFn: ({ signal }) => claimOf(chain, indexerUrl, asked, signal),
    enabled: vault >= 0,
    retry: false,
  });
  if (vault < 0) return null;
  const { account, isReady } = wallet;
  return (
    <Answered query={query}>
      {({ attributed, accrued, claim, basis }) =>
        basis.kind === "foreign" ? (
          <p className="failed" role="alert">
            <Provenance label="refused" /> What this indexer serves does not fit the chain: position {shares.positionId}{" "}
            is not these shares' but <Account address={basis.owner} />
            's.
          </p>
        ) : (
          <>
            <p>
              {basis.kind !== "proven" && "At least "}
              <Amount of={attributed + accrued} /> still waits for the position
              {basis.kind === "proven" ? (
                <>
                  {" "}
                  <Provenance label="proven" because="opened from the root that the vault pays by" />.
                </>
              ) : (
                `; what was attributed could not be opened: ${basis.reason}.`
              )}{" "}
              Anyone may bring it in; it belongs to who holds shares then.
            </p>
            <p className="actions">
              <button
                type="button"
                disabled={!isReady || claim === undefined || transactions.isBusy}
                onClick={() =>
                  account !== undefined &&
                  claim !== undefined &&
                  void transactions.send(account, [
                    {
                      what: `bring in the income of position ${shares.positionId}`,
                      to: shares.id as Address,
                      data: encodeFunctionData({
                        ...{ abi: royaltySharesAbi, functionName: "collect" },
                        args: [BigInt(vault), claim],
                      }),
                    },
                  ])
                }
              >
                Bring it in
              </button>
            </p>
          </>
        )
      }
    </Answered>
  );
}
