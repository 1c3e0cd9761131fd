// What is published of an epoch: the bundle from which anyone can rebuild it.
import { useOpening, OpeningError } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { Hash } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered, Empty } from "../../parts/States.tsx";

interface PublishedEpoch {
  readonly bundle: string;
  readonly files: readonly { name: string; rows: number; bytes: number; sha256: string }[];
}

export function Published({ epoch, isFinal }: { epoch: string; isFinal: boolean }) {
  const query = useOpening<PublishedEpoch>(`epoch/${epoch}`, isFinal);
  return (
    <Section title="What is published">
      {!isFinal ? (
        <Empty>Its bundle is shown once the epoch is final; proposals name theirs above.</Empty>
      ) : query.error instanceof OpeningError && query.error.status === 404 ? (
        <Empty>
          {query.error.message}. {query.error.hint}
        </Empty>
      ) : (
        <Answered query={query}>
          {({ bundle, files }) => (
            <>
              <p>
                Bundle <Hash hex={bundle} what="bundle" />: from these files and the chain{" "}
                <code>tributary audit {epoch}</code> rebuilds the epoch and says whether it is right.{" "}
                <Provenance label="provable" />
              </p>
              <DataTable
                caption="Files of the bundle"
                rows={files}
                keyOf={({ name }) => name}
                empty="The bundle has no files."
                columns={[
                  { header: "File", cell: ({ name }) => <code>{name}</code> },
                  { header: "Rows", numeric: true, cell: ({ rows }) => count(rows) },
                  { header: "Bytes", numeric: true, cell: ({ bytes }) => count(bytes) },
                  { header: "SHA-256", cell: ({ sha256 }) => <Hash hex={sha256} what="SHA-256" /> },
                ]}
              />
            </>
          )}
        </Answered>
      )}
    </Section>
  );
}
