// The newest settlements and epochs.
import { Link } from "react-router";
import type { ResultOf } from "../../data/graphql.ts";
import { count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Section } from "../../parts/Section.tsx";
import { Status } from "../../parts/Status.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import type { OVERVIEW } from "./queries.ts";

type Overview = ResultOf<typeof OVERVIEW>;

export function LatestSettlements({ settlements }: { settlements: Overview["settlements"]["items"] }) {
  return (
    <Section title="Latest settlements">
      <DataTable
        caption="Calls that a gateway booked with their receipts"
        rows={settlements}
        keyOf={({ id }) => id}
        empty="No gateway has settled paid calls yet."
        columns={[
          { header: "Settlement", cell: ({ id }) => id },
          { header: "State", cell: ({ status }) => <Status of={status} /> },
          {
            header: "Model",
            cell: ({ version }) =>
              version === null ? "" : <Link to={paths.model(version.modelId)}>Model {version.modelId}</Link>,
          },
          { header: "Calls", numeric: true, cell: (row) => count(row.count) },
          { header: "Fee", numeric: true, cell: ({ fee }) => <Amount of={fee} /> },
          { header: "To data", numeric: true, cell: ({ pool }) => <Amount of={pool} /> },
          {
            header: "Epoch",
            cell: ({ epochId }) => (epochId === null ? "none yet" : <Link to={paths.epoch(epochId)}>{epochId}</Link>),
          },
          { header: "Booked", cell: ({ openedAt }) => <When at={openedAt} /> },
        ]}
      />
    </Section>
  );
}

export function LatestEpochs({ epochs }: { epochs: Overview["epochs"]["items"] }) {
  return (
    <Section title="Latest epochs">
      <DataTable
        caption="Periods whose pools are divided over the records together"
        rows={epochs}
        keyOf={({ id }) => id}
        empty="No settlement is ready yet, so no epoch has anything to divide."
        columns={[
          { header: "Epoch", cell: ({ id }) => <Link to={paths.epoch(id)}>Epoch {id}</Link> },
          { header: "State", cell: ({ status }) => <Status of={status} /> },
          { header: "Calls", numeric: true, cell: ({ callCount }) => count(callCount) },
          { header: "Divided", numeric: true, cell: ({ pools }) => <Amount of={pools} /> },
          { header: "Ended", cell: ({ endsAt }) => <When at={endsAt} /> },
          {
            header: "Final",
            cell: ({ finalizedAt }) => (finalizedAt === null ? "not yet" : <When at={finalizedAt} />),
          },
        ]}
      />
    </Section>
  );
}
