// The model versions whose index has the datanet's records.
import type { ResultOf } from "../../data/graphql.ts";
import { bpsPercent, count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Paging, SHORT_PAGE_SIZE } from "../../parts/Paging.tsx";
import { Section } from "../../parts/Section.tsx";
import { VersionLink } from "../../parts/VersionLink.tsx";
import type { DATANET } from "./queries.ts";

type Versions = NonNullable<NonNullable<ResultOf<typeof DATANET>["datanet"]>["versions"]>["items"];

/** Names its pages in the address. */
export const VERSIONS_PAGE = "versions";

export function UsedBy({ versions, total }: { versions: Versions; total: number }) {
  return (
    <Section title="Used by">
      <DataTable
        caption="Model versions whose calls its records can help, newest first"
        rows={versions}
        keyOf={({ versionId }) => versionId}
        empty="No model has been trained on it yet: whoever registers one pays the licence fee then."
        columns={[
          {
            header: "Version",
            cell: ({ versionId, version }) => <VersionLink id={versionId} version={version} />,
          },
          { header: "Records of it", numeric: true, cell: ({ records }) => count(records) },
          { header: "Brought by", cell: ({ isInherited }) => (isInherited ? "its parent" : "its own training") },
          { header: "Calls", numeric: true, cell: ({ callCount }) => count(callCount) },
          { header: "Fees", numeric: true, cell: ({ fees }) => <Amount of={fees} /> },
          {
            header: "Data share",
            numeric: true,
            cell: ({ version }) => (version === null ? "" : bpsPercent(version.dataBps)),
          },
        ]}
      />
      <Paging total={total} label="versions" name={VERSIONS_PAGE} size={SHORT_PAGE_SIZE} />
    </Section>
  );
}
