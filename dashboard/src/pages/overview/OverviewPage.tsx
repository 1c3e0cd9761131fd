// The first page: what was paid for calls, and what became of it.
import { useIndexed } from "../../data/indexed.ts";
import { count } from "../../format/amount.ts";
import { words } from "../../format/shorten.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Page } from "../../parts/Page.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { OVERVIEW } from "./queries.ts";

export function Component() {
  const overview = useIndexed(OVERVIEW);
  return (
    <Page title="Where every answer and every coin comes from">
      <Answered query={overview}>
        {({ ledgers, settlements }) => (
          <>
            <Facts>
              <Fact name="Paid calls">{count(ledgers.items[0]?.callCount ?? "0")}</Fact>
              <Fact name="Attributed to data, ever">
                <Amount of={ledgers.items[0]?.payoutsSum ?? "0"} />{" "}
                <Provenance label="enforced" because="the ledger adds each finalised epoch's pools, and no more" />
              </Fact>
            </Facts>
            <DataTable
              caption="Latest settlements"
              rows={settlements.items}
              keyOf={({ id }) => id}
              empty="No gateway has settled paid calls yet."
              columns={[
                { header: "Settlement", cell: ({ id }) => id },
                { header: "State", cell: ({ status }) => words(status) },
                { header: "Calls", numeric: true, cell: (row) => count(row.count) },
                { header: "Fee", numeric: true, cell: ({ fee }) => <Amount of={fee} /> },
                { header: "Booked", cell: ({ openedAt }) => <When at={openedAt} /> },
              ]}
            />
          </>
        )}
      </Answered>
    </Page>
  );
}
