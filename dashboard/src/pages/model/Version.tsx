// One version of a model: what it was trained on, what it costs, how its fees are divided, and its attribution index.
import { Link } from "react-router";
import type { ResultOf } from "../../data/graphql.ts";
import { bpsPercent, count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Hash } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { SplitBar } from "../../parts/SplitBar.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { IndexFacts } from "./IndexFacts.tsx";
import type { MODEL } from "./queries.ts";

type Model = NonNullable<ResultOf<typeof MODEL>["model"]>;
export type VersionRow = NonNullable<Model["versions"]>["items"][number];

export function Version({ version }: { version: VersionRow }) {
  const ancestors = version.ancestors?.items ?? [];
  return (
    <Section title={`Version ${version.id}`}>
      <Facts>
        <Fact name="Registered">
          <When at={version.registeredAt} />
        </Fact>
        <Fact name="Hash of its weights">
          <Hash hex={version.weightsHash} what="hash of the weights" />
        </Fact>
        <Fact name="Price of 1 000 tokens in">
          <Amount of={version.inputPrice} />
        </Fact>
        <Fact name="Price of 1 000 tokens out">
          <Amount of={version.outputPrice} />
        </Fact>
        <Fact name="Paid calls">{count(version.callCount)}</Fact>
        <Fact name="Fees">
          <Amount of={version.fees} />
        </Fact>
        <Fact name="Of them to data">
          <Amount of={version.pools} />
        </Fact>
        <Fact name="Licence fees paid for it">
          <Amount of={version.licenceFees} />
        </Fact>
      </Facts>
      <h3>
        How each fee is divided{" "}
        <Provenance label="enforced" because="its tills divide by these parts, fixed at registration" />
      </h3>
      <SplitBar label={`Division of the fees of version ${version.id}`} parts={partsOf(version)} />
      {ancestors.length > 0 && (
        <p>
          Upstream developers:{" "}
          {ancestors.map(({ positionId, bps }, place) => (
            <span key={positionId}>
              {place > 0 && ", "}
              <Link to={paths.position(positionId)}>position {positionId}</Link> {bpsPercent(bps)}
            </span>
          ))}
        </p>
      )}
      <DataTable
        caption="What it was trained on, in the order of its index"
        rows={version.layout?.items ?? []}
        keyOf={({ datanetId }) => datanetId}
        empty="No datanet: its data share has nobody to go to."
        columns={[
          {
            header: "Datanet",
            cell: ({ datanetId }) => <Link to={paths.datanet(datanetId)}>Datanet {datanetId}</Link>,
          },
          { header: "Contributions", numeric: true, cell: ({ contributions }) => count(contributions) },
          { header: "Records", numeric: true, cell: ({ records }) => count(records) },
          {
            header: "Brought by",
            cell: ({ isInherited }) => (isInherited ? "its principal parent" : "its own training"),
          },
        ]}
      />
      <IndexFacts version={version} />
    </Section>
  );
}

function partsOf(version: VersionRow) {
  return [
    { name: "Data", bps: version.dataBps },
    { name: "Developer", bps: version.developerBps },
    { name: "Upstream developers", bps: version.ancestorsBps },
    { name: "Curators", bps: version.curatorsBps },
    { name: "Stakers", bps: version.stakersBps },
    { name: "Gateway", bps: version.gatewayBps },
    { name: "Treasury", bps: version.treasuryBps },
  ];
}
