// Disputes over single sketches: what was attested, and what a vote of stake made of it.
import type { ResultOf } from "../../data/graphql.ts";
import { useIndexed } from "../../data/indexed.ts";
import { count } from "../../format/amount.ts";
import { duration } from "../../format/time.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered } from "../../parts/States.tsx";
import { Status } from "../../parts/Status.tsx";
import { useNow } from "../../parts/use-now.ts";
import { When } from "../../parts/When.tsx";
import { DISPUTES } from "./queries.ts";

type Dispute = ResultOf<typeof DISPUTES>["disputes"]["items"][number];

const OUTCOMES: Record<string, string> = {
  open: "being voted on",
  within: "the sketch stands: it is within the tolerance",
  outside: "the sketch was found false: what held it was ended",
  unanswered: "not decided: too few voted",
};

export function Component() {
  const disputes = useIndexed(DISPUTES, usePaging());
  const now = useNow() / 1_000;
  return (
    <Page title="Disputes">
      <p>
        Whether a sketch is the true gradient cannot be proven from public data: it is <Provenance label="attested" />.
        Anyone may dispute one under a bond; attributors compute it again and vote by their stake, so the outcome is{" "}
        <Provenance label="judged" />.
      </p>
      <Answered query={disputes}>
        {({ disputes: { items, totalCount } }) => (
          <>
            <DataTable
              caption="Disputes over sketches, newest first"
              rows={items}
              keyOf={({ id }) => id}
              empty="No sketch has been disputed."
              columns={[
                { header: "Dispute", numeric: true, cell: ({ id }) => id },
                { header: "Over", cell: subjectOf },
                { header: "By", cell: ({ disputer }) => <Account address={disputer} /> },
                { header: "Bond", numeric: true, cell: ({ bond }) => <Amount of={bond} /> },
                { header: "Since", cell: ({ disputedAt }) => <When at={disputedAt} /> },
                { header: "Votes", cell: (dispute) => <Votes of={dispute} now={now} /> },
                {
                  header: "Outcome",
                  cell: ({ outcome }) => (
                    <>
                      <Status of={outcome} /> {OUTCOMES[outcome] ?? ""}
                    </>
                  ),
                },
              ]}
            />
            <Paging total={totalCount} label="disputes" />
          </>
        )}
      </Answered>
    </Page>
  );
}

function subjectOf({ settlementId, versionId, place }: Dispute): string {
  if (settlementId !== null) return `the sketch of call ${count(BigInt(place) + 1n)} of settlement ${settlementId}`;
  return `the sketch of record ${count(place)} in the index of version ${versionId}`;
}

function Votes({ of: { round }, now }: { of: Dispute; now: number }) {
  if (round === null) return <>none</>;
  const [commit, reveal] = [Number(round.commitUntil), Number(round.revealUntil)];
  const phase =
    now < commit
      ? `votes are hidden for ${duration(commit - now)} more`
      : now < reveal
        ? `being revealed for ${duration(reveal - now)} more`
        : "over";
  return (
    <>
      {count(round.votes?.totalCount ?? 0)} pools, {phase}; stake for the sketch <Amount of={round.keep} />, against it{" "}
      <Amount of={round.mistake} />
    </>
  );
}
