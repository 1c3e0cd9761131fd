// A contribution: why it stands as it does, what uses it, and what it earned.
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { NotFound } from "../../app/NotFound.tsx";
import { useIndexed } from "../../data/indexed.ts";
import { useRouteId } from "../../data/route-id.ts";
import { count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { MetadataUri } from "../../parts/MetadataUri.tsx";
import { Page } from "../../parts/Page.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered, Loading } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { Earned } from "./Earned.tsx";
import { licenceName } from "./licence.ts";
import { CONTRIBUTION } from "./queries.ts";
import { Records } from "./Records.tsx";
import { Review } from "./Review.tsx";
import { Summary } from "./Summary.tsx";
import type { Contribution } from "./types.ts";

/** Most readers of the page have no wallet: what signs comes after the rest. */
const Withdrawal = lazy(async () => ({ default: (await import("./Withdrawal.tsx")).Withdrawal }));

export function Component() {
  const id = useRouteId();
  return id === undefined ? <NotFound /> : <ContributionById key={id} id={id} />;
}

function ContributionById({ id }: { id: string }) {
  const query = useIndexed(CONTRIBUTION, { id });
  if (query.data?.contribution === null) return <NotFound what={`contribution ${id}`} />;
  return (
    <Page title={`Contribution ${id}`}>
      <Answered query={query}>
        {({ contribution }) =>
          contribution !== null && (
            <>
              <Summary contribution={contribution} />
              <Earned contribution={contribution} />
              <What contribution={contribution} />
              <Review contribution={contribution} />
              {contribution.status === "accepted" && <OfferedWithdrawal contribution={contribution} />}
              <Records contributionId={id} recordCount={Number(contribution.recordCount)} />
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function OfferedWithdrawal({ contribution }: { contribution: Contribution }) {
  // What was sent from here is told to its end.
  const [isOffered] = useState(contribution.withdrawnAt === null);
  if (!isOffered) return null;
  return (
    <Suspense fallback={<Loading what="Loading what a wallet can do" />}>
      <Withdrawal contribution={contribution} />
    </Suspense>
  );
}

function What({ contribution }: { contribution: Contribution }) {
  const { datanetId, contributor, kind, contentHash, recordCount, licence, uri, contributedAt, bond } = contribution;
  return (
    <Section title="What it is">
      <Facts>
        <Fact name="Datanet">
          <Link to={paths.datanet(datanetId)}>Datanet {datanetId}</Link>
        </Fact>
        <Fact name="Contributor">
          <Account address={contributor} />
        </Fact>
        <Fact name="Records">
          {count(recordCount)} of {kind}
        </Fact>
        <Fact name="Licence">{licenceName(licence) ?? <Hash hex={licence} what="hash of the licence's name" />}</Fact>
        <Fact name="Made">
          <When at={contributedAt} />
        </Fact>
        <Fact name="Bond paid">
          <Amount of={bond} />
        </Fact>
        <Fact name="Root of its content">
          <Hash hex={contentHash} what="content root" />
        </Fact>
        <Fact name="Said to be at">
          <MetadataUri uri={uri} />
        </Fact>
      </Facts>
      <p className="quiet">
        Only hashes of the records are on the chain. Their text is held off the chain, where it can be erased; the
        proofs about its hashes, and what they earned, stay.
      </p>
    </Section>
  );
}
