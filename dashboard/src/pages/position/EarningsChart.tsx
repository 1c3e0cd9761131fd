// What a position came to over time.
import { useIndexed } from "../../data/indexed.ts";
import { instant } from "../../format/time.ts";
import { Amount } from "../../parts/Amount.tsx";
import { ChartFigure } from "../../parts/charts/ChartFigure.tsx";
import { StepChart } from "../../parts/charts/StepChart.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { earningsOf, stepsOf } from "./earnings.ts";
import { EVENTS } from "./queries.ts";

export function EarningsChart({ id }: { id: string }) {
  const events = useIndexed(EVENTS, { position: id });
  return (
    <Answered query={events}>
      {(answer) => {
        const { earnings, since } = earningsOf(answer);
        const steps = stepsOf(earnings);
        if (steps.length === 0) return <Empty>It has come to nothing yet.</Empty>;
        const caption = `Earnings ${since === undefined ? "over time" : `since ${instant(since)}`}, in OPEN: direct income when it came, attributed income when it was claimed`;
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
                  {
                    header: since === undefined ? "All so far" : "All since then",
                    numeric: true,
                    cell: ({ total }) => <Amount of={total} />,
                  },
                ]}
              />
            }
          />
        );
      }}
    </Answered>
  );
}
