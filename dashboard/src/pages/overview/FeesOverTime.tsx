// Fees of the last days; of the last hours while there are only a few days.
import { useIndexed } from "../../data/indexed.ts";
import { Amount } from "../../parts/Amount.tsx";
import { BarChart } from "../../parts/charts/BarChart.tsx";
import { ChartFigure } from "../../parts/charts/ChartFigure.tsx";
import { withoutGaps } from "../../parts/charts/periods.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { instant } from "../../format/time.ts";
import { PERIODS } from "./queries.ts";

const MOST_BARS = 60;
const FEW_DAYS = 3;

export function FeesOverTime() {
  const periods = useIndexed(PERIODS);
  return (
    <Section title="Fees over time">
      <Answered query={periods}>
        {({ days, hours }) => {
          const rows = (found: typeof days) => found.items.map(({ start, fees }) => ({ start, amount: BigInt(fees) }));
          const byDay = withoutGaps("day", rows(days), MOST_BARS);
          const isByDay = byDay.length > FEW_DAYS;
          const bars = isByDay ? byDay : withoutGaps("hour", rows(hours), MOST_BARS);
          const caption = `Fees booked by ${isByDay ? "day" : "hour"} (UTC), in OPEN`;
          if (bars.length === 0) return <p className="empty">Nothing has happened yet.</p>;
          return (
            <ChartFigure
              caption={caption}
              picture={<BarChart label={caption} bars={bars} />}
              table={
                <DataTable
                  caption={caption}
                  rows={bars.toReversed()}
                  keyOf={({ key }) => key}
                  empty=""
                  columns={[
                    { header: "From", cell: ({ start }) => instant(start) },
                    { header: "Fees", numeric: true, cell: ({ amount }) => <Amount of={amount} /> },
                  ]}
                />
              }
            />
          );
        }}
      </Answered>
    </Section>
  );
}
