// What the last final epochs attributed to a position, and which calls paid it most.
import { Link } from "react-router";
import type { ServedEarned } from "../check/check-earned.ts";
import { useOpening } from "../data/openings.ts";
import { plural, shorten } from "../format/shorten.ts";
import { paths } from "../paths.ts";
import { Amount } from "./Amount.tsx";
import { CheckEarned } from "./check/CheckEarned.tsx";
import { DataTable } from "./DataTable.tsx";
import { Provenance } from "./Provenance.tsx";
import { Loading, messageOf } from "./States.tsx";

/** As `/openings/position/<id>/epoch/<N>` serves it. */
interface EarnedInEpoch extends ServedEarned {
  calls: { total: number; shown: { receipt: string; paid: string }[] };
}

interface EpochEarningsProps {
  positionId: string;
  /** That the position is shown for, where it is. */
  contributionId?: string;
  epochs: readonly string[];
}

export function EpochEarnings({ epochs, ...of }: EpochEarningsProps) {
  if (epochs.length === 0)
    return <p className="empty">No epoch is final yet: nothing has been attributed to anybody.</p>;
  return epochs.map((epoch) => <EpochEarned key={epoch} epoch={epoch} {...of} />);
}

function EpochEarned({ positionId, contributionId, epoch }: Omit<EpochEarningsProps, "epochs"> & { epoch: string }) {
  const earned = useOpening<EarnedInEpoch>(`position/${positionId}/epoch/${epoch}`);
  if (earned.isError)
    return (
      <p className="quiet">
        <Link to={paths.epoch(epoch)}>Epoch {epoch}</Link>: {messageOf(earned.error)}.
      </p>
    );
  if (earned.data === undefined) return <Loading what={`Reading the bundle of epoch ${epoch}`} />;
  const { earned: amount, calls } = earned.data;
  return (
    <>
      <p>
        <Link to={paths.epoch(epoch)}>Epoch {epoch}</Link>: <Amount of={amount} /> for helping in{" "}
        {plural(calls.total, "call")}.
      </p>
      <p className="quiet">
        The check below covers the amount. How many calls, and which paid most, is what the indexer found in the epoch's
        bundle <Provenance label="detectable" because="anyone who has the bundle can count again" />.
      </p>
      <CheckEarned
        position={positionId}
        epoch={epoch}
        {...(contributionId !== undefined && { contribution: contributionId })}
        served={earned.data}
      />
      <DataTable
        caption={`Calls of epoch ${epoch} that paid it most`}
        rows={calls.shown}
        keyOf={({ receipt }) => receipt}
        empty="None of its calls paid this position."
        columns={[
          {
            header: "Answer",
            cell: ({ receipt }) => (
              <Link to={paths.answer(receipt)} title={receipt}>
                <code>{shorten(receipt)}</code>
              </Link>
            ),
          },
          { header: "Paid to it", numeric: true, cell: ({ paid }) => <Amount of={paid} /> },
        ]}
      />
    </>
  );
}
