// Folds the events of OpenGovernor and gOPEN: proposals, votes, what was set, and who votes for whom.
import { type Context, ponder } from "ponder:registry";
import { governanceProposal, governanceVote, support as supports, voter } from "ponder:schema";
import { type Address, zeroAddress } from "viem";
import { memberAt } from "./enum-member.ts";
import { setParameter } from "./parameter-row.ts";
import { plain } from "./plain-text.ts";
import { created, type Occurrence, occurred } from "./provenance.ts";

// --- proposals ---

ponder.on("OpenGovernor:ProposalCreated", async ({ event, context }) => {
  const { proposalId: id, proposer, targets, values, calldatas, voteStart, voteEnd, description } = event.args;
  await context.db.insert(governanceProposal).values({
    id,
    proposer,
    status: "proposed",
    targets: [...targets],
    values: values.map(String),
    calldatas: [...calldatas],
    description: plain(description),
    voteStart,
    voteEnd,
    votesFor: 0n,
    votesAgainst: 0n,
    votesAbstain: 0n,
    voterCount: 0,
    proposedAt: event.block.timestamp,
    ...created(event),
  });
});

ponder.on("OpenGovernor:ProposalExtended", async ({ event, context }) => {
  const { proposalId: id, extendedDeadline: voteEnd } = event.args;
  await context.db.update(governanceProposal, { id }).set({ voteEnd });
});

ponder.on("OpenGovernor:ProposalQueued", async ({ event, context }) => {
  const { proposalId: id, etaSeconds: executableAt } = event.args;
  await context.db
    .update(governanceProposal, { id })
    .set({ status: "queued", executableAt, queuedAt: event.block.timestamp });
});

ponder.on("OpenGovernor:ProposalExecuted", async ({ event, context }) => {
  const change = { status: "executed", executedAt: event.block.timestamp } as const;
  await context.db.update(governanceProposal, { id: event.args.proposalId }).set(change);
});

ponder.on("OpenGovernor:ProposalCanceled", async ({ event, context }) => {
  const change = { status: "canceled", canceledAt: event.block.timestamp } as const;
  await context.db.update(governanceProposal, { id: event.args.proposalId }).set(change);
});

// --- votes ---

type Vote = { voter: Address; proposalId: bigint; support: number; weight: bigint; reason: string };

async function recordVote({ db }: Context, event: Occurrence & { args: Vote }): Promise<void> {
  const { voter: account, proposalId, support: number, weight, reason } = event.args;
  const support = memberAt(supports.enumValues, number);
  await db
    .insert(governanceVote)
    .values({ proposalId, voter: account, support, weight, reason: plain(reason), ...occurred(event) });
  const column = ({ for: "votesFor", against: "votesAgainst", abstain: "votesAbstain" } as const)[support];
  await db
    .update(governanceProposal, { id: proposalId })
    .set((row) => ({ [column]: row[column] + weight, voterCount: row.voterCount + 1 }));
}

ponder.on("OpenGovernor:VoteCast", async ({ event, context }) => recordVote(context, event));
ponder.on("OpenGovernor:VoteCastWithParams", async ({ event, context }) => recordVote(context, event));

// --- settings ---

ponder.on("OpenGovernor:VotingDelaySet", async ({ event, context }) => {
  await setParameter(context, event, "OpenGovernor.votingDelay", event.args.newVotingDelay);
});
ponder.on("OpenGovernor:VotingPeriodSet", async ({ event, context }) => {
  await setParameter(context, event, "OpenGovernor.votingPeriod", event.args.newVotingPeriod);
});
ponder.on("OpenGovernor:ProposalThresholdSet", async ({ event, context }) => {
  await setParameter(context, event, "OpenGovernor.proposalThreshold", event.args.newProposalThreshold);
});
ponder.on("OpenGovernor:QuorumNumeratorUpdated", async ({ event, context }) => {
  await setParameter(context, event, "OpenGovernor.quorumBps", event.args.newQuorumNumerator);
});
ponder.on("OpenGovernor:LateQuorumVoteExtensionSet", async ({ event, context }) => {
  await setParameter(context, event, "OpenGovernor.lateQuorumVoteExtension", event.args.newVoteExtension);
});

// --- gOPEN ---

async function changeVoter(
  { db }: Context,
  id: Address,
  change: { balance?: bigint; votes?: bigint; delegate?: Address | null },
): Promise<void> {
  const { balance = 0n, ...now } = change;
  await db
    .insert(voter)
    .values({ id, balance, votes: 0n, ...now })
    .onConflictDoUpdate((row) => ({ balance: row.balance + balance, ...now }));
}

ponder.on("GovernanceOpen:Transfer", async ({ event, context }) => {
  const { from, to, value } = event.args;
  if (from !== zeroAddress) await changeVoter(context, from, { balance: -value });
  if (to !== zeroAddress) await changeVoter(context, to, { balance: value });
});

ponder.on("GovernanceOpen:DelegateChanged", async ({ event, context }) => {
  const { delegator, toDelegate } = event.args;
  await changeVoter(context, delegator, { delegate: toDelegate === zeroAddress ? null : toDelegate });
});

ponder.on("GovernanceOpen:DelegateVotesChanged", async ({ event, context }) => {
  const { delegate, newVotes: votes } = event.args;
  await changeVoter(context, delegate, { votes });
});
