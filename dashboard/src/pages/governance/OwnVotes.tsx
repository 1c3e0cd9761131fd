// The connected account's gOPEN and votes: locking OPEN, taking it out, and delegating.
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { useId, useState } from "react";
import { type Address, encodeFunctionData, isAddress, zeroAddress } from "viem";
import { useCheckChain } from "../../data/check-chain.ts";
import { exactAmount } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { AmountForm } from "../../wallet/AmountForm.tsx";
import { withApproval } from "../../wallet/approval.ts";
import type { Call } from "../../wallet/call.ts";
import { hindranceOf } from "../../wallet/hindrance.ts";
import { TransactionNote } from "../../wallet/TransactionNote.tsx";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { useTransactions } from "../../wallet/use-transactions.ts";
import type { Wallet } from "../../wallet/WalletFrame.tsx";

export function OwnVotes({ wallet }: { wallet: Wallet }) {
  const account = wallet.account!;
  const { reader, addresses } = useCheckChain();
  const transactions = useTransactions();
  const token = addresses.GovernanceOpen;
  const query = useOnChain(["votes", account], async (chain) => {
    const governance = { address: token, abi: governanceOpenAbi } as const;
    const [open, balance, votes, delegate] = await Promise.all([
      chain.reader.readContract({
        ...{ address: chain.addresses.OpenToken, abi: openTokenAbi, functionName: "balanceOf" },
        args: [account],
      }),
      chain.reader.readContract({ ...governance, functionName: "balanceOf", args: [account] }),
      chain.reader.readContract({ ...governance, functionName: "getVotes", args: [account] }),
      chain.reader.readContract({ ...governance, functionName: "delegates", args: [account] }),
    ]);
    return { open, balance, votes, delegate };
  });
  const hindrance = hindranceOf(wallet, "To sign");
  const isDisabled = hindrance !== undefined || transactions.isBusy;
  const send = (row: Parameters<typeof transactions.send>[1]): void => void transactions.send(account, row);
  const call = (what: string, data: Call["data"]): Call => ({ what, to: token, data });
  const lock = (amount: bigint): void => {
    const data = encodeFunctionData({ abi: governanceOpenAbi, functionName: "depositFor", args: [account, amount] });
    const deposit = call(`lock ${exactAmount(amount)} OPEN as gOPEN`, data);
    send(() => withApproval(reader, { token: addresses.OpenToken, owner: account, amount }, deposit));
  };
  return (
    <Section title="Your votes">
      <Answered query={query}>
        {({ open, balance, votes, delegate }) => (
          <>
            <p>
              You hold <Amount of={balance} unit="gOPEN" /> and vote with <Amount of={votes} unit="gOPEN" />.{" "}
              {delegate === zeroAddress ? (
                "Your gOPEN counts for nobody yet: delegate it, to yourself or to another."
              ) : delegate === account ? (
                "Your gOPEN is delegated to yourself."
              ) : (
                <>
                  Your gOPEN is delegated to <Account address={delegate} />.
                </>
              )}
            </p>
            {hindrance !== undefined && <p>{hindrance}</p>}
            <AmountForm
              label="Lock"
              action="Lock as gOPEN"
              most={open}
              mostIs="in the wallet"
              isDisabled={isDisabled}
              onSubmit={lock}
            />
            <AmountForm
              label="Take out"
              action="Take out"
              most={balance}
              mostIs="is locked as gOPEN; it leaves at once"
              isDisabled={isDisabled}
              onSubmit={(amount) =>
                send([
                  call(
                    `take ${exactAmount(amount)} OPEN out`,
                    encodeFunctionData({ abi: governanceOpenAbi, functionName: "withdrawTo", args: [account, amount] }),
                  ),
                ])
              }
            />
            <DelegateForm
              account={account}
              isDisabled={isDisabled}
              onSubmit={(to) =>
                send([
                  call(
                    to === account ? "delegate to yourself" : `delegate to ${to}`,
                    encodeFunctionData({ abi: governanceOpenAbi, functionName: "delegate", args: [to] }),
                  ),
                ])
              }
            />
            <TransactionNote state={transactions.state} />
          </>
        )}
      </Answered>
    </Section>
  );
}

interface DelegateFormProps {
  account: Address;
  isDisabled: boolean;
  onSubmit: (to: Address) => void;
}

function DelegateForm({ account, isDisabled, onSubmit }: DelegateFormProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const to = text.trim();
        if (isAddress(to)) {
          setProblem("");
          onSubmit(to);
        } else setProblem("That is no address: it has to be 0x and 40 hexadecimal digits, with a right checksum");
      }}
    >
      <label>
        Delegate to
        <input
          value={text}
          placeholder="0x…"
          size={44}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={problem !== ""}
          aria-describedby={`${id}-problem`}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <button type="submit" disabled={isDisabled}>
        Delegate
      </button>
      <button type="button" disabled={isDisabled} onClick={() => onSubmit(account)}>
        Delegate to yourself
      </button>
      <p id={`${id}-problem`} className="problem" role="status">
        {problem}
      </p>
    </form>
  );
}
