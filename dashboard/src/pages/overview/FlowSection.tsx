// Where the fees went: the diagram, and the same as a table.
import { percent } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { ChartFigure } from "../../parts/charts/ChartFigure.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Empty } from "../../parts/States.tsx";
import { flowOf, type FlowTotals } from "./flow.ts";
import { FlowDiagram } from "./FlowDiagram.tsx";

export function FlowSection({ totals }: { totals: FlowTotals }) {
  const flow = flowOf(totals);
  if (flow.links.length === 0) return <Empty>No fee has been booked yet: a till books when its gateway settles.</Empty>;
  const nameOf = (wanted: string): string => flow.nodes.find(({ id }) => id === wanted)?.name ?? wanted;
  return (
    <Section title="Where the fees went">
      <p>
        Each till divides its fees in the transaction that books them <Provenance label="enforced" />; which records the
        data share belongs to is computed off the chain, and a wrong division can be ended by a proof{" "}
        <Provenance label="provable" />.
      </p>
      <ChartFigure
        caption="From the callers' fees to those who were paid"
        picture={<FlowDiagram flow={flow} />}
        table={
          <DataTable
            caption="Where the fees went"
            rows={flow.links}
            keyOf={({ source, target }) => `${source}-${target}`}
            empty=""
            columns={[
              { header: "From", cell: ({ source }) => nameOf(source) },
              { header: "To", cell: ({ target }) => nameOf(target) },
              { header: "Amount", numeric: true, cell: ({ amount }) => <Amount of={amount} /> },
              { header: "Of all fees", numeric: true, cell: ({ amount }) => percent(amount, totals.fees) },
            ]}
          />
        }
      />
    </Section>
  );
}
