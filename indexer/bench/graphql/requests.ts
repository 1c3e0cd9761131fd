// What people who look at the dashboard ask the indexer: the queries of its pages, each page as often as another.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { LoadedRows } from "./load-rows.ts";

const PAGES = fileURLToPath(new URL("../../../dashboard/src/pages", import.meta.url));

export interface GraphqlRequest {
  name: string;
  body: string;
}

type Variables = Record<string, unknown>;

const LIST = { limit: 25, offset: 0 };

/** Variables of each page's queries, of some row at random. */
function pagesOf(rows: LoadedRows): Record<string, Record<string, () => Variables>> {
  const some = (count: number): string => String(rows.firstId + 1 + Math.floor(Math.random() * count));
  const ids = (count: number): string[] => Array.from({ length: 5 }, () => some(count));
  return {
    overview: { OVERVIEW: () => ({}), PERIODS: () => ({}) },
    datanets: { DATANETS: () => ({ ...LIST, orderBy: "acceptedRecords", orderDirection: "desc" }) },
    datanet: {
      DATANET: () => ({ id: some(rows.datanets) }),
      CONTRIBUTIONS: () => ({ datanet: some(rows.datanets), ...LIST }),
      CONTRIBUTORS: () => ({ datanet: some(rows.datanets), ...LIST }),
    },
    contribution: {
      CONTRIBUTION: () => ({ id: some(rows.contributions) }),
      LAST_VERSION: () => ({ at: "99999999999" }),
      USED_BY: () => ({ datanet: some(rows.datanets), place: "3", last: String(rows.firstId + rows.versions) }),
    },
    models: { MODELS: () => LIST },
    model: {
      MODEL: () => ({ id: some(rows.models) }),
      VERSIONS: () => ({ ids: ids(rows.versions) }),
      LINES: () => ({ ids: ids(rows.versions) }),
    },
    position: {
      POSITION: () => ({ id: some(rows.positions) }),
      CLAIMS: () => ({ position: some(rows.positions), ...LIST }),
      EVENTS: () => ({ position: some(rows.positions) }),
    },
    positions: { POSITIONS: () => ({ where: {}, ...LIST, orderBy: "claimedTotal", orderDirection: "desc" }) },
    epochs: { EPOCHS: () => LIST },
    epoch: { EPOCH: () => ({ id: some(rows.epochs) }) },
  };
}

/** @returns a function that chooses a page, and one of its queries, at random; and what makes requests of each kind */
export async function dashboardRequests(
  rows: LoadedRows,
): Promise<{ next: () => GraphqlRequest; kinds: (() => GraphqlRequest)[] }> {
  const pages: (() => GraphqlRequest)[][] = [];
  for (const [page, queries] of Object.entries(pagesOf(rows))) {
    const file = pathToFileURL(join(PAGES, page, "queries.ts")).href;
    const exported = (await import(file)) as Record<string, unknown>;
    pages.push(
      Object.entries(queries).map(([name, variables]) => {
        const query = exported[name];
        if (typeof query !== "string") throw new Error(`the dashboard's page ${page} has no query ${name}`);
        return () => ({ name: `${page} ${name}`, body: JSON.stringify({ query, variables: variables() }) });
      }),
    );
  }
  const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;
  return { next: () => any(any(pages))(), kinds: pages.flat() };
}
