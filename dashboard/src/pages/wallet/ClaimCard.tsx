// One position with what it may claim, what that rests on, and the button that claims it.
import type { UseQueryResult } from "@tanstack/react-query";
import { useId } from "react";
import { Link } from "react-router";
import { Amount } from "../../parts/Amount.tsx";
import { Account } from "../../parts/Hex.tsx";
import { CheckPosition } from "../../parts/check/CheckPosition.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Failed, Loading } from "../../parts/States.tsx";
import { paths } from "../../paths.ts";
import { PositionFor } from "../position/PositionFor.tsx";
import type { Offer } from "./claim-of.ts";

export interface OwnedPosition {
  readonly id: string;
  readonly kind: string;
  readonly datanetId: string | null;
  readonly modelId: string | null;
  readonly accrued: string;
  readonly claimedTotal: string;
}

interface ClaimCardProps {
  position: OwnedPosition;
  query: UseQueryResult<Offer>;
  /** Whether a wallet could sign now. */
  isClaimable: boolean;
  onClaim: (offer: Offer) => void;
}

export function ClaimCard({ position, query, isClaimable, onClaim }: ClaimCardProps) {
  const id = useId();
  const { data: offer } = query;
  return (
    <li className="claim" aria-labelledby={id} data-basis={offer?.basis.kind ?? "unknown"}>
      <h2 id={id}>
        <Link to={paths.position(position.id)}>Position {position.id}</Link>
      </h2>
      <p className="quiet">
        <PositionFor position={position} />; claimed so far <Amount of={position.claimedTotal} />
      </p>
      {offer !== undefined ? (
        <Offered offer={offer} isClaimable={isClaimable && !query.isFetching} onClaim={onClaim} />
      ) : query.isError ? (
        <Failed error={query.error} again={() => void query.refetch()} />
      ) : (
        <Loading what="Checking it against the chain" />
      )}
    </li>
  );
}

function Offered({ offer, isClaimable, onClaim }: { offer: Offer } & Pick<ClaimCardProps, "isClaimable" | "onClaim">) {
  const reason = useId();
  const { position, attributed, accrued, claim, basis } = offer;
  if (basis.kind === "foreign")
    return (
      <p className="failed" role="alert">
        <Provenance label="refused" /> Not this account's: by the chain the position is{" "}
        <Account address={basis.owner} />
        's, and a claim pays that account. Nothing of it is in the sums.
      </p>
    );
  const isDirectOnly = basis.kind !== "proven";
  return (
    <>
      <p>
        {claim === undefined && !isDirectOnly ? (
          "Nothing to claim"
        ) : (
          <>
            <strong>
              <Amount of={attributed + accrued} />
            </strong>
            :{" "}
            {basis.kind === "proven" ? (
              <>
                <Amount of={attributed} /> by attribution{" "}
                <Provenance label="proven" because="opened from the root that the vault pays by" />,
              </>
            ) : (
              "what came by attribution is not known,"
            )}{" "}
            <Amount of={accrued} /> direct
          </>
        )}
      </p>
      {basis.kind === "refused" && (
        <p id={reason} className="failed" role="alert">
          <Provenance label="refused" /> What this indexer serves does not fit the chain, so what was attributed cannot
          be claimed by it: {basis.reason}. Another indexer may serve the right opening.
        </p>
      )}
      {basis.kind === "unopened" && (
        <p id={reason} className="failed">
          What was attributed cannot be claimed now: {basis.reason}. {basis.hint}
        </p>
      )}
      <p className="actions">
        <button
          type="button"
          disabled={!isClaimable || claim === undefined}
          {...(isDirectOnly ? { "aria-describedby": reason } : {})}
          onClick={() => onClaim(offer)}
        >
          {isDirectOnly && claim !== undefined ? "Claim direct income only" : "Claim"}
          <span className="unseen"> for position {String(position)}</span>
        </button>
      </p>
      {(basis.kind === "proven" ? claim !== undefined : basis.kind === "refused") && (
        <details>
          <summary>How it is known</summary>
          <CheckPosition position={String(position)} />
        </details>
      )}
    </>
  );
}
