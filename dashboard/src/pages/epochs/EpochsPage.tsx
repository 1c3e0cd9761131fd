// All epochs that had settlements: what they paid, and what they wait for.
import { Link } from "react-router";
import { useIndexed } from "../../data/indexed.ts";
import { count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered } from "../../parts/States.tsx";
import { Status } from "../../parts/Status.tsx";
import { useNow } from "../../parts/use-now.ts";
import { paths } from "../../paths.ts";
import { EPOCHS } from "./queries.ts";
import { waitsFor } from "./waits-for.ts";

export function Component() {
  const epochs = useIndexed(EPOCHS, usePaging());
  const now = useNow() / 1_000;
  return (
    <Page title="Epochs">
      <p>
        An epoch gathers the settlements that became ready in it, and divides their data parts among records. Anyone may
        propose how; a wrong proposal is <Provenance label="provable" /> and ended by one proof within the challenge
        window. What disputes decided is on the <Link to={paths.disputes()}>disputes</Link> page.
      </p>
      <Answered query={epochs}>
        {({ epochs: { items, totalCount } }) => (
          <>
            <DataTable
              caption="Epochs with settlements, newest first"
              rows={items}
              keyOf={({ id }) => id}
              empty="No settlement has become ready yet, so there is no epoch to divide."
              columns={[
                { header: "Epoch", cell: ({ id }) => <Link to={paths.epoch(id)}>epoch {id}</Link> },
                { header: "State", cell: ({ status }) => <Status of={status} /> },
                { header: "Waits for", cell: (epoch) => waitsFor(epoch, epoch.proposals?.items ?? [], now) },
                { header: "Settlements", numeric: true, cell: (row) => count(row.settlementCount) },
                { header: "Calls", numeric: true, cell: (row) => count(row.callCount) },
                { header: "Divided among records", numeric: true, cell: ({ pools }) => <Amount of={pools} /> },
                { header: "Proposals", numeric: true, cell: (row) => count(row.proposalCount) },
              ]}
            />
            <Paging total={totalCount} label="epochs" />
          </>
        )}
      </Answered>
    </Page>
  );
}
