// Who contributed to a datanet, by accepted records.
import { Link } from "react-router";
import { useIndexed } from "../../data/indexed.ts";
import { count } from "../../format/amount.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Paging, SHORT_PAGE_SIZE, usePaging } from "../../parts/Paging.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { CONTRIBUTORS } from "./queries.ts";

const PAGE = "contributors";

export function Contributors({ datanetId }: { datanetId: string }) {
  const contributors = useIndexed(CONTRIBUTORS, { datanet: datanetId, ...usePaging(PAGE, SHORT_PAGE_SIZE) });
  return (
    <Section title="Contributors">
      <Answered query={contributors}>
        {({ datanetContributors: { items, totalCount } }) => (
          <>
            <DataTable
              caption="Contributors by accepted records"
              rows={items}
              keyOf={({ contributor }) => contributor}
              empty="Nobody has contributed yet."
              columns={[
                { header: "Contributor", cell: ({ contributor }) => <Account address={contributor} /> },
                { header: "Accepted records", numeric: true, cell: (row) => count(row.acceptedRecords) },
                { header: "Contributions", numeric: true, cell: (row) => count(row.contributions) },
                { header: "Accepted", numeric: true, cell: ({ accepted }) => count(accepted) },
                { header: "Rejected", numeric: true, cell: ({ rejected }) => count(rejected) },
                { header: "Since", cell: ({ firstAt }) => <When at={firstAt} /> },
                {
                  header: "Paid to",
                  cell: ({ contributor }) => <Link to={paths.positionsOf(contributor)}>positions</Link>,
                },
              ]}
            />
            <Paging total={totalCount} label="contributors" name={PAGE} size={SHORT_PAGE_SIZE} />
          </>
        )}
      </Answered>
    </Section>
  );
}
