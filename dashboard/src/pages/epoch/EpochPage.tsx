// The page of an epoch: its state and window, what was proposed and challenged, what it divided, and what is published of it.
import { NotFound } from "../../app/NotFound.tsx";
import type { ResultOf } from "../../data/graphql.ts";
import { useIndexed } from "../../data/indexed.ts";
import { useRouteId } from "../../data/route-id.ts";
import { count } from "../../format/amount.ts";
import { duration } from "../../format/time.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Hash } from "../../parts/Hex.tsx";
import { Page } from "../../parts/Page.tsx";
import { SHORT_PAGE_SIZE, usePaging } from "../../parts/Paging.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered } from "../../parts/States.tsx";
import { Status } from "../../parts/Status.tsx";
import { useNow } from "../../parts/use-now.ts";
import { When } from "../../parts/When.tsx";
import { waitsFor } from "../epochs/waits-for.ts";
import { Proposals } from "./Proposals.tsx";
import { Published } from "./Published.tsx";
import { EPOCH } from "./queries.ts";
import { Settlements, SETTLEMENTS_PAGE } from "./Settlements.tsx";

export type EpochRow = NonNullable<ResultOf<typeof EPOCH>["epoch"]>;

export function Component() {
  const id = useRouteId();
  if (id === undefined) return <NotFound what="epoch of that number" />;
  return <Indexed id={id} />;
}

function Indexed({ id }: { id: string }) {
  const query = useIndexed(EPOCH, { id, ...usePaging(SETTLEMENTS_PAGE, SHORT_PAGE_SIZE) });
  return (
    <Answered query={query}>
      {({ epoch }) => (epoch === null ? <NotFound what={`epoch ${id} with settlements`} /> : <Epoch epoch={epoch} />)}
    </Answered>
  );
}

function Epoch({ epoch }: { epoch: EpochRow }) {
  const now = useNow() / 1_000;
  const proposals = epoch.proposals?.items ?? [];
  const isFinal = epoch.status === "finalized";
  return (
    <Page title={`Epoch ${epoch.id}`}>
      <p>
        <Status of={epoch.status} /> It waits for {waitsFor(epoch, proposals, now)}.{" "}
        {isFinal ? (
          <>
            Nobody ended what is final within its window, so it is what pays: a wrong number was{" "}
            <Provenance label="provable" /> until then.
          </>
        ) : (
          <>
            Until it is final, one proof of a wrong number ends a proposal: <Provenance label="provable" />.
          </>
        )}
      </p>
      <Facts>
        <Fact name="Divided among records">
          <Amount of={epoch.pools} />{" "}
          <Provenance label="enforced" because="a proposal that adds up to another sum is refused" />
        </Fact>
        <Fact name="Calls">{count(epoch.callCount)}</Fact>
        <Fact name="Settlements">
          {count(epoch.settlementCount)} in {count(epoch.groupCount)} {epoch.groupCount === 1 ? "group" : "groups"}
        </Fact>
        <Fact name={Number(epoch.endsAt) > now ? "Ends" : "Ended"}>
          <When at={epoch.endsAt} />
        </Fact>
        {epoch.finalizedAt !== null && (
          <Fact name="Final since">
            <When at={epoch.finalizedAt} />, proposal {epoch.finalProposal}
          </Fact>
        )}
        {epoch.delay !== null && (
          <Fact name="Delayed by the guardian">{duration(epoch.delay.delaySeconds)} in all</Fact>
        )}
        {epoch.payoutRoot !== null && (
          <Fact name="Payouts root">
            <Hash hex={epoch.payoutRoot.hash} what="payouts root" /> over <Amount of={epoch.payoutRoot.sum} />
          </Fact>
        )}
      </Facts>
      <Proposals proposals={proposals} now={now} />
      <Settlements settlements={epoch.settlements?.items ?? []} total={epoch.settlements?.totalCount ?? 0} />
      <Published epoch={epoch.id} isFinal={isFinal} />
    </Page>
  );
}
