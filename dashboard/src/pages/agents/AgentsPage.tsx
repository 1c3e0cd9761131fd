// Agents: identities of ERC-8004 that are registered with the deployment.
import { Link } from "react-router";
import { useIndexed } from "../../data/indexed.ts";
import { Account } from "../../parts/Hex.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { MetadataUri } from "../../parts/MetadataUri.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Answered } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { AGENTS } from "./queries.ts";

export function Component() {
  const agents = useIndexed(AGENTS, usePaging());
  return (
    <Page title="Agents">
      <p className="lead">
        An agent is an identity by the standard ERC-8004: a token with an owner, a wallet that it acts from, and what it
        says of itself. Nobody has checked what it says.
      </p>
      <Answered query={agents}>
        {({ agents: { items, totalCount } }) => (
          <>
            <DataTable
              caption="Agents, newest first"
              rows={items}
              keyOf={({ id }) => id}
              empty="No agent has been registered yet; anyone may register one."
              columns={[
                { header: "Agent", cell: ({ id }) => <Link to={paths.agent(id)}>Agent {id}</Link> },
                { header: "Owner", cell: ({ owner }) => <Account address={owner} /> },
                { header: "Wallet", cell: ({ wallet }) => (wallet === null ? "none" : <Account address={wallet} />) },
                { header: "Registration file", cell: ({ uri }) => <MetadataUri uri={uri} /> },
                { header: "Registered", cell: ({ registeredAt }) => <When at={registeredAt} /> },
              ]}
            />
            <Paging total={totalCount} label="agents" />
          </>
        )}
      </Answered>
    </Page>
  );
}
