// The check of what a position earned by attribution and may claim, as a part of any page.
import { useState } from "react";
import type { Claimable, ServedClaim } from "../../check/check-position.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { fetchOpening } from "../../data/openings.ts";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { Amount } from "../Amount.tsx";
import { CheckIt } from "./CheckIt.tsx";

interface CheckPositionProps {
  position: string;
  /** What was served, where the page has it; it is read otherwise. */
  served?: ServedClaim;
}

export function CheckPosition({ position, served }: CheckPositionProps) {
  const chain = useCheckChain();
  const { indexerUrl } = useConfig();
  const [found, setFound] = useState<Claimable>();
  // Anybody may claim for it: what was shown to be claimable may not be a moment later.
  const known = found && [found.owner, String(found.claimed), String(found.accrued)];
  const { data: areSame } = useOnChain(
    ["books of", position, known],
    async (of) => {
      const { areBooksOf, readBooks } = await import("../../check/check-position.ts");
      return found !== undefined && areBooksOf(found, await readBooks(of, BigInt(position)));
    },
    found !== undefined,
  );
  return (
    <CheckIt
      what={`what position ${position} may claim`}
      isOutdated={found !== undefined && areSame === false}
      run={async (onStep) => {
        const { checkPosition } = await import("../../check/check-position.ts");
        const claim = served ?? (await fetchOpening<ServedClaim>(indexerUrl, `claim/${position}`));
        return checkPosition(chain, BigInt(position), claim, onStep);
      }}
      onResult={(result) => {
        setFound(result?.found);
      }}
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
