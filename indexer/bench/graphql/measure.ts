// GraphQL of the real indexer over many rows in PostgreSQL, asked by many clients at once.
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { startIndexer } from "../../launcher/start-indexer.ts";
import { startPostgres } from "../../../gateway/src/testing/postgres.ts";
import { createDatanet, startProtocol } from "../protocol.ts";
import { percentile } from "../report.ts";
import type { StopList } from "../stop-list.ts";
import { type Answered, ask, closedLoop } from "./closed-loop.ts";
import { loadRows } from "./load-rows.ts";
import { dashboardRequests, type GraphqlRequest } from "./requests.ts";

const WARM_UP_SECONDS = 3;
const MOST_TRIES = 10;
/** Each client asks about once in this time; a page asks again at each block that is indexed. */
const PAUSE_MILLISECONDS = 1_000;
/** Answers are kept until the next one, so there are some, as on a live chain. */
const BLOCK_MILLISECONDS = 1_000;

export interface GraphqlFigures {
  rows: number;
  clients: number;
  /** Clients that pause between an answer and the next question. */
  paced: Load;
  /** Clients that never pause. */
  saturated: Load;
  /** Both again, asked of servers that index nothing and share a port; null where none were asked for. */
  shared: { servers: number; paced: Load; saturated: Load } | null;
  slowest: { query: string; p99Ms: number }[];
}

export interface Load {
  pauseMs: number;
  requestsPerSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

export async function measureGraphql(
  rows: number,
  clients: number,
  seconds: number,
  servers: number,
  folder: string,
  stops: StopList,
  say: (text: string) => void,
): Promise<GraphqlFigures> {
  const postgres = await startPostgres();
  if (postgres === undefined) throw new Error("PostgreSQL is not installed (Debian's package postgresql)");
  stops.add(() => postgres.stop());
  const databaseUrl = await postgres.database();
  say("deploying the protocol and starting the indexer");
  const { chain, protocol, indexer, options } = await startProtocol(folder, databaseUrl, stops);
  const loaded = await loadRows(databaseUrl, await schemaOf(databaseUrl), rows, say);
  const { next, kinds } = await dashboardRequests(loaded);

  const agent = new Agent();
  for (const make of kinds) await expectRows(indexer.graphqlUrl, agent, make);
  const blocks = mineBlocks((number) => createDatanet(chain, protocol.addresses, `npm:bench-${number}`));
  stops.add(async () => void (await blocks.stop()));
  say("warming up");
  const one = indexer.graphqlUrl;
  await closedLoop(one, clients, WARM_UP_SECONDS, 0, next);
  say(`${clients} clients that pause`);
  const paced = await closedLoop(one, clients, seconds, PAUSE_MILLISECONDS, next);
  say(`${clients} clients that do not pause`);
  const saturated = await closedLoop(one, clients, seconds, 0, next);
  let shared: GraphqlFigures["shared"] = null;
  if (servers > 0) {
    say(`starting ${servers} servers`);
    const serving = await startIndexer({ ...options, isServer: true, servers });
    stops.add(() => serving.stop());
    await closedLoop(serving.graphqlUrl, clients, WARM_UP_SECONDS, 0, next);
    say(`${clients} clients that pause, ${servers} servers`);
    const sharedPaced = await closedLoop(serving.graphqlUrl, clients, seconds, PAUSE_MILLISECONDS, next);
    say(`${clients} clients that do not pause, ${servers} servers`);
    const sharedSaturated = await closedLoop(serving.graphqlUrl, clients, seconds, 0, next);
    shared = {
      servers,
      paced: loadOf(sharedPaced, seconds, PAUSE_MILLISECONDS),
      saturated: loadOf(sharedSaturated, seconds, 0),
    };
  }
  const mined = await blocks.stop();
  if (mined < seconds) throw new Error(`only ${mined} blocks were mined while the indexer was asked`);
  await stops.stop();
  return {
    rows: loaded.rows,
    clients,
    paced: loadOf(paced, seconds, PAUSE_MILLISECONDS),
    saturated: loadOf(saturated, seconds, 0),
    shared,
    slowest: slowestOf(paced),
  };
}

/** A block now and then until it is stopped. */
function mineBlocks(mine: (number: number) => Promise<unknown>): { stop(): Promise<number> } {
  const ended = new AbortController();
  let mined = 0;
  const running = (async () => {
    while (!ended.signal.aborted) {
      await mine(++mined);
      await sleep(BLOCK_MILLISECONDS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  // Told to whoever stops it.
  running.catch(() => undefined);
  return {
    async stop() {
      ended.abort();
      await running;
      return mined;
    },
  };
}

/** Throws if a query finds nothing: of rows at random, one may have a list without rows, but not each. */
async function expectRows(graphqlUrl: string, agent: Agent, make: () => GraphqlRequest): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { name, body } = make();
    const text = await ask(graphqlUrl, agent, body, name);
    if (!isEmpty(JSON.parse(text))) return;
    if (tries === MOST_TRIES) throw new Error(`${name} found nothing in the loaded rows: ${text.slice(0, 300)}`);
  }
}

function loadOf(answered: readonly Answered[], seconds: number, pauseMs: number): Load {
  const milliseconds = answered.map((answer) => answer.milliseconds);
  return {
    pauseMs,
    requestsPerSecond: answered.length / seconds,
    p50Ms: percentile(milliseconds, 0.5),
    p95Ms: percentile(milliseconds, 0.95),
    p99Ms: percentile(milliseconds, 0.99),
  };
}

function slowestOf(answered: readonly Answered[]): { query: string; p99Ms: number }[] {
  const byQuery = Map.groupBy(answered, ({ name }) => name);
  return [...byQuery]
    .map(([query, answers]) => ({
      query,
      p99Ms: percentile(
        answers.map(({ milliseconds }) => milliseconds),
        0.99,
      ),
    }))
    .toSorted((a, b) => b.p99Ms - a.p99Ms);
}

/** Whether an answer's first field is null or a list without items. */
function isEmpty({ data }: { data: Record<string, { items?: unknown[] } | null> }): boolean {
  const [first] = Object.values(data);
  return first === null || first === undefined || first.items?.length === 0;
}

async function schemaOf(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ schema: string }>(
      "SELECT table_schema AS schema FROM information_schema.tables WHERE table_name = 'contribution' AND table_type = 'BASE TABLE'",
    );
    return rows[0]!.schema;
  } finally {
    await client.end();
  }
}
