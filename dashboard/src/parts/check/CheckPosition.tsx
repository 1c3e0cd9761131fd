// The check of what a position earned by attribution and may claim, as a part of any page.
import type { Claimable, ServedClaim } from "../../check/check-position.ts";
import type { CheckResult } from "../../check/result.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { fetchOpening } from "../../data/openings.ts";
import { Amount } from "../Amount.tsx";
import { CheckIt } from "./CheckIt.tsx";

interface CheckPositionProps {
  position: string;
  /** What was served, where the page has it; it is read otherwise. */
  served?: ServedClaim;
  isImmediate?: boolean;
  onResult?: (result: CheckResult<Claimable> | undefined) => void;
}

export function CheckPosition({ position, served, isImmediate = false, onResult }: CheckPositionProps) {
  const chain = useCheckChain();
  const { indexerUrl } = useConfig();
  return (
    <CheckIt
      what={`what position ${position} may claim`}
      isImmediate={isImmediate}
      run={async (onStep) => {
        const { checkPosition } = await import("../../check/check-position.ts");
        const claim = served ?? (await fetchOpening<ServedClaim>(indexerUrl, `claim/${position}`));
        return checkPosition(chain, BigInt(position), claim, onStep);
      }}
      {...(onResult && { onResult })}
    >
      {({ cumulative, claimed, attributed, accrued }) => (
        <p>
          Attributed so far <Amount of={cumulative} />, claimed of that <Amount of={claimed} />: position {position} may
          claim <Amount of={attributed} />
          {accrued > 0n && (
            <>
              {" "}
              and <Amount of={accrued} /> of direct income
            </>
          )}
          .
        </p>
      )}
    </CheckIt>
  );
}
