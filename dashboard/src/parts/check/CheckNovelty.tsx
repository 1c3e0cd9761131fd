// The check of how new a datanet's records are in an index, as a part of any page.
import type { OpenedPart } from "@tributary/protocol/opened-part";
import type { StatedNovelty } from "../../check/check-novelty.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { fetchOpening } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { CheckIt } from "./CheckIt.tsx";

interface CheckNoveltyProps {
  datanetId: string;
  version: string;
  /** What is shown of the index. */
  stated: StatedNovelty;
}

export function CheckNovelty({ datanetId, version, stated }: CheckNoveltyProps) {
  const chain = useCheckChain();
  const { indexerUrl } = useConfig();
  return (
    <CheckIt
      what={`how new the records of datanet ${datanetId} are in the index of version ${version}`}
      because="by the published index: whoever has it can count again"
      run={async (onStep) => {
        const { checkNovelty } = await import("../../check/check-novelty.ts");
        const partOf = (part: number) => fetchOpening<OpenedPart>(indexerUrl, `index/${version}/part/${part}`);
        const asked = { datanet: BigInt(datanetId), version: BigInt(version) };
        return checkNovelty(chain, asked, stated, partOf, onStep);
      }}
    >
      {({ records, withdrawn, noveltySum, copies, full }) => (
        <p>
          All {count(records)} records were read: {count(withdrawn)} withdrawn, {count(copies)} copies, {count(full)}{" "}
          like no other, and a novelty of {count(noveltySum)} together.
        </p>
      )}
    </CheckIt>
  );
}
