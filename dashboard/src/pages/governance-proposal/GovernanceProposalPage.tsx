// A proposal of governance: what it would do, how the vote stands, and the connected account's vote.
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { Link } from "react-router";
import { NotFound } from "../../app/NotFound.tsx";
import { isProposalOf } from "../../check/proposal-id.ts";
import { useConfig } from "../../data/config.ts";
import type { ResultOf } from "../../data/graphql.ts";
import { useIndexed } from "../../data/indexed.ts";
import { useRouteId } from "../../data/route-id.ts";
import { percent } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { MOST_OF_ADDRESS, MOST_OF_TEXT } from "../../format/cut.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Foreign } from "../../parts/Foreign.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { Status } from "../../parts/Status.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { WalletFrame } from "../../wallet/WalletFrame.tsx";
import { ACTIVE, stateOf, titleOf } from "../governance/proposal-state.ts";
import { GOVERNANCE_PROPOSAL } from "../governance/queries.ts";
import { inWords } from "./calls.ts";
import { CarryOut } from "./CarryOut.tsx";
import { Vote } from "./Vote.tsx";

type Proposal = NonNullable<ResultOf<typeof GOVERNANCE_PROPOSAL>["governanceProposal"]>;

export function Component() {
  const id = useRouteId();
  return id === undefined ? <NotFound /> : <ProposalOf key={id} id={id} />;
}

function ProposalOf({ id }: { id: string }) {
  const query = useIndexed(GOVERNANCE_PROPOSAL, { id, ...usePaging() });
  const proposal = query.data?.governanceProposal;
  if (proposal === null) return <NotFound what="proposal of governance with this id" />;
  return (
    <Page title={proposal === undefined || !isProposalOf(id, proposal) ? "Proposal" : titleOf(proposal.description)}>
      <Answered query={query}>{() => proposal !== undefined && <Shown proposal={proposal} />}</Answered>
    </Page>
  );
}

function Shown({ proposal }: { proposal: Proposal }) {
  const { deployment } = useConfig();
  const standing = useOnChain(["proposal", proposal.id], async ({ reader, addresses }) => {
    const governor = { address: addresses.OpenGovernor, abi: openGovernorAbi } as const;
    const [state, quorum] = await Promise.all([
      reader.readContract({ ...governor, functionName: "state", args: [BigInt(proposal.id)] }),
      // Measured when the vote begins; unknown before.
      reader
        .readContract({ ...governor, functionName: "quorum", args: [BigInt(proposal.voteStart)] })
        .catch(() => undefined),
    ]);
    return { state, quorum };
  });
  const isItself = isProposalOf(proposal.id, proposal);
  const state = standing.data?.state;
  const named = state === undefined ? undefined : stateOf(state);
  const [votesFor, against, abstain] = [proposal.votesFor, proposal.votesAgainst, proposal.votesAbstain].map(
    BigInt,
  ) as [bigint, bigint, bigint];
  const cast = votesFor + against + abstain;
  const rows = proposal.targets.map((target, index) => ({
    ...{ index, target, data: proposal.calldatas[index] ?? "0x", value: proposal.values[index] ?? "0" },
    ...inWords(target, proposal.calldatas[index] ?? "0x", deployment.addresses),
  }));
  return (
    <>
      <p className="lead">
        Proposed by <Account address={proposal.proposer} /> on <When at={proposal.proposedAt} />.{" "}
        <Link to={paths.governance()}>All proposals</Link>
      </p>
      <Facts>
        <Fact name="State">
          {named === undefined ? (
            "…"
          ) : (
            <>
              <Status of={named.name} /> {named.meaning}
            </>
          )}
        </Fact>
        <Fact name="For">
          <Amount of={votesFor} unit="gOPEN" /> <span className="quiet">{percent(votesFor, cast)}</span>
        </Fact>
        <Fact name="Against">
          <Amount of={against} unit="gOPEN" /> <span className="quiet">{percent(against, cast)}</span>
        </Fact>
        <Fact name="Abstain">
          <Amount of={abstain} unit="gOPEN" /> <span className="quiet">{percent(abstain, cast)}</span>
        </Fact>
        <Fact name="Quorum: for and abstain together">
          {standing.data?.quorum === undefined ? (
            "measured when the vote begins"
          ) : (
            <>
              <Amount of={votesFor + abstain} unit="gOPEN" /> of <Amount of={standing.data.quorum} unit="gOPEN" />:{" "}
              {votesFor + abstain >= standing.data.quorum ? "reached" : "not reached"}
            </>
          )}
        </Fact>
        <Fact name="Vote">
          <When at={proposal.voteStart} /> to <When at={proposal.voteEnd} />
        </Fact>
        {proposal.executableAt !== null && proposal.executedAt === null && (
          <Fact name="Can be executed from">
            <When at={proposal.executableAt} />
          </Fact>
        )}
        {proposal.executedAt !== null && (
          <Fact name="Executed">
            <When at={proposal.executedAt} />
          </Fact>
        )}
      </Facts>
      {isItself ? (
        <>
          <p>
            What it says and what it does, below, is what is voted on:{" "}
            <Provenance
              label="proven"
              because="its id, by which a vote is cast, is the hash of this text and these calls"
            />
          </p>
          <WalletFrame>
            {(wallet) => (
              <>
                <Section title="Your vote">
                  <Vote
                    id={proposal.id}
                    voteStart={BigInt(proposal.voteStart)}
                    isActive={state === ACTIVE}
                    wallet={wallet}
                  />
                </Section>
                <CarryOut proposal={proposal} state={state} wallet={wallet} />
              </>
            )}
          </WalletFrame>
          <Section title="What it says">
            <p>
              <Foreign text={proposal.description} most={MOST_OF_TEXT} />
            </p>
          </Section>
          <Section title="What it does">
            <DataTable
              caption="Calls that the timelock would make, in this order"
              rows={rows}
              keyOf={({ index }) => String(index)}
              empty="Nothing."
              columns={[
                {
                  header: "Contract",
                  cell: ({ contract, target }) => contract ?? <Hash hex={target} what="address" />,
                },
                {
                  header: "Call",
                  cell: ({ call, data }) =>
                    call === undefined ? <Hash hex={data} what="data" /> : <code>{call}</code>,
                },
                { header: "Sends", cell: ({ value }) => (value === "0" ? "nothing" : `${value} wei`) },
              ]}
            />
          </Section>
        </>
      ) : (
        <p className="failed" role="alert">
          <Provenance label="refused" /> What this indexer says of the proposal is not what is voted on: its id is the
          hash of another text or other calls. So neither is shown, and no vote is offered here. (A text with a
          character 0 cannot be kept by an indexer, and is refused too.)
        </p>
      )}
      <Section title="Votes">
        <DataTable
          caption="Votes, heaviest first"
          rows={proposal.votes?.items ?? []}
          keyOf={({ voter }) => voter}
          empty="Nobody has voted yet."
          columns={[
            { header: "By", cell: ({ voter }) => <Account address={voter} /> },
            { header: "Vote", cell: ({ support }) => support },
            { header: "Weight", numeric: true, cell: ({ weight }) => <Amount of={weight} unit="gOPEN" /> },
            { header: "Reason given", cell: ({ reason }) => <Foreign text={reason} most={MOST_OF_ADDRESS} /> },
            { header: "On", cell: ({ at }) => <When at={at} /> },
          ]}
        />
        <Paging total={proposal.votes?.totalCount ?? 0} label="votes" />
      </Section>
    </>
  );
}
