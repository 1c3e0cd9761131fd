// What was claimed for a position, and who received it.
import { useIndexed } from "../../data/indexed.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { CLAIMS } from "./queries.ts";

const PAGE = "claims";

export function Claims({ positionId }: { positionId: string }) {
  const claims = useIndexed(CLAIMS, { position: positionId, ...usePaging(PAGE) });
  return (
    <Section title="Claims">
      <Answered query={claims}>
        {({ claims: { items, totalCount } }) => (
          <>
            <DataTable
              caption="Claims, newest first"
              rows={items}
              keyOf={({ id }) => id}
              empty="Nothing was claimed for it yet; anyone may claim for its owner."
              columns={[
                { header: "On", cell: ({ at }) => <When at={at} /> },
                { header: "By attribution", numeric: true, cell: ({ attributed }) => <Amount of={attributed} /> },
                { header: "Direct", numeric: true, cell: ({ accrued }) => <Amount of={accrued} /> },
                { header: "Paid to", cell: ({ recipient }) => <Account address={recipient} /> },
                { header: "Sent by", cell: ({ sender }) => <Account address={sender} /> },
                { header: "Transaction", cell: (row) => <Hash hex={row.transactionHash} what="transaction" /> },
              ]}
            />
            <Paging total={totalCount} label="claims" name={PAGE} />
          </>
        )}
      </Answered>
    </Section>
  );
}
