// "Accepted on …, because …" and what became of the bond, in sentences.
import { Link } from "react-router";
import { Amount } from "../../parts/Amount.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Status } from "../../parts/Status.tsx";
import { paths } from "../../paths.ts";
import { reasonOf, withdrawalOf } from "./reason.ts";
import type { Contribution } from "./types.ts";

export function Summary({ contribution }: { contribution: Contribution }) {
  const proofs = contribution.duplicateProofs?.items ?? [];
  const copyOf = proofs.filter(({ dismissedAt }) => dismissedAt === null).map(({ earlierId }) => earlierId);
  const { text, by } = reasonOf({ ...contribution, copyOf }, Date.now() / 1_000);
  const copies = contribution.copies?.items ?? [];
  const withdrawal = withdrawalOf(contribution.withdrawnAt);
  return (
    <div className="summary">
      <p>
        <Status of={contribution.status} />
      </p>
      <p>
        {text} {by !== "none" && <Provenance label={by} />}
      </p>
      {withdrawal !== undefined && (
        <p>
          {withdrawal} <Provenance label="provable" because="for the index, until it is usable" />{" "}
          <Provenance label="attested" because="that they were trained without it" />
        </p>
      )}
      <Bond contribution={contribution} />
      {copyOf.length > 0 && (
        <p>
          The earlier one:{" "}
          {copyOf.map((id) => (
            <Link key={id} to={paths.contribution(id)}>
              contribution {id}
            </Link>
          ))}
        </p>
      )}
      {copies.length > 0 && (
        <p>
          Proven to copy from it:{" "}
          {copies.map(({ contributionId }, place) => (
            <span key={contributionId}>
              {place > 0 && ", "}
              <Link to={paths.contribution(contributionId)}>contribution {contributionId}</Link>
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

function Bond({ contribution: { bond, returned, slashed, reward, rewardTo } }: { contribution: Contribution }) {
  if (BigInt(slashed) > 0n)
    return (
      <p>
        Of its bond of <Amount of={bond} />, <Amount of={slashed} /> were taken: <Amount of={reward} />{" "}
        {rewardTo === null ? (
          "as a reward"
        ) : (
          <>
            went to <Account address={rewardTo} />
          </>
        )}
        , the rest of it was burned.
        {BigInt(returned) > 0n && (
          <>
            {" "}
            <Amount of={returned} /> went back to the contributor.
          </>
        )}{" "}
        <Provenance label="enforced" />
      </p>
    );
  if (BigInt(returned) > 0n)
    return (
      <p>
        Its bond of <Amount of={returned} /> was returned. <Provenance label="enforced" />
      </p>
    );
  return (
    <p>
      Its bond of <Amount of={bond} /> is held. <Provenance label="enforced" />
    </p>
  );
}
