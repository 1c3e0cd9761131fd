// Governance: what was proposed and how the votes stand, what it may set, and the connected account's votes.
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { Link } from "react-router";
import type { ResultOf } from "../../data/graphql.ts";
import { useIndexed } from "../../data/indexed.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { Status } from "../../parts/Status.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { WalletFrame } from "../../wallet/WalletFrame.tsx";
import { OwnVotes } from "./OwnVotes.tsx";
import { parameterValue } from "./parameter-value.ts";
import { stateOf, titleOf } from "./proposal-state.ts";
import { PROPOSALS } from "./queries.ts";

type Answer = ResultOf<typeof PROPOSALS>;

export function Component() {
  const query = useIndexed(PROPOSALS, usePaging());
  return (
    <Page title="Governance">
      <p className="lead">
        Holders of OPEN that is locked as gOPEN vote on calls that a timelock then makes. They can set the parameters
        below, within bounds that the contracts hold; no vote can touch what was earned.
      </p>
      <WalletFrame>{(wallet) => wallet.account !== undefined && <OwnVotes wallet={wallet} />}</WalletFrame>
      <Answered query={query}>
        {({ governanceProposals, voters, parameters }) => (
          <>
            <Section title="Proposals">
              <Proposals proposals={governanceProposals.items} />
              <Paging total={governanceProposals.totalCount} label="proposals" />
            </Section>
            <Section title="Parameters">
              <DataTable
                caption="What governance can set, as it is now"
                rows={parameters.items}
                keyOf={({ id }) => id}
                empty="None is set yet."
                columns={[
                  { header: "Parameter", cell: ({ id }) => <code>{id}</code> },
                  { header: "Value", numeric: true, cell: ({ id, value }) => parameterValue(id, value) },
                  { header: "Since", cell: ({ setAt }) => <When at={setAt} /> },
                ]}
              />
            </Section>
            <Section title="Who has votes">
              <DataTable
                caption={
                  voters.totalCount > voters.items.length ? "Ten accounts with the most votes" : "Accounts with votes"
                }
                rows={voters.items}
                keyOf={({ id }) => id}
                empty="Nobody has votes: gOPEN counts from when its holder delegates it."
                columns={[
                  { header: "Account", cell: ({ id }) => <Account address={id} /> },
                  { header: "Votes", numeric: true, cell: ({ votes }) => <Amount of={votes} unit="gOPEN" /> },
                  { header: "Holds", numeric: true, cell: ({ balance }) => <Amount of={balance} unit="gOPEN" /> },
                ]}
              />
            </Section>
          </>
        )}
      </Answered>
    </Page>
  );
}

function Proposals({ proposals }: { proposals: Answer["governanceProposals"]["items"] }) {
  const ids = proposals.map(({ id }) => id);
  // Most states follow from the time and the quorum: only the governor knows.
  const states = useOnChain(
    ["proposal-states", ids],
    ({ reader, addresses }) =>
      Promise.all(
        ids.map((id) =>
          reader.readContract({
            ...{ address: addresses.OpenGovernor, abi: openGovernorAbi, functionName: "state" },
            args: [BigInt(id)],
          }),
        ),
      ),
    ids.length > 0,
  );
  return (
    <DataTable
      caption="Proposals, newest first"
      rows={proposals.map((proposal, index) => ({ ...proposal, state: states.data?.[index] }))}
      keyOf={({ id }) => id}
      empty="Nothing has been proposed."
      columns={[
        {
          header: "Proposal",
          cell: ({ id, description }) => (
            <Link className="foreign" to={paths.governanceProposal(id)}>
              {titleOf(description)}
            </Link>
          ),
        },
        {
          header: "State",
          cell: ({ state }) => (state === undefined ? "…" : <Status of={stateOf(state).name} />),
        },
        { header: "For", numeric: true, cell: ({ votesFor }) => <Amount of={votesFor} unit="gOPEN" /> },
        { header: "Against", numeric: true, cell: ({ votesAgainst }) => <Amount of={votesAgainst} unit="gOPEN" /> },
        { header: "Vote ends", cell: ({ voteEnd }) => <When at={voteEnd} /> },
        { header: "By", cell: ({ proposer }) => <Account address={proposer} /> },
      ]}
    />
  );
}
