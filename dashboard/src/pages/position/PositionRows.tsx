// The contributions, shares and transfers of a position, as tables.
import { Link } from "react-router";
import type { ResultOf } from "../../data/graphql.ts";
import { count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { Section } from "../../parts/Section.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import type { POSITION } from "./queries.ts";

type Position = NonNullable<ResultOf<typeof POSITION>["position"]>;

export function PositionContributions({ position: { kind, contributions } }: { position: Position }) {
  if (kind !== "contributor") return null;
  return (
    <Section title="Contributions that earn for it">
      <DataTable
        caption="Accepted contributions, newest first"
        rows={contributions?.items ?? []}
        keyOf={({ id }) => id}
        empty="None."
        columns={[
          { header: "Contribution", cell: ({ id }) => <Link to={paths.contribution(id)}>Contribution {id}</Link> },
          { header: "Records", numeric: true, cell: ({ recordCount }) => count(recordCount) },
          { header: "Accepted", cell: ({ acceptedAt }) => (acceptedAt === null ? "" : <When at={acceptedAt} />) },
        ]}
      />
    </Section>
  );
}

export function Shares({ position: { shares } }: { position: Position }) {
  const rows = shares?.items ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title="Shares of its income">
      <DataTable
        caption="Contracts that hold or held it and divide its income over ERC-20 shares"
        rows={rows}
        keyOf={({ id }) => id}
        empty=""
        columns={[
          {
            header: "Contract",
            cell: ({ id }) => (
              <>
                <Link to={paths.shares(id)}>Shares</Link> <Hash hex={id} what="address of the shares" />
              </>
            ),
          },
          { header: "Shares", numeric: true, cell: ({ supply }) => <Amount of={supply} unit="shares" /> },
          {
            header: "Taken out",
            cell: ({ redeemedAt }) => (redeemedAt === null ? "no: it holds the position" : <When at={redeemedAt} />),
          },
        ]}
      />
    </Section>
  );
}

export function Transfers({ position: { transfers } }: { position: Position }) {
  const rows = transfers?.items ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title="Transfers">
      <DataTable
        caption="When it changed hands, newest first"
        rows={rows}
        keyOf={({ id }) => id}
        empty=""
        columns={[
          { header: "On", cell: ({ at }) => <When at={at} /> },
          { header: "From", cell: ({ from }) => <Account address={from} /> },
          { header: "To", cell: ({ to }) => <Account address={to} /> },
        ]}
      />
    </Section>
  );
}
