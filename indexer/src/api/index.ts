// The HTTP interface: GraphQL, its schema, how far it is behind the chain, and a page of example queries.
import { readFile } from "node:fs/promises";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import schema from "ponder:schema";
import { graphqlServer } from "./graphql/server.ts";
import { forgetFormerRun } from "./indexed-block.ts";
import { lagMetrics, measureLag } from "./lag.ts";
import { LIMITS } from "./limits.ts";
import { landingPage } from "./landing-page.ts";
import { configuredOpenings } from "./configured-openings.ts";

const GRAPHQL_PATH = "/graphql";
const SCHEMA_FILE = new URL("../../generated/schema.graphql", import.meta.url);
const BODY_LIMIT_BYTES = 64 * 1024;
/** From which lag on `/lag` answers with an error, unless it is asked for another one. */
const ALARM_SECONDS = 60;

// Ponder loads this file after it has prepared the tables and before it indexes or serves anything.
await forgetFormerRun();

const app = new Hono();

app.get("/", (c) => {
  c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'");
  return c.html(landingPage(GRAPHQL_PATH));
});

// Ponder answers GET with an editor that loads scripts from elsewhere, so a query in the address is run here instead.
app.get(GRAPHQL_PATH, async (c) => {
  const { query, variables } = c.req.query();
  if (query === undefined) return c.redirect("/");
  const body = JSON.stringify({ query, variables: variables === undefined ? undefined : parseVariables(variables) });
  const headers = { "content-type": "application/json", accept: "application/json" };
  return app.fetch(new Request(new URL(GRAPHQL_PATH, c.req.url), { method: "POST", headers, body }));
});

app.get("/schema.graphql", async (c) => c.text(await readFile(SCHEMA_FILE, "utf8")));

const answerGraphql = await graphqlServer(schema, LIMITS);

// A browser sends no JSON to another address without asking first, as it does forms and bare text.
app.post(GRAPHQL_PATH, bodyLimit({ maxSize: BODY_LIMIT_BYTES, onError: refuseLength }), async (c) => {
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    return c.json({ errors: [{ message: "Send the query as JSON, with content-type: application/json." }] }, 415);
  }
  const body = parseVariables(await c.req.text());
  const answer = await answerGraphql(typeof body === "object" && body !== null ? body : {});
  return c.body(answer, 200, { "content-type": "application/json" });
});

// A reorganisation deeper than Ponder takes for final stalls it without a word, and `/health` and `/ready` stay well.
app.get("/lag", async (c) => {
  const most = Number(c.req.query("most") ?? ALARM_SECONDS);
  // An alarm that is mistyped must not keep silent.
  if (!(most >= 0)) return c.json({ error: "most is a number of seconds from 0" }, 400);
  try {
    const lag = await measureLag();
    const isLate = lag.seconds > most;
    if (!lag.isAbandoned) return c.json({ ...lag, isLate }, isLate ? 503 : 200);
    const error = `the index is of a chain that is no more: the node has another block ${lag.indexed}, or none; start the indexer with a new database`;
    return c.json({ ...lag, isLate, error }, 503);
  } catch (error) {
    return c.json({ error: `the chain does not answer: ${(error as Error).message.split("\n")[0]}` }, 503);
  }
});

app.get("/lag/metrics", async (c) => {
  try {
    return c.text(lagMetrics(await measureLag()));
  } catch {
    return c.text("the chain does not answer\n", 503);
  }
});

app.route("/", configuredOpenings());

function refuseLength(c: Context): Response {
  return c.json({ errors: [{ message: `A query and its variables have at most ${BODY_LIMIT_BYTES} bytes.` }] }, 413);
}

/** Malformed variables reach the GraphQL server as they are, and it says what is wrong with them. */
function parseVariables(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export default app;
