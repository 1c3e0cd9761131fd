// All models, with what was paid for their calls.
import { Link } from "react-router";
import { useIndexed } from "../../data/indexed.ts";
import { bpsPercent, count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Answered } from "../../parts/States.tsx";
import { Status } from "../../parts/Status.tsx";
import { paths } from "../../paths.ts";
import { indexState } from "./index-state.ts";
import { MODELS } from "./queries.ts";

export function Component() {
  const models = useIndexed(MODELS, usePaging());
  return (
    <Page title="Models">
      <p className="lead">
        A model's versions fix what they were trained on, from which versions they derive, and how each fee is divided,
        before the first call is sold.
      </p>
      <Answered query={models}>
        {({ models: { items, totalCount } }) => (
          <>
            <DataTable
              caption="Models, newest first"
              rows={items}
              keyOf={({ id }) => id}
              empty="Nobody has registered a model yet."
              columns={[
                { header: "Model", cell: ({ id }) => <Link to={paths.model(id)}>Model {id}</Link> },
                { header: "Versions", numeric: true, cell: ({ versionCount }) => count(versionCount) },
                { header: "Records", numeric: true, cell: ({ latestVersion }) => count(latestVersion?.records ?? "0") },
                {
                  header: "Calls",
                  numeric: true,
                  cell: ({ versions }) => count(sumOf(versions?.items.map(({ callCount }) => callCount))),
                },
                {
                  header: "Fees",
                  numeric: true,
                  cell: ({ versions }) => <Amount of={sumOf(versions?.items.map(({ fees }) => fees))} />,
                },
                {
                  header: "Data share",
                  numeric: true,
                  cell: ({ latestVersion }) => (latestVersion === null ? "" : bpsPercent(latestVersion.dataBps)),
                },
                { header: "Index", cell: ({ latestVersion }) => <Status of={indexState(latestVersion?.index)} /> },
                { header: "Owner", cell: ({ owner }) => <Account address={owner} /> },
              ]}
            />
            <Paging total={totalCount} label="models" />
          </>
        )}
      </Answered>
    </Page>
  );
}

function sumOf(amounts: readonly string[] = []): bigint {
  return amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
}
