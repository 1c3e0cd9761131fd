// An agent: who owns it, where it is paid, and what it says of itself, as text.
import { Link } from "react-router";
import { NotFound } from "../../app/NotFound.tsx";
import { useIndexed } from "../../data/indexed.ts";
import { useRouteId } from "../../data/route-id.ts";
import { MOST_OF_ADDRESS } from "../../format/cut.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Foreign } from "../../parts/Foreign.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { MetadataUri } from "../../parts/MetadataUri.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, SHORT_PAGE_SIZE, usePaging } from "../../parts/Paging.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { AGENT } from "../agents/queries.ts";
import { asText } from "./as-text.ts";
import { Calls } from "./Calls.tsx";

/** Names its pages in the address. */
const METADATA_PAGE = "metadata";

export function Component() {
  const id = useRouteId();
  return id === undefined ? <NotFound /> : <AgentOf key={id} id={id} />;
}

function AgentOf({ id }: { id: string }) {
  const query = useIndexed(AGENT, { id, ...usePaging(METADATA_PAGE, SHORT_PAGE_SIZE) });
  if (query.data?.agent === null) return <NotFound what={`agent ${id}`} />;
  return (
    <Page title={`Agent ${id}`}>
      <Answered query={query}>
        {({ agent }) =>
          agent !== null && (
            <>
              <p className="lead">
                An identity of ERC-8004. What it says of itself is its owner’s word.{" "}
                <Link to={paths.agents()}>All agents</Link>
              </p>
              <Facts>
                <Fact name="Owner">
                  <Account address={agent.owner} />
                </Fact>
                <Fact name="Wallet, where it is paid and acts from">
                  {agent.wallet === null ? "none since it changed hands" : <Account address={agent.wallet} />}
                </Fact>
                <Fact name="Registered">
                  <When at={agent.registeredAt} />
                </Fact>
                <Fact name="Registration file">
                  <MetadataUri uri={agent.uri} />
                </Fact>
              </Facts>
              <Calls agentId={id} />
              <Section title="Metadata">
                <DataTable
                  caption="What its owner set, newest first"
                  rows={agent.metadata?.items ?? []}
                  keyOf={({ keyHash }) => keyHash}
                  empty="Its owner has set none."
                  columns={[
                    { header: "Key", cell: ({ key }) => <Foreign text={key} most={MOST_OF_ADDRESS} /> },
                    {
                      header: "Value",
                      cell: ({ value }) => {
                        const text = asText(value);
                        if (text !== undefined) return <Foreign text={text} most={MOST_OF_ADDRESS} />;
                        return value === "0x" ? "empty" : <Hash hex={value} what="bytes" />;
                      },
                    },
                    { header: "Set", cell: ({ setAt }) => <When at={setAt} /> },
                  ]}
                />
                <Paging
                  total={agent.metadata?.totalCount ?? 0}
                  label="metadata"
                  name={METADATA_PAGE}
                  size={SHORT_PAGE_SIZE}
                />
              </Section>
              <Section title="Owners before">
                <DataTable
                  caption="Transfers, newest first"
                  rows={agent.transfers?.items ?? []}
                  keyOf={(transfer) => transfer.id}
                  empty="It has never changed hands."
                  columns={[
                    { header: "From", cell: ({ from }) => <Account address={from} /> },
                    { header: "To", cell: ({ to }) => <Account address={to} /> },
                    { header: "On", cell: ({ at }) => <When at={at} /> },
                  ]}
                />
              </Section>
            </>
          )
        }
      </Answered>
    </Page>
  );
}
