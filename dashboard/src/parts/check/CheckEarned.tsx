// The check of what a position earned in one epoch, as a part of any page.
import type { ServedEarned } from "../../check/check-earned.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { Amount } from "../Amount.tsx";
import { CheckIt } from "./CheckIt.tsx";

interface CheckEarnedProps {
  position: string;
  epoch: string;
  /** Whose page it is on, if it is a contribution's. */
  contribution?: string;
  served: ServedEarned;
}

export function CheckEarned({ position, epoch, contribution, served }: CheckEarnedProps) {
  const chain = useCheckChain();
  return (
    <CheckIt
      what={`what position ${position}${contribution === undefined ? "" : `, which earns for contribution ${contribution},`} earned in epoch ${epoch}`}
      run={async (onStep) => {
        const { checkEarned } = await import("../../check/check-earned.ts");
        const asked = {
          ...{ position: BigInt(position), epoch: BigInt(epoch) },
          ...(contribution !== undefined && { contribution: BigInt(contribution) }),
        };
        return checkEarned(chain, asked, served, onStep);
      }}
    >
      {({ before, earned, cumulative }) => (
        <p>
          Position {position} earned <Amount of={earned} /> in epoch {epoch}: <Amount of={cumulative} /> ever, after{" "}
          <Amount of={before} /> before it.
        </p>
      )}
    </CheckIt>
  );
}
