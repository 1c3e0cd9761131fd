// The check of how many calls of an epoch a contribution helped and hurt, as a part of any page.
import type { ServedUse, StatedUse } from "../../check/check-use.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { fetchOpening } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { Amount } from "../Amount.tsx";
import { CheckIt } from "./CheckIt.tsx";

interface CheckUseProps {
  contributionId: string;
  epoch: number;
  /** What is shown of the epoch. */
  stated: readonly StatedUse[];
}

export function CheckUse({ contributionId, epoch, stated }: CheckUseProps) {
  const chain = useCheckChain();
  const { indexerUrl } = useConfig();
  return (
    <CheckIt
      what={`how many calls of epoch ${epoch} contribution ${contributionId} helped and hurt`}
      because="by the published bundle: whoever has it can count again"
      run={async (onStep) => {
        const { checkUse } = await import("../../check/check-use.ts");
        const served = await fetchOpening<ServedUse>(indexerUrl, `contribution/${contributionId}/epoch/${epoch}`);
        return checkUse(chain, BigInt(contributionId), BigInt(epoch), { served, stated }, onStep);
      }}
    >
      {({ groups }) => (
        <ul>
          {groups.map(({ group, version, calls, helped, hurt, paid }) => (
            <li key={group}>
              Of the {count(calls)} calls of model version {String(version)} in epoch {epoch} it helped {count(helped)}{" "}
              and hurt {count(hurt)}, and earned <Amount of={paid} />: counted here over all entries of their lists that
              gave one of its records points.
            </li>
          ))}
        </ul>
      )}
    </CheckIt>
  );
}
