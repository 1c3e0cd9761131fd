// How a contribution was reviewed: proofs of copies, the objection, and the votes.
import { Link } from "react-router";
import { percent } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { MetadataUri } from "../../parts/MetadataUri.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import type { Contribution } from "./types.ts";

export function Review({ contribution }: { contribution: Contribution }) {
  const proofs = contribution.duplicateProofs?.items ?? [];
  const rounds = contribution.rounds?.items ?? [];
  const { objection, reviewEndsAt } = contribution;
  return (
    <Section title="Review">
      <p>
        Its review window ended or ends on <When at={reviewEndsAt} />.
        {proofs.length === 0 && objection === null && " Nobody objected, and no copy was shown."}
      </p>
      {proofs.length > 0 && (
        <DataTable
          caption="Proofs that a record of it stands elsewhere"
          rows={proofs}
          keyOf={({ earlierId }) => earlierId}
          empty=""
          columns={[
            {
              header: "Stands in",
              cell: ({ earlierId }) => <Link to={paths.contribution(earlierId)}>Contribution {earlierId}</Link>,
            },
            { header: "Record", cell: ({ recordHash }) => <Hash hex={recordHash} what="hash of the record" /> },
            { header: "Shown by", cell: ({ prover }) => <Account address={prover} /> },
            { header: "Shown", cell: ({ shownAt }) => <When at={shownAt} /> },
            { header: "Transaction", cell: (row) => <Hash hex={row.transactionHash} what="transaction" /> },
            {
              header: "Rests on",
              cell: () => <Provenance label="enforced" because="the contract checked both openings" />,
            },
          ]}
        />
      )}
      {objection !== null && (
        <Facts>
          <Fact name="Objection by">
            <Account address={objection.objector} />
          </Fact>
          <Fact name="claims">{objection.claimed}</Fact>
          <Fact name="Bond of the objector">
            <Amount of={objection.bond} />
          </Fact>
          <Fact name="Reasons at">
            <MetadataUri uri={objection.uri} />
          </Fact>
          <Fact name="Verdict">
            {objection.verdict ?? "none yet"} <Provenance label="judged" />
          </Fact>
          <Fact name="Appealed by">
            {objection.appellant === null ? "nobody" : <Account address={objection.appellant} />}
          </Fact>
        </Facts>
      )}
      {rounds.length > 0 && (
        <DataTable
          caption="Votes of validators, by revealed stake"
          rows={rounds}
          keyOf={({ id }) => id}
          empty=""
          columns={[
            { header: "Round", cell: ({ id }) => id },
            {
              header: "Voters",
              cell: ({ electorateId }) =>
                electorateId === null ? "all validators" : `validators of datanet ${electorateId}`,
            },
            ...(["keep", "mistake", "negligence", "malice"] as const).map((verdict) => ({
              header: verdict,
              numeric: true,
              cell: (round: (typeof rounds)[number]) => percent(BigInt(round[verdict]), BigInt(round.stake)),
            })),
            { header: "Revealed until", cell: ({ revealUntil }) => <When at={revealUntil} /> },
          ]}
        />
      )}
    </Section>
  );
}
