// What a position came to over time.
import { useIndexed } from "../../data/indexed.ts";
import { instant } from "../../format/time.ts";
import { Amount } from "../../parts/Amount.tsx";
import { ChartFigure } from "../../parts/charts/ChartFigure.tsx";
import { StepChart } from "../../parts/charts/StepChart.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { type Earning, stepsOf } from "./earnings.ts";
import { EVENTS } from "./queries.ts";
import type { ResultOf } from "../../data/graphql.ts";

export function EarningsChart({ id }: { id: string }) {
  const events = useIndexed(EVENTS, { position: id });
  return (
    <Answered query={events}>
      {(answer) => {
        const steps = stepsOf(earningsOf(answer));
        if (steps.length === 0) return <Empty>It has come to nothing yet.</Empty>;
        const caption =
          "Earnings over time, in OPEN: direct income when it came, attributed income when it was claimed";
        return (
          <ChartFigure
            caption={caption}
            picture={<StepChart label={caption} steps={steps} until={Math.floor(Date.now() / 1_000)} />}
            table={
              <DataTable
                caption="Totals"
                rows={steps.toReversed().slice(0, 100)}
                keyOf={({ at }) => String(at)}
                empty=""
                columns={[
                  { header: "On", cell: ({ at }) => instant(at) },
                  { header: "All so far", numeric: true, cell: ({ total }) => <Amount of={total} /> },
                ]}
              />
            }
          />
        );
      }}
    </Answered>
  );
}

/** Single events; days where there are too many. */
function earningsOf({ accruals, claims, positionDays }: ResultOf<typeof EVENTS>): Earning[] {
  const isWhole = accruals.totalCount === accruals.items.length && claims.totalCount === claims.items.length;
  return isWhole
    ? [...accruals.items, ...claims.items.map(({ at, attributed }) => ({ at, amount: attributed }))]
    : positionDays.items.map(({ start, accrued, claimedAttributed }) => ({
        at: start,
        amount: String(BigInt(accrued) + BigInt(claimedAttributed)),
      }));
}
