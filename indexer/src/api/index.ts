// The HTTP interface: GraphQL, its schema, and a page of example queries.
import { readFile } from "node:fs/promises";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { graphql } from "ponder";
import { db } from "ponder:api";
import schema from "ponder:schema";
import { forgetFormerRun } from "./indexed-block.ts";
import { landingPage } from "./landing-page.ts";
import { configuredOpenings } from "./configured-openings.ts";

const GRAPHQL_PATH = "/graphql";
const SCHEMA_FILE = new URL("../../generated/schema.graphql", import.meta.url);
const BODY_LIMIT_BYTES = 64 * 1024;
/** A list costs two levels, `contributions { items { … } }`: four nested lists and what they hold fit. */
const LIMITS = { maxOperationDepth: 10, maxOperationTokens: 1_000, maxOperationAliases: 15 };

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

app.post(GRAPHQL_PATH, bodyLimit({ maxSize: BODY_LIMIT_BYTES }), graphql({ db, schema }, LIMITS));

app.route("/", configuredOpenings());

/** Malformed variables reach the GraphQL server as they are, and it says what is wrong with them. */
function parseVariables(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export default app;
