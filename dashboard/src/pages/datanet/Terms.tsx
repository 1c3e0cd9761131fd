// The terms of a datanet, which stood before anyone contributed.
import { Link } from "react-router";
import type { ResultOf } from "../../data/graphql.ts";
import { bpsPercent } from "../../format/amount.ts";
import { duration } from "../../format/time.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Section } from "../../parts/Section.tsx";
import { paths } from "../../paths.ts";
import type { DATANET } from "./queries.ts";

const USES = [
  [1n, "training"],
  [2n, "evaluation"],
  [4n, "retrieval"],
] as const;

export function Terms({ datanet }: { datanet: NonNullable<ResultOf<typeof DATANET>["datanet"]> }) {
  const uses = USES.filter(([bit]) => (BigInt(datanet.allowedUses) & bit) !== 0n).map(([, name]) => name);
  return (
    <Section title="Terms">
      <Facts>
        <Fact name="Bond per record">
          <Amount of={datanet.bondPerRecord} />
        </Fact>
        <Fact name="Review window">{duration(datanet.reviewWindowSeconds)}</Fact>
        <Fact name="Licence fee of a model version">
          <Amount of={datanet.licenceFee} />
        </Fact>
        <Fact name="Curator's cut of it">
          {bpsPercent(datanet.curatorCutBps)}, to{" "}
          <Link to={paths.position(datanet.curatorPositionId)}>position {datanet.curatorPositionId}</Link>
        </Fact>
        <Fact name="Least data share of a model's fees">{bpsPercent(datanet.leastDataShareBps)}</Fact>
        <Fact name="Allowed uses">{uses.length === 0 ? "none" : uses.join(", ")}</Fact>
        <Fact name="Of the bond, for a mistake">{bpsPercent(datanet.mistakeBps)}</Fact>
        <Fact name="for negligence">{bpsPercent(datanet.negligenceBps)}</Fact>
        <Fact name="for malice">{bpsPercent(datanet.maliceBps)}</Fact>
      </Facts>
    </Section>
  );
}
