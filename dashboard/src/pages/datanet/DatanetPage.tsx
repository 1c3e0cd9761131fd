// A datanet: what it holds, what it earned, who contributed, and its terms.
import { useIndexed } from "../../data/indexed.ts";
import { useRouteId } from "../../data/route-id.ts";
import { count, percent } from "../../format/amount.ts";
import { NotFound } from "../../app/NotFound.tsx";
import { Amount } from "../../parts/Amount.tsx";
import { Account } from "../../parts/Hex.tsx";
import { MetadataUri } from "../../parts/MetadataUri.tsx";
import { Page } from "../../parts/Page.tsx";
import { SHORT_PAGE_SIZE, usePaging } from "../../parts/Paging.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered } from "../../parts/States.tsx";
import { Tile, Tiles } from "../../parts/Tile.tsx";
import { When } from "../../parts/When.tsx";
import { acceptance, incomeOf } from "../datanets/income.ts";
import { Contributions } from "./Contributions.tsx";
import { Contributors } from "./Contributors.tsx";
import { Novelty } from "./Novelty.tsx";
import { DATANET } from "./queries.ts";
import { Terms } from "./Terms.tsx";
import { UsedBy, VERSIONS_PAGE } from "./UsedBy.tsx";

export function Component() {
  const id = useRouteId();
  return id === undefined ? <NotFound /> : <Datanet key={id} id={id} />;
}

function Datanet({ id }: { id: string }) {
  const query = useIndexed(DATANET, { id, ...usePaging(VERSIONS_PAGE, SHORT_PAGE_SIZE) });
  if (query.data?.datanet === null) return <NotFound what={`datanet ${id}`} />;
  return (
    <Page title={`Datanet ${id}`}>
      <Answered query={query}>
        {({ datanet }) => {
          if (datanet === null) return null;
          const rate = acceptance(BigInt(datanet.acceptedContributions), BigInt(datanet.rejectedContributions));
          return (
            <>
              <p className="lead">
                Curated by <Account address={datanet.owner} /> since <When at={datanet.createdAt} />. Described at{" "}
                <MetadataUri uri={datanet.uri} />.
              </p>
              <Tiles>
                <Tile
                  name="Records"
                  note={`in ${count(datanet.acceptedContributions)} accepted contributions${
                    datanet.withdrawnRecords === "0"
                      ? ""
                      : `; ${count(datanet.withdrawnRecords)} of them withdrawn from future models`
                  }`}
                >
                  {count(datanet.acceptedRecords)}
                </Tile>
                <Tile name="Contributors">{count(datanet.contributorCount)}</Tile>
                <Tile
                  name="Accepted of those decided"
                  note={
                    <>
                      by proof <Provenance label="provable" /> or vote <Provenance label="judged" />
                    </>
                  }
                >
                  {rate === undefined ? "none decided" : percent(rate.part, rate.whole)}
                </Tile>
                <Tile
                  name="Earned by its positions"
                  note="paid directly, or claimed of what was attributed, in the last 366 days with income"
                >
                  <Amount of={incomeOf(datanet.days?.items ?? [])} />
                </Tile>
                <Tile
                  name="Licence income"
                  note={
                    <>
                      of it waiting to be collected: <Amount of={datanet.uncollectedLicenceIncome} />
                    </>
                  }
                >
                  <Amount of={datanet.licenceIncome} />
                </Tile>
                <Tile
                  name="Bonds taken"
                  note={
                    <>
                      held now: <Amount of={datanet.bondsHeld} />
                    </>
                  }
                >
                  <Amount of={datanet.bondsSlashed} />
                </Tile>
              </Tiles>
              <Novelty datanetId={id} rejected={datanet.rejectedContributions} />
              <UsedBy versions={datanet.versions?.items ?? []} total={datanet.versions?.totalCount ?? 0} />
              <Contributors datanetId={id} />
              <Contributions datanetId={id} />
              <Terms datanet={datanet} />
            </>
          );
        }}
      </Answered>
    </Page>
  );
}
