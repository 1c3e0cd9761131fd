// A position: whose it is, what it was paid and for what.
import { Link } from "react-router";
import { NotFound } from "../../app/NotFound.tsx";
import { useIndexed } from "../../data/indexed.ts";
import { useRouteId } from "../../data/route-id.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Page } from "../../parts/Page.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { Tile, Tiles } from "../../parts/Tile.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { Attributed } from "./Attributed.tsx";
import { Claims } from "./Claims.tsx";
import { EarningsChart } from "./EarningsChart.tsx";
import { PositionFor } from "./PositionFor.tsx";
import { POSITION } from "./queries.ts";
import { StatementButton } from "./StatementButton.tsx";
import { PositionContributions, Shares, Transfers } from "./PositionRows.tsx";

export function Component() {
  const id = useRouteId();
  return id === undefined ? <NotFound /> : <Position key={id} id={id} />;
}

function Position({ id }: { id: string }) {
  const query = useIndexed(POSITION, { id });
  if (query.data?.position === null) return <NotFound what={`position ${id}`} />;
  return (
    <Page title={`Position ${id}`}>
      <Answered query={query}>
        {({ position }) =>
          position !== null && (
            <>
              <p className="lead">
                <PositionFor position={position} />. Owned by <Account address={position.owner} />, since it was made on{" "}
                <When at={position.createdAt} />
                {(position.transfers?.totalCount ?? 0) > 0 && " by others too"}.
                {position.claimer !== null && (
                  <>
                    {" "}
                    <Account address={position.claimer} /> may claim for the owner.
                  </>
                )}
              </p>
              <Tiles>
                <Tile
                  name="Claimed"
                  note={
                    <>
                      paid by the vault <Provenance label="enforced" />
                    </>
                  }
                >
                  <Amount of={position.claimedTotal} />
                </Tile>
                <Tile name="of it by attribution" note="for answers that its records helped">
                  <Amount of={position.claimedAttributed} />
                </Tile>
                <Tile name="Direct income" note="licence fees, and shares of fees">
                  <Amount of={position.accrued} />
                </Tile>
                <Tile
                  name="of it waiting"
                  note={
                    <>
                      without what answers earned, which is opened on{" "}
                      <Link to={paths.walletOf(position.owner)}>what its owner may claim</Link>
                    </>
                  }
                >
                  <Amount of={position.unclaimedAccrued} />
                </Tile>
              </Tiles>
              <Section title="Earnings over time">
                <EarningsChart id={id} />
                <StatementButton
                  name={`tributary-position-${id}`}
                  of={{ position: id }}
                  label="Statement of earnings (CSV)"
                />
              </Section>
              <Attributed positionId={id} />
              <Claims positionId={id} />
              <PositionContributions position={position} />
              <Shares position={position} />
              <Transfers position={position} />
            </>
          )
        }
      </Answered>
    </Page>
  );
}
