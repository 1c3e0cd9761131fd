// Queueing a proposal that was carried, and executing it once the timelock's delay is over, which anyone may do.
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { parseAbi } from "viem";
import type { ProposedCalls } from "../../check/proposal-id.ts";
import { useConfig } from "../../data/config.ts";
import { duration } from "../../format/time.ts";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { useNow } from "../../parts/use-now.ts";
import { When } from "../../parts/When.tsx";
import { hindranceOf } from "../../wallet/hindrance.ts";
import { TransactionNote } from "../../wallet/TransactionNote.tsx";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { useTransactions } from "../../wallet/use-transactions.ts";
import type { Wallet } from "../../wallet/WalletFrame.tsx";
import { carryOutCall, type CarryOut as Action, nextStep } from "./carry-out.ts";

const timelockAbi = parseAbi(["function getMinDelay() view returns (uint256)"]);

interface CarryOutProps {
  proposal: ProposedCalls & { readonly id: string };
  /** As the governor tells it. */
  state: number | undefined;
  wallet: Wallet;
}

export function CarryOut({ proposal, state, wallet }: CarryOutProps) {
  const { deployment } = useConfig();
  const transactions = useTransactions();
  const now = useNow() / 1_000;
  const isNext = nextStep(state, 0n, 0) !== undefined;
  const query = useOnChain(
    ["timelock", proposal.id, state],
    async ({ reader, addresses }) => {
      const governor = { address: addresses.OpenGovernor, abi: openGovernorAbi } as const;
      const [eta, delay, clock] = await Promise.all([
        reader.readContract({ ...governor, functionName: "proposalEta", args: [BigInt(proposal.id)] }),
        reader.readContract({
          ...{ address: addresses.TimelockController, abi: timelockAbi, functionName: "getMinDelay" },
        }),
        reader.readContract({ ...governor, functionName: "clock" }),
      ]);
      return { eta, delay, clock };
    },
    isNext,
  );
  const hindrance = hindranceOf(wallet, "To sign");
  const carryOut = (action: Action): void =>
    void transactions.send(wallet.account!, async () => [
      carryOutCall(action, proposal.id, proposal, deployment.addresses.OpenGovernor),
    ]);
  const sent = proposal.values.reduce<bigint>((sum, value) => sum + BigInt(value), 0n);
  // What became of its execution stays to be read.
  if (!isNext && transactions.state.at === "rest") return null;
  return (
    <Section title="Queue and execute">
      {isNext && (
        <Answered query={query}>
          {({ eta, delay, clock }) => {
            // The chain's clock counts; the reader's may be behind it.
            const next = nextStep(state, eta, Math.max(now, clock));
            return (
              next !== undefined && (
                <>
                  <p>
                    {next.action === "queue" ? (
                      `Anyone may queue it in the timelock. Its calls can be made ${duration(delay)} later.`
                    ) : next.secondsLeft > 0 ? (
                      <>
                        Its calls can be made in {duration(next.secondsLeft)}, from <When at={eta} /> on: until then the
                        timelock holds them, so that everybody has time to react.
                      </>
                    ) : (
                      "The timelock's delay is over: anyone may have its calls made."
                    )}{" "}
                    {sent > 0n && `They send ${sent} wei, which the timelock has to hold. `}
                    {hindrance}
                  </p>
                  <p className="actions">
                    <button
                      type="button"
                      disabled={hindrance !== undefined || transactions.isBusy || next.secondsLeft > 0}
                      onClick={() => carryOut(next.action)}
                    >
                      {next.action === "queue" ? "Queue" : "Execute"}
                    </button>
                  </p>
                </>
              )
            );
          }}
        </Answered>
      )}
      <TransactionNote state={transactions.state} />
    </Section>
  );
}
