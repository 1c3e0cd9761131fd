// The attributed income of a position: what it may claim, checked here, and what it came from.
import { useIndexed } from "../../data/indexed.ts";
import { CheckPosition } from "../../parts/check/CheckPosition.tsx";
import { EpochEarnings } from "../../parts/EpochEarnings.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { FINAL_EPOCHS } from "./queries.ts";

export function Attributed({ positionId }: { positionId: string }) {
  const epochs = useIndexed(FINAL_EPOCHS);
  return (
    <Section title="Attributed income">
      <p>
        What answers brought it stands in the payouts root of the last final epoch. A wrong root could have been ended
        by a proof <Provenance label="provable" />; that the root holds this position's amount your browser can check
        against the chain.
      </p>
      <CheckPosition position={positionId} />
      <Answered query={epochs}>
        {({ payoutRoots }) => (
          <EpochEarnings positionId={positionId} epochs={payoutRoots.items.map(({ epochId }) => epochId)} />
        )}
      </Answered>
    </Section>
  );
}
