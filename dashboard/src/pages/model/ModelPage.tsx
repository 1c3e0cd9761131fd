// A model: its versions with prices, split and index, and where they come from.
import { Link } from "react-router";
import { NotFound } from "../../app/NotFound.tsx";
import { useIndexed } from "../../data/indexed.ts";
import { useRouteId } from "../../data/route-id.ts";
import { count, newestOf } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { MetadataUri } from "../../parts/MetadataUri.tsx";
import { Page } from "../../parts/Page.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { LineageSection } from "./LineageSection.tsx";
import { MODEL } from "./queries.ts";
import { Version } from "./Version.tsx";

export function Component() {
  const id = useRouteId();
  return id === undefined ? <NotFound /> : <Model key={id} id={id} />;
}

function Model({ id }: { id: string }) {
  const query = useIndexed(MODEL, { id });
  if (query.data?.model === null) return <NotFound what={`model ${id}`} />;
  return (
    <Page title={`Model ${id}`}>
      <Answered query={query}>
        {({ model }) => {
          if (model === null) return null;
          const versions = model.versions?.items ?? [];
          const tills = model.tills?.items ?? [];
          const cutVersions = newestOf(versions.length, model.versions?.totalCount ?? 0);
          return (
            <>
              <p className="lead">
                Owned by <Account address={model.owner} />, registered on <When at={model.createdAt} />; its developer
                is paid through{" "}
                <Link to={paths.position(model.developerPositionId)}>position {model.developerPositionId}</Link>.
                Described at <MetadataUri uri={model.uri} />.
              </p>
              {cutVersions !== "" && <p className="quiet">Its versions{cutVersions}.</p>}
              {versions.map((version) => (
                <Version key={version.id} version={version} />
              ))}
              <LineageSection modelId={id} versionIds={versions.map((version) => version.id)} />
              <Section title="Tills">
                <DataTable
                  caption={`Where callers pay: one till for each gateway${newestOf(tills.length, model.tills?.totalCount ?? 0)}`}
                  rows={tills}
                  keyOf={(till) => till.id}
                  empty="No gateway sells its calls yet."
                  columns={[
                    { header: "Till", cell: (till) => <Hash hex={till.id} what="address of the till" /> },
                    { header: "Gateway", cell: ({ gateway }) => <Account address={gateway} /> },
                    { header: "Calls", numeric: true, cell: ({ callCount }) => count(callCount) },
                    { header: "Fees", numeric: true, cell: ({ fees }) => <Amount of={fees} /> },
                  ]}
                />
              </Section>
            </>
          );
        }}
      </Answered>
    </Page>
  );
}
