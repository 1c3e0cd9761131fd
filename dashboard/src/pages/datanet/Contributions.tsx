// The contributions to a datanet, newest first, each with why it stands as it does.
import { Link } from "react-router";
import { useIndexed } from "../../data/indexed.ts";
import { count } from "../../format/amount.ts";
import { words } from "../../format/shorten.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Paging, SHORT_PAGE_SIZE, usePaging } from "../../parts/Paging.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { Status } from "../../parts/Status.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { CONTRIBUTIONS } from "./queries.ts";

const PAGE = "contributions";

export function Contributions({ datanetId }: { datanetId: string }) {
  const contributions = useIndexed(CONTRIBUTIONS, { datanet: datanetId, ...usePaging(PAGE, SHORT_PAGE_SIZE) });
  return (
    <Section title="Contributions">
      <Answered query={contributions}>
        {({ contributions: { items, totalCount }, copies }) => (
          <>
            {copies.totalCount > 0 && <p>{count(copies.totalCount)} of them were rejected as proven copies.</p>}
            <DataTable
              caption="Contributions, newest first"
              rows={items}
              keyOf={({ id }) => id}
              empty="Nobody has contributed yet."
              columns={[
                {
                  header: "Contribution",
                  cell: ({ id }) => <Link to={paths.contribution(id)}>Contribution {id}</Link>,
                },
                { header: "State", cell: ({ status }) => <Status of={status} /> },
                { header: "Because", cell: ({ reason }) => words(reason) },
                { header: "Records", numeric: true, cell: ({ recordCount }) => count(recordCount) },
                { header: "Kind", cell: ({ kind }) => kind },
                { header: "Contributor", cell: ({ contributor }) => <Account address={contributor} /> },
                { header: "Made", cell: ({ contributedAt }) => <When at={contributedAt} /> },
              ]}
            />
            <Paging total={totalCount} label="contributions" name={PAGE} size={SHORT_PAGE_SIZE} />
          </>
        )}
      </Answered>
    </Section>
  );
}
