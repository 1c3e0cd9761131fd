// What the publisher of an index says of its measured quality; attested, and signed by who committed the index.
import { useQuery } from "@tanstack/react-query";
import type { QualityReport, SignedQualityReport } from "@tributary/protocol/quality-report";
import { useConfig } from "../../data/config.ts";
import { fetchOpening, OpeningError } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { signsQuality } from "./signs-quality.ts";

export interface MeasuredIndex {
  readonly versionId: string;
  readonly rootHash: string;
  readonly committer: string;
}

export function MeasuredQuality({ index }: { index: MeasuredIndex }) {
  const { indexerUrl } = useConfig();
  const { versionId, rootHash, committer } = index;
  const query = useQuery({
    queryKey: ["quality", versionId, rootHash],
    queryFn: async ({ signal }) => {
      const served = await fetchOpening<SignedQualityReport>(indexerUrl, `quality/${versionId}`, signal);
      return { report: served.report, isSigned: await signsQuality(served, index) };
    },
    retry: false,
  });
  return (
    <>
      <h3>Measured quality of its attribution</h3>
      {query.error instanceof OpeningError && query.error.status === 404 ? (
        <Empty>
          {query.error.message}. {query.error.hint}
        </Empty>
      ) : (
        <Answered query={query}>
          {({ report, isSigned }) => <Measures report={report} publisher={committer} isSigned={isSigned} />}
        </Answered>
      )}
    </>
  );
}

interface MeasuresProps {
  readonly report: QualityReport;
  readonly publisher: string;
  readonly isSigned: boolean;
}

function Measures({ report: { data, command, measuredAt, measures }, publisher, isSigned }: MeasuresProps) {
  return (
    <>
      <p>
        {isSigned ? (
          <>
            Attested by the publisher, <Account address={publisher} />, who committed the index{" "}
            <Provenance
              label="attested"
              because="the publisher measured it and signed; whoever holds the records and the model can train again and compare"
            />
            . Your browser has checked the signature.{" "}
          </>
        ) : (
          <>
            Not shown to be the publisher’s: the signature is not by the key of <Account address={publisher} />, who
            committed the index. If that account is a contract, the indexer asked it, and your browser did not.{" "}
          </>
        )}
        Measured on <When at={String(measuredAt)} /> by <code>{command}</code>, on {data}. 1 would be a perfect
        prediction of what training does, 0 chance.
      </p>
      <DataTable
        caption="Measures of this index"
        rows={measures}
        keyOf={({ name }) => name}
        empty="The report has no measure."
        columns={[
          { header: "Measure", cell: ({ name }) => name },
          { header: "Value", numeric: true, cell: ({ value }) => value },
          { header: "95 % interval", numeric: true, cell: ({ low, high }) => `${low} … ${high}` },
          { header: "Trainings", numeric: true, cell: ({ retrainings }) => count(retrainings) },
          { header: "Seeds", numeric: true, cell: ({ seeds }) => count(seeds) },
          { header: "Texts", numeric: true, cell: ({ queries }) => count(queries) },
          { header: "What it compares", cell: ({ about }) => about },
        ]}
      />
    </>
  );
}
