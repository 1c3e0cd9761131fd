// All datanets, by what they hold and what they earned.
import { Link } from "react-router";
import { useIndexed } from "../../data/indexed.ts";
import { bpsPercent, count, percent } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Ordering, useOrdering } from "../../parts/Ordering.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Answered } from "../../parts/States.tsx";
import { paths } from "../../paths.ts";
import { acceptance, incomeOf } from "./income.ts";
import { DATANETS } from "./queries.ts";

const ORDERS = {
  acceptedRecords: "records",
  contributorCount: "contributors",
  licenceIncome: "licence income",
  id: "newest",
} as const;

export function Component() {
  const ordering = useOrdering(ORDERS);
  const datanets = useIndexed(DATANETS, { ...usePaging(), ...ordering });
  return (
    <Page title="Datanets">
      <p className="lead">
        A datanet is a shared dataset with terms that stand before anyone contributes. Its records earn from every call
        that they help to answer, in every model that was trained on them.
      </p>
      <Ordering orders={ORDERS} />
      <Answered query={datanets}>
        {({ datanets: { items, totalCount } }) => (
          <>
            <DataTable
              caption="Datanets"
              rows={items}
              keyOf={({ id }) => id}
              empty="Nobody has created a datanet yet."
              columns={[
                { header: "Datanet", cell: ({ id }) => <Link to={paths.datanet(id)}>Datanet {id}</Link> },
                { header: "Records", numeric: true, cell: (row) => count(row.acceptedRecords) },
                { header: "Contributors", numeric: true, cell: (row) => count(row.contributorCount) },
                {
                  header: "Accepted",
                  numeric: true,
                  cell: ({ acceptedContributions, rejectedContributions }) => {
                    const rate = acceptance(BigInt(acceptedContributions), BigInt(rejectedContributions));
                    return rate === undefined ? "none decided" : percent(rate.part, rate.whole);
                  },
                },
                {
                  header: "Earned",
                  numeric: true,
                  cell: ({ periods }) => <Amount of={incomeOf(periods?.items ?? [])} />,
                },
                { header: "Licence fee", numeric: true, cell: ({ licenceFee }) => <Amount of={licenceFee} /> },
                { header: "Least data share", numeric: true, cell: (row) => bpsPercent(row.leastDataShareBps) },
                { header: "Curator", cell: ({ owner }) => <Account address={owner} /> },
              ]}
            />
            <Paging total={totalCount} label="datanets" />
            <p className="quiet">
              Earned: what its positions were paid directly or have claimed, in the last 366 days with income.
            </p>
          </>
        )}
      </Answered>
    </Page>
  );
}
