// How many calls a contribution helped and hurt, out of the epochs that the indexer's operator keeps.
import { Link } from "react-router";
import type { StatedUse } from "../../check/check-use.ts";
import { OpeningError, useOpening } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { plural } from "../../format/shorten.ts";
import { Amount } from "../../parts/Amount.tsx";
import { CheckUse } from "../../parts/check/CheckUse.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { NotAllKept } from "../../parts/NotAllKept.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { paths } from "../../paths.ts";

/** As `/openings/contribution/<id>` serves it. */
interface Used {
  readonly epochs: readonly number[];
  /** Whether no newer epoch is final, and none between two of these. */
  readonly isComplete: boolean;
  readonly groups: readonly (StatedUse & { readonly epoch: number })[];
}

/** Of the rows that are shown and checked, so that no sum says anything else. */
function total(groups: Used["groups"], member: "calls" | "helped" | "hurt" | "used"): number {
  return groups.reduce((sum, each) => sum + each[member], 0);
}

/** @param asOf the newest final epoch */
export function Calls({ contributionId, asOf }: { contributionId: string; asOf: string | undefined }) {
  const query = useOpening<Used>(`contribution/${contributionId}`, true, asOf);
  if (query.error instanceof OpeningError && query.error.status === 404)
    return (
      <Empty>
        How many calls it helped is in the epochs’ bundles: {query.error.message}. {query.error.hint}
      </Empty>
    );
  return (
    <Answered query={query}>
      {({ epochs, isComplete, groups }) => (
        <>
          <p>
            Used in <strong>{plural(total(groups, "used"), "call")}</strong> of the {count(total(groups, "calls"))} that
            its records were compared with: it helped <strong>{count(total(groups, "helped"))}</strong> and hurt{" "}
            <strong>{count(total(groups, "hurt"))}</strong>{" "}
            <Provenance
              label="detectable"
              because="counted by the indexer over the lists of all calls of the final epochs that it keeps; below your browser counts each epoch again, from the roots on the chain"
            />
            . A call may be helped by one of its records and hurt by another. Looked at:{" "}
            {epochs.length === 1 ? `epoch ${epochs[0]}` : `the ${count(epochs.length)} newest epochs that are kept`}.
            {!isComplete && <NotAllKept what="these counts" />}
          </p>
          <DataTable
            caption="Calls that it helped and hurt"
            rows={groups}
            keyOf={({ epoch, group }) => `${epoch} ${group}`}
            empty="Its records stood in no index that calls of these epochs were compared with."
            columns={[
              { header: "Epoch", cell: ({ epoch }) => <Link to={paths.epoch(String(epoch))}>Epoch {epoch}</Link> },
              { header: "Model version", cell: ({ modelVersion }) => modelVersion },
              { header: "Calls", numeric: true, cell: (group) => count(group.calls) },
              { header: "Helped", numeric: true, cell: (group) => count(group.helped) },
              { header: "Hurt", numeric: true, cell: (group) => count(group.hurt) },
              { header: "Earned", numeric: true, cell: ({ paid }) => <Amount of={paid} /> },
            ]}
          />
          {[...new Set(groups.map(({ epoch }) => epoch))].map((epoch) => (
            <CheckUse
              key={epoch}
              contributionId={contributionId}
              epoch={epoch}
              stated={groups.filter((group) => group.epoch === epoch)}
            />
          ))}
        </>
      )}
    </Answered>
  );
}
