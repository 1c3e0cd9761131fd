// The settlements of an epoch, each with the check of how its fee was divided.
import { count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { CheckSettlement } from "../../parts/check/CheckSettlement.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Paging, SHORT_PAGE_SIZE } from "../../parts/Paging.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Status } from "../../parts/Status.tsx";
import { When } from "../../parts/When.tsx";
import type { EpochRow } from "./EpochPage.tsx";

/** Names its pages in the address. */
export const SETTLEMENTS_PAGE = "settlements";

type Settlement = NonNullable<EpochRow["settlements"]>["items"][number];

export function Settlements({ settlements, total }: { settlements: readonly Settlement[]; total: number }) {
  return (
    <Section title="Settlements">
      <p>
        Each fee was divided by its till in the transaction that booked it: <Provenance label="enforced" />.
      </p>
      <DataTable
        caption="Settlements of this epoch"
        rows={settlements}
        keyOf={({ id }) => id}
        empty="The epoch has no settlements."
        columns={[
          { header: "Settlement", numeric: true, cell: ({ id }) => id },
          { header: "State", cell: ({ status }) => <Status of={status} /> },
          { header: "Booked", cell: ({ openedAt }) => <When at={openedAt} /> },
          { header: "Calls", numeric: true, cell: (row) => count(row.count) },
          { header: "Fee", numeric: true, cell: ({ fee }) => <Amount of={fee} /> },
          { header: "Data's part", numeric: true, cell: ({ pool }) => <Amount of={pool} /> },
          {
            header: "Proofs and disputes",
            cell: ({ provenFaults, disputes }) =>
              `${count(provenFaults?.totalCount ?? 0)} proofs, ${count(disputes?.totalCount ?? 0)} disputes`,
          },
        ]}
      />
      <Paging total={total} label="settlements" name={SETTLEMENTS_PAGE} size={SHORT_PAGE_SIZE} />
      {settlements.map(({ id, count, fee, pool }) => (
        <div key={id}>
          <h3>How the fee of settlement {id} was divided</h3>
          <CheckSettlement settlement={id} stated={{ count, fee, pool }} />
        </div>
      ))}
    </Section>
  );
}
