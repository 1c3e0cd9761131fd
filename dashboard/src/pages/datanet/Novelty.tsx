// How new a datanet's records are: what became of copies, and what the indexes that are published say of its records.
import { OpeningError, useOpening } from "../../data/openings.ts";
import { count, percent } from "../../format/amount.ts";
import { plural } from "../../format/shorten.ts";
import { CheckNovelty } from "../../parts/check/CheckNovelty.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Hash } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { meanNovelty, MOST_NOVEL, type NovelIndex, recordsInUse } from "./mean-novelty.ts";

/** Some 1.2 kB are read for each. */
const MOST_CHECKED = 10_000;

export function Novelty({ datanetId, rejected }: { datanetId: string; rejected: string }) {
  const query = useOpening<{ indexes: readonly NovelIndex[] }>(`novelty/${datanetId}`);
  return (
    <Section title="Novelty">
      <p>
        {rejected === "0" ? "No contribution" : plural(rejected, "contribution")}{" "}
        {rejected === "0" || rejected === "1" ? "was" : "were"} rejected; exact copies are rejected by proof{" "}
        <Provenance label="enforced" because="the contract checks both openings of a copied record" />. How new each
        accepted record is against all before it stands in the index of each model that uses it, from 0 for a copy,
        which earns nothing, to {MOST_NOVEL} <Provenance label="provable" because="until the index is usable" />. The
        page of each contribution shows it, record by record.
      </p>
      {query.error instanceof OpeningError && query.error.status === 404 ? (
        <Empty>
          {query.error.message}. {query.error.hint}
        </Empty>
      ) : (
        <Answered query={query}>
          {({ indexes }) => (
            <>
              <DataTable
                caption="Its records in the published indexes that are kept here, by model version, newest first"
                rows={indexes}
                keyOf={({ modelVersion }) => modelVersion}
                empty="No index that is kept here has its records."
                columns={[
                  { header: "Index of version", cell: ({ modelVersion }) => modelVersion },
                  { header: "Records", numeric: true, cell: ({ records }) => count(records) },
                  { header: "Withdrawn", numeric: true, cell: ({ withdrawn }) => count(withdrawn) },
                  { header: `Mean, of ${MOST_NOVEL}`, numeric: true, cell: (index) => meanNovelty(index) },
                  { header: "Copies, of novelty 0", numeric: true, cell: (index) => share(index.copies, index) },
                  { header: `Like no other, ${MOST_NOVEL}`, numeric: true, cell: (index) => share(index.full, index) },
                  { header: "Root", cell: ({ root }) => <Hash hex={root.hash} what="root of the index" /> },
                ]}
              />
              <p className="quiet">
                Counted by the indexer over all records of a published index whose tree has the root that is on the
                chain <Provenance label="detectable" because="anyone who has the bundle can count again" />. Withdrawn
                records have no novelty: the mean and the shares are of the others.
              </p>
              {indexes.map((index) =>
                index.records > MOST_CHECKED ? (
                  <p key={index.modelVersion} className="quiet">
                    {count(index.records)} records in the index of version {index.modelVersion} are too many to count
                    again in a browser; the published index has them all.
                  </p>
                ) : (
                  <CheckNovelty
                    key={index.modelVersion}
                    datanetId={datanetId}
                    version={index.modelVersion}
                    stated={index}
                  />
                ),
              )}
            </>
          )}
        </Answered>
      )}
    </Section>
  );
}

function share(part: number, index: NovelIndex): string {
  const records = recordsInUse(index);
  return records === 0 ? count(part) : `${count(part)} (${percent(BigInt(part), BigInt(records))})`;
}
