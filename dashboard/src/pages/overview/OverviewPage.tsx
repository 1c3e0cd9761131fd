// The first page: what was paid for calls, and what became of it.
import { lazy, Suspense } from "react";
import { Link } from "react-router";
import { useIndexed } from "../../data/indexed.ts";
import type { ResultOf } from "../../data/graphql.ts";
import { count } from "../../format/amount.ts";
import { plural } from "../../format/shorten.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Page } from "../../parts/Page.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { Tile, Tiles } from "../../parts/Tile.tsx";
import { paths } from "../../paths.ts";
import { KeptAnswers } from "./KeptAnswers.tsx";
import { LatestEpochs, LatestSettlements } from "./Latest.tsx";
import { OVERVIEW } from "./queries.ts";

/** The pictures come after the numbers. */
const Pictures = lazy(async () => ({ default: (await import("./Pictures.tsx")).Pictures }));

export function Component() {
  const overview = useIndexed(OVERVIEW);
  return (
    <Page title="Where every answer and every coin comes from">
      <p className="lead">
        People contribute records to datanets; models are trained on them; each paid call is traced to the records that
        shaped its answer, and its fee is divided accordingly.
      </p>
      <Answered query={overview}>
        {({ protocol, settlements, epochs }) =>
          protocol === null ? (
            <Empty>Nothing has happened on this chain yet: no datanet, no model, no call.</Empty>
          ) : (
            <>
              <Totals protocol={protocol} />
              <KeptAnswers />
              <Suspense fallback={<div className="pictures-to-come" />}>
                <Pictures totals={totalsOf(protocol)} />
              </Suspense>
              <LatestSettlements settlements={settlements.items} />
              <LatestEpochs epochs={epochs.items} />
            </>
          )
        }
      </Answered>
    </Page>
  );
}

type Protocol = NonNullable<ResultOf<typeof OVERVIEW>["protocol"]>;

function Totals({ protocol }: { protocol: Protocol }) {
  return (
    <Tiles>
      <Tile
        name="Paid calls"
        note={
          <>
            counted by receipts{" "}
            <Provenance label="provable" because="a payer whose receipt was left out can demand it" />
          </>
        }
      >
        {count(protocol.calls)}
      </Tile>
      <Tile
        name="Fees"
        note={
          <>
            booked by the tills <Provenance label="enforced" because="a till cannot book what it does not hold" />
          </>
        }
      >
        <Amount of={protocol.fees} />
      </Tile>
      <Tile
        name="Attributed to records"
        note={
          <>
            in {plural(protocol.epochsFinalized, "final epoch")}{" "}
            <Provenance label="provable" because="a wrong division could be ended before it was final" />
          </>
        }
      >
        <Amount of={protocol.attributed} />
      </Tile>
      <Tile
        name="Claimed of it"
        note={
          <>
            paid by the vault <Provenance label="enforced" because="a claim pays no more than its leaf, and once" />
          </>
        }
      >
        <Amount of={protocol.claimedAttributed} />
      </Tile>
      <Tile name="Records in use" note={<Link to={paths.datanets()}>in {plural(protocol.datanets, "datanet")}</Link>}>
        {count(protocol.acceptedRecords)}
      </Tile>
      <Tile name="Positions" note={<Link to={paths.positions()}>who is paid</Link>}>
        {count(protocol.positions)}
      </Tile>
    </Tiles>
  );
}

function totalsOf(protocol: Protocol) {
  const { fees, plainFees, treasury, gateway, ancestors, curators, stakers, developer, data } = protocol;
  const { attributed, givenUp, claimedAttributed } = protocol;
  const parts = { fees, plainFees, treasury, gateway, ancestors, curators, stakers, developer, data };
  const texts = { ...parts, attributed, givenUp, claimedAttributed };
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, BigInt(text)])) as Record<
    keyof typeof texts,
    bigint
  >;
}
