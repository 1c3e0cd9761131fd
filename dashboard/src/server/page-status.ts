// Which HTTP status a page's address is answered with: 404 where no page is, or where the index has nothing of that id.
import { isId } from "../data/id.ts";
import { LAG_BLOCKS } from "../data/lag.ts";

/** For both questions together: a page that is late helps nobody. */
const PATIENCE_MILLISECONDS = 500;
const RECEIPT = /^0x[0-9a-f]{64}$/i;
const ADDRESS = /^0x[0-9a-f]{40}$/i;

const LISTS: ReadonlySet<string> = new Set(
  ["datanets", "models", "positions", "epochs", "disputes", "wallet", "staking", "governance", "agents", "node"], // as in paths.ts
);

/** What stands at `/<kind>/<id>`: the query that knows it, and which ids there can be. */
const ENTITIES: Readonly<Record<string, { query?: string; canBe: (id: string) => boolean }>> = {
  datanets: { query: "datanet", canBe: isId },
  contributions: { query: "contribution", canBe: isId },
  models: { query: "model", canBe: isId },
  positions: { query: "position", canBe: isId },
  epochs: { query: "epoch", canBe: isId },
  staking: { query: "stakePool", canBe: isId },
  governance: { query: "governanceProposal", canBe: isId },
  agents: { query: "agent", canBe: isId },
  shares: { query: "sharesContract", canBe: (id) => ADDRESS.test(id) },
  // Nobody can say of a receipt that there is none: the chain holds their roots only.
  answers: { canBe: (id) => RECEIPT.test(id) },
};

/** 200 where the indexer cannot be asked, answers too late, or is more than a few blocks behind the chain: what it does not have may be there. */
export async function statusOfPage(indexerUrl: string, pathname: string): Promise<200 | 404> {
  const parts = pathname.split("/").filter((part) => part !== "");
  if (!parts.every(canBeDecoded)) return 404;
  // As the router reads them.
  const [kind, id, ...rest] = parts.map((part) => decodeURIComponent(part).toLowerCase());
  if (kind === undefined) return 200;
  if (id === undefined) return LISTS.has(kind) ? 200 : 404;
  const entity = Object.hasOwn(ENTITIES, kind) ? ENTITIES[kind]! : undefined;
  if (entity === undefined || rest.length > 0 || !entity.canBe(id)) return 404;
  if (entity.query === undefined) return 200;
  const isMissing = await isKnownToBeMissing(indexerUrl, existenceQuery(entity.query, id));
  return isMissing ? 404 : 200;
}

function canBeDecoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** @param id digits only, or an address */
export function existenceQuery(query: string, id: string): string {
  return `{ found: ${query}(id: "${id}") { id } }`;
}

/** Names of the queries that are asked, for the test that holds them against the schema. */
export const EXISTENCE_QUERIES = Object.values(ENTITIES).flatMap(({ query }) => (query === undefined ? [] : [query]));

async function isKnownToBeMissing(indexerUrl: string, query: string): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  try {
    // The lag first: a row that is missing after an index was up to date is missing from that index.
    const lag = await fetch(`${indexerUrl}/lag`, { signal });
    const { blocks } = (await lag.json()) as { blocks?: unknown };
    if (!lag.ok || typeof blocks !== "number" || blocks > LAG_BLOCKS) return false;
    const answer = await fetch(`${indexerUrl}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
      signal,
    });
    const { data, errors } = (await answer.json()) as { data?: { found?: unknown }; errors?: unknown };
    return answer.ok && errors === undefined && data?.found === null;
  } catch {
    return false;
  }
}
