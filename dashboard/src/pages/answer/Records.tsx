// The records that helped an answer and those that hurt it, with their texts where their contributors' operator keeps them.
import type { AttributedRecord } from "@tributary/protocol/attribution-opening";
import { useState } from "react";
import { Link } from "react-router";
import { checkRecordText } from "../../check/record-text.ts";
import { useIndexed } from "../../data/indexed.ts";
import { plural } from "../../format/shorten.ts";
import { useOpening } from "../../data/openings.ts";
import { count, percent } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { messageOf } from "../../parts/States.tsx";
import { paths } from "../../paths.ts";
import { Marked } from "./Marked.tsx";
import { CONTRIBUTORS, type Contributor } from "./queries.ts";
import { commonSpans } from "./spans.ts";

/** Of each list, before one asks for more: every row reads a text. */
const FIRST = 5;

interface RecordsProps {
  records: readonly AttributedRecord[];
  /** Its text, where the viewer has it. */
  answer: string | undefined;
}

export function Records({ records, answer }: RecordsProps) {
  const ids = [...new Set(records.map(({ contributionId }) => String(contributionId)))].sort();
  const { data } = useIndexed(CONTRIBUTORS, { ids });
  const contributors = new Map(data?.contributions.items.map((each) => [each.id, each]));
  const listed = (list: AttributedRecord["list"]) => records.filter((record) => record.list === list);
  const [helpful, harmful] = [listed("helpful"), listed("harmful")];
  return (
    <Section title="Because of which records">
      <p>
        {count(helpful.length)} records helped this answer and {count(harmful.length)} hurt it.{" "}
        <Provenance label="proven" because="influence and weight recomputed from the committed sketches" /> That the
        sketches are true gradients is{" "}
        <Provenance
          label="attested"
          because="attributors with stake signed the call's, the model's owner the records'"
        />
      </p>
      <List title="Records that helped" rows={helpful} contributors={contributors} answer={answer} />
      <List title="Records that hurt" rows={harmful} contributors={contributors} answer={answer} />
    </Section>
  );
}

interface ListProps {
  title: string;
  rows: readonly AttributedRecord[];
  contributors: ReadonlyMap<string, Contributor>;
  answer: string | undefined;
}

function List({ title, rows, contributors, answer }: ListProps) {
  const [shown, setShown] = useState(FIRST);
  const total = rows.reduce((sum, { w }) => sum + w, 0n);
  return (
    <>
      <DataTable
        caption={title}
        rows={rows.slice(0, shown)}
        keyOf={({ place }) => String(place)}
        empty="No record is on this list."
        columns={[
          { header: "Rank", numeric: true, cell: ({ rank }) => rank + 1 },
          {
            header: "Record",
            cell: (record) => (
              <div className="record">
                <Link to={paths.record(String(record.contributionId), record.recordIndex)}>
                  record {count(record.recordIndex)} of contribution {String(record.contributionId)}
                </Link>
                <Whose of={contributors.get(String(record.contributionId))} />
                <RecordText record={record} answer={answer} />
              </div>
            ),
          },
          { header: "Part of the list's weight", numeric: true, cell: ({ w }) => percent(w, total) },
          {
            header: "Paid by this call",
            numeric: true,
            cell: (record) => <Paid record={record} />,
          },
        ]}
      />
      {rows.length > shown && (
        <button type="button" onClick={() => setShown(shown + 4 * FIRST)}>
          More of the {count(rows.length)} {title.toLowerCase()}
        </button>
      )}
    </>
  );
}

function Paid({ record: { list, position, points, paidByCall } }: { record: AttributedRecord }) {
  if (list === "harmful") return <>nothing</>;
  if (paidByCall === 0n)
    return <>{points === 0n ? "nothing" : "nothing: it hurt other answers of the epoch as much"}</>;
  return (
    <div>
      <Amount of={paidByCall} />
      {position !== undefined && (
        <>
          {" "}
          to <Link to={paths.position(String(position))}>position {String(position)}</Link>
        </>
      )}
    </div>
  );
}

function Whose({ of }: { of: Contributor | undefined }) {
  if (of === undefined) return null;
  return (
    <>
      {" "}
      by <Account address={of.contributor} /> in <Link to={paths.datanet(of.datanetId)}>datanet {of.datanetId}</Link>,
      as the index says
    </>
  );
}

function RecordText({ record, answer }: { record: AttributedRecord; answer: string | undefined }) {
  const { contributionId, recordIndex, recordHash } = record;
  const served = useOpening<{ text: string }>(`record/${contributionId}/${recordIndex}`);
  if (served.isPending) return <p className="quiet">Reading its text …</p>;
  if (served.isError) return <p className="quiet">Its text is not shown: {messageOf(served.error)}.</p>;
  const { text } = served.data;
  if (!checkRecordText(text, recordHash).holds)
    return (
      <p>
        <Provenance label="refused" /> What was served as its text is another one: its hash is not the record's.
      </p>
    );
  const spans = answer === undefined ? [] : commonSpans(text, answer);
  return (
    <>
      <Marked text={text} spans={spans} />
      <p className="quiet">
        <Provenance label="proven" because="the text's hash is the record's in the committed index" />
        {spans.length > 0 &&
          ` ${plural(spans.length, "run")} of words (marked) ${spans.length === 1 ? "stands" : "stand"} in the answer too.`}
      </p>
    </>
  );
}
