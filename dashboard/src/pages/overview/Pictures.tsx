// The pictures of the overview, which are loaded after its numbers.
import { FeesOverTime } from "./FeesOverTime.tsx";
import type { FlowTotals } from "./flow.ts";
import { FlowSection } from "./FlowSection.tsx";

export function Pictures({ totals }: { totals: FlowTotals }) {
  return (
    <>
      <FlowSection totals={totals} />
      <FeesOverTime />
    </>
  );
}
