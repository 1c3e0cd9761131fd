// The connected account's vote on a proposal: with what it may vote, and whether it has.
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { type Address, encodeFunctionData } from "viem";
import { useConfig } from "../../data/config.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { hindranceOf } from "../../wallet/hindrance.ts";
import { TransactionNote } from "../../wallet/TransactionNote.tsx";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { useTransactions } from "../../wallet/use-transactions.ts";
import type { Wallet } from "../../wallet/WalletFrame.tsx";

interface VoteProps {
  id: string;
  /** When votes are measured. */
  voteStart: bigint;
  isActive: boolean;
  wallet: Wallet;
}

/** Of `GovernorCountingSimple.VoteType`. */
const CHOICES = [
  ["for", 1],
  ["against", 0],
  ["abstain", 2],
] as const;

export function Vote({ wallet, ...props }: VoteProps) {
  if (wallet.account === undefined) return <Empty>Connect a wallet to vote.</Empty>;
  return <VoteOf key={wallet.account} account={wallet.account} wallet={wallet} {...props} />;
}

function VoteOf({ id, voteStart, isActive, wallet, account }: VoteProps & { account: Address }) {
  const { deployment } = useConfig();
  const transactions = useTransactions();
  const query = useOnChain(["vote", id, account, isActive], async ({ reader, addresses }) => {
    const [hasVoted, weight] = await Promise.all([
      reader.readContract({
        ...{ address: addresses.OpenGovernor, abi: openGovernorAbi, functionName: "hasVoted" },
        args: [BigInt(id), account],
      }),
      isActive
        ? reader.readContract({
            ...{ address: addresses.GovernanceOpen, abi: governanceOpenAbi, functionName: "getPastVotes" },
            args: [account, voteStart],
          })
        : 0n,
    ]);
    return { hasVoted, weight };
  });
  const hindrance = hindranceOf(wallet, "To vote");
  const vote = (name: string, support: number): void =>
    void transactions.send(account, [
      {
        what: `vote ${name}`,
        to: deployment.addresses.OpenGovernor,
        data: encodeFunctionData({ abi: openGovernorAbi, functionName: "castVote", args: [BigInt(id), support] }),
      },
    ]);
  return (
    <>
      <Answered query={query}>
        {({ hasVoted, weight }) =>
          hasVoted ? (
            <p>You have voted on it.</p>
          ) : !isActive ? (
            <Empty>It is not being voted on now.</Empty>
          ) : weight === 0n ? (
            <Empty>You had no votes when this vote began, so you cannot vote on it.</Empty>
          ) : (
            <>
              <p>
                You vote with <Amount of={weight} unit="gOPEN" />. {hindrance}
              </p>
              <p className="actions">
                {CHOICES.map(([name, support]) => (
                  <button
                    key={name}
                    type="button"
                    disabled={hindrance !== undefined || transactions.isBusy}
                    onClick={() => vote(name, support)}
                  >
                    Vote {name}
                  </button>
                ))}
              </p>
            </>
          )
        }
      </Answered>
      <TransactionNote state={transactions.state} />
    </>
  );
}
