// What the publisher of an index says of its measured quality; attested, and signed by who committed the index.
import { useQuery } from "@tanstack/react-query";
import type { QualityReport, SignedQualityReport } from "@tributary/protocol/quality-report";
import { useChosenNode } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { fetchOpening, OpeningError } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { type QualitySigner, signsQuality } from "./signs-quality.ts";

export interface MeasuredIndex {
  readonly versionId: string;
  readonly rootHash: string;
}

export function MeasuredQuality({ index }: { index: MeasuredIndex }) {
  const { indexerUrl } = useConfig();
  const { chain, key: node } = useChosenNode();
  const { versionId, rootHash } = index;
  const query = useQuery({
    queryKey: ["quality", node, versionId, rootHash],
    queryFn: async ({ signal }) => {
      const served = await fetchOpening<SignedQualityReport>(indexerUrl, `quality/${versionId}`, signal);
      return { report: served.report, ...(await signsQuality(served, versionId, chain)) };
    },
    retry: false,
  });
  return (
    <>
      <h3>Measured quality of its attribution</h3>
      {query.error instanceof OpeningError && query.error.status === 404 ? (
        <NonePublished error={query.error} />
      ) : (
        <Answered query={query}>
          {({ report, signedBy, committer }) => <Measures report={report} publisher={committer} signedBy={signedBy} />}
        </Answered>
      )}
    </>
  );
}

/** Told apart from an indexer that keeps nothing: another may have it. */
function NonePublished({ error: { code, message, hint } }: { error: OpeningError }) {
  return (
    <Empty>
      {code === "quality_not_published"
        ? "No measured quality of this version is published: nobody can say from here how well its attribution predicts what training does. "
        : "Whether a measured quality of this version is published is not known here. "}
      The indexer says: {message}. {hint}
    </Empty>
  );
}

interface MeasuresProps {
  readonly report: QualityReport;
  readonly publisher: string;
  readonly signedBy: QualitySigner;
}

function Measures({ report: { data, command, measuredAt, measures }, publisher, signedBy }: MeasuresProps) {
  if (signedBy === "nobody")
    return (
      <p className="failed" role="alert">
        <Provenance label="refused" /> Not the publisher’s, so nothing of it is shown: the signature is not by the key
        of <Account address={publisher} />, who committed the index, and no contract there says that it is its own.
      </p>
    );
  return (
    <>
      <p>
        Attested by the publisher, <Account address={publisher} />, who committed the index{" "}
        <Provenance
          label="attested"
          because="the publisher measured it and signed; whoever holds the records and the model can train again and compare"
        />
        .{" "}
        {signedBy === "key"
          ? "Your browser has checked the signature."
          : "That account is a contract: your browser asked it on the chain, and it says that the signature is its own (ERC-1271)."}{" "}
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
