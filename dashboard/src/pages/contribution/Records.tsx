// The records of a contribution with their text, as long as somebody keeps it, and how new each is.
import { OpeningError, useOpening } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { CheckRecords } from "../../parts/check/CheckRecords.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Hash } from "../../parts/Hex.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { messageOf } from "../../parts/States.tsx";
import { RECORDS_AT_ONCE } from "../../paths.ts";
import { MOST_NOVEL, noveltiesOf, type NoveltyIn } from "./novelties.ts";

/** As `/openings/record/<contributionId>/<index>` serves it. */
interface ServedRecord {
  text: string;
  recordHash: string;
  indexes: readonly NoveltyIn[];
  /** Versions whose indexes are kept there and could be read. */
  lookedIn: readonly (string | number)[];
}

const PAGE = "records";

export function Records({ contributionId, recordCount }: { contributionId: string; recordCount: number }) {
  const { offset } = usePaging(PAGE, RECORDS_AT_ONCE);
  const first = useOpening<ServedRecord>(`record/${contributionId}/${offset}`);
  const places = Array.from(
    { length: Math.max(0, Math.min(RECORDS_AT_ONCE, recordCount - offset)) },
    (_, n) => offset + n,
  );
  return (
    <Section title="Records" anchor="records">
      <p>
        Their text comes from whoever keeps it, with its opening against the content root on the chain; it can be erased
        there. Novelty says how new a record is against all before it in an index, from 0 for a copy to {MOST_NOVEL}{" "}
        <Provenance label="provable" because="until the index is usable" />.
      </p>
      {first.error instanceof OpeningError && first.error.isNotKept ? (
        <p className="empty">Whoever runs this indexer keeps no text of it: {messageOf(first.error)}.</p>
      ) : (
        <>
          <DataTable
            caption={`Records of contribution ${contributionId}`}
            rows={places}
            keyOf={String}
            empty="It has no records."
            columns={[
              { header: "Record", cell: (place) => count(place) },
              { header: "Text", cell: (place) => <RecordText id={`${contributionId}/${place}`} /> },
              { header: "Novelty", numeric: true, cell: (place) => <Novelty id={`${contributionId}/${place}`} /> },
            ]}
          />
          {first.data !== undefined && <CheckRecords contributionId={contributionId} records={places} />}
          <Paging total={recordCount} label="records" name={PAGE} size={RECORDS_AT_ONCE} />
        </>
      )}
    </Section>
  );
}

function RecordText({ id }: { id: string }) {
  const record = useOpening<ServedRecord>(`record/${id}`);
  if (record.data !== undefined)
    return (
      <>
        <p className="record">{record.data.text}</p>
        <Hash hex={record.data.recordHash} what="hash of the record" />
      </>
    );
  if (!record.isError) return "…";
  const isErased = record.error instanceof OpeningError && record.error.code === "content_erased";
  return <span className="quiet">{isErased ? "Erased by who kept it." : `${messageOf(record.error)}.`}</span>;
}

function Novelty({ id }: { id: string }) {
  const { data } = useOpening<ServedRecord>(`record/${id}`);
  if (data === undefined) return "";
  return noveltiesOf(data.indexes, data.lookedIn).map(({ text, title }) => (
    <span key={title} title={title}>
      {text}{" "}
    </span>
  ));
}
