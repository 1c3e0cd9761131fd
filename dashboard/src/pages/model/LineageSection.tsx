// The lineage of a model's versions: the graph, and the same as a table.
import { useQuery } from "@tanstack/react-query";
import { useConfig } from "../../data/config.ts";
import { ask } from "../../data/graphql.ts";
import { INDEXED } from "../../data/indexed.ts";
import { bpsPercent, count } from "../../format/amount.ts";
import { ChartFigure } from "../../parts/charts/ChartFigure.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { lineageOf } from "./lineage.ts";
import { LineageGraph } from "./LineageGraph.tsx";
import { LINES, VERSIONS } from "./queries.ts";

export function LineageSection({ modelId, versionIds }: { modelId: string; versionIds: readonly string[] }) {
  const { indexerUrl } = useConfig();
  const lineage = useQuery({
    queryKey: [INDEXED, "lineage", versionIds],
    queryFn: async ({ signal }) => {
      const found = await lineageOf(versionIds, async (ids) => {
        const { up, down } = await ask(indexerUrl, LINES, { ids }, signal);
        return [...up.items, ...down.items];
      });
      const { modelVersions } = await ask(indexerUrl, VERSIONS, { ids: found.ids }, signal);
      return { ...found, versions: modelVersions.items };
    },
  });
  return (
    <Section title="Lineage">
      <Answered query={lineage}>
        {({ versions, lines, isCut }) => {
          const parentsOf = (id: string): string =>
            lines
              .filter(({ versionId }) => versionId === id)
              .map(({ parentId }) => parentId)
              .join(", ");
          return (
            <>
              {lines.length === 0 && <p>No version of it derives from another, and none derives from it yet.</p>}
              <ChartFigure
                caption="Which version derives from which"
                picture={<LineageGraph versions={versions} lines={lines} modelId={modelId} />}
                table={
                  <DataTable
                    caption="Versions and their parents"
                    rows={versions}
                    keyOf={({ id }) => id}
                    empty=""
                    columns={[
                      { header: "Version", cell: ({ id }) => id },
                      { header: "Model", cell: (version) => version.modelId },
                      { header: "Derives from", cell: ({ id }) => parentsOf(id) || "none" },
                      { header: "Records", numeric: true, cell: ({ records }) => count(records) },
                      {
                        header: "Asks of those who derive",
                        numeric: true,
                        cell: ({ royaltyBps }) => bpsPercent(royaltyBps),
                      },
                    ]}
                  />
                }
              />
              {isCut && <p className="quiet">There are more versions than fit a picture; these are the nearest.</p>}
            </>
          );
        }}
      </Answered>
    </Section>
  );
}
