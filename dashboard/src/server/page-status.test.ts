// Unknown ids are answered with 404, and never because the indexer is away, late, or more blocks behind than it may be.
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import { buildSchema, parse, validate } from "graphql";
import { paths } from "../paths.ts";
import { EXISTENCE_QUERIES, existenceQuery, statusOfPage } from "./page-status.ts";

const SCHEMA = buildSchema(
  await readFile(new URL("../../../indexer/generated/schema.graphql", import.meta.url), "utf8"),
);
const ADDRESS = `0x${"Ab".repeat(20)}`;
const RECEIPT = `0x${"cd".repeat(32)}`;
const KNOWN = "7";
const LATE_MILLISECONDS = 1_000;

describe("the status of a page", () => {
  let indexer: Server;
  let url: string;
  /** How the indexer behaves. */
  let isLate = false;
  let lag: { status: number; body: object } = { status: 200, body: { blocks: 0 } };
  let told: { status: number; body: object } | undefined;
  const asked: string[] = [];

  before(async () => {
    indexer = createServer((request, response) => {
      void (async () => {
        if (isLate) await sleep(LATE_MILLISECONDS);
        if (request.url === "/lag") return void response.writeHead(lag.status).end(JSON.stringify(lag.body));
        const { query } = (await json(request)) as { query: string };
        asked.push(query);
        const found = query.includes(`"${KNOWN}"`) ? { id: KNOWN } : null;
        response.writeHead(told?.status ?? 200).end(JSON.stringify(told?.body ?? { data: { found } }));
      })();
    });
    await new Promise<void>((resolve) => indexer.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(indexer.address() as AddressInfo).port}`;
  });
  after(() => void indexer.close());
  beforeEach(() => {
    isLate = false;
    lag = { status: 200, body: { blocks: 0 } };
    told = undefined;
    asked.length = 0;
  });

  it("is 200 of every list, and of every id that the index has", async () => {
    for (const [name, path] of Object.entries(paths)) {
      const pathname = path(KNOWN, 0).split("?")[0]!;
      if (name === "shares" || name === "answer") continue;
      expect(await statusOfPage(url, pathname), name).to.equal(200);
    }
    expect(await statusOfPage(url, "/Positions/7/"), "as the browser reads it").to.equal(200);
  });

  it("is 404 of every id that the index does not have", async () => {
    for (const kind of [
      "datanets",
      "contributions",
      "models",
      "positions",
      "epochs",
      "staking",
      "governance",
      "agents",
    ])
      expect(await statusOfPage(url, `/${kind}/999999`), kind).to.equal(404);
    expect(await statusOfPage(url, paths.shares(ADDRESS))).to.equal(404);
    expect(asked.at(-1)).to.contain(ADDRESS.toLowerCase());
    expect(asked).to.have.length(9);
  });

  it("is 404 of what is no id, and where no page is, without asking", async () => {
    for (const pathname of [
      ...["/positions/abc", "/positions/01", '/positions/7") { id } evil: position(id: "7', "/shares/7"],
      ...["/answers/0x1234", "/nowhere", "/no/such/page", "/contributions", "/positions/7/more", "/constructor/7"],
    ])
      expect(await statusOfPage(url, pathname), pathname).to.equal(404);
    expect(asked).to.deep.equal([]);
  });

  it("is 200 of every receipt: nobody can say that there is none", async () => {
    expect(await statusOfPage(url, paths.answer(RECEIPT))).to.equal(200);
    expect(asked).to.deep.equal([]);
  });

  it("is 200 while the indexer is behind, says so by an error, answers wrongly, answers late or not at all", async () => {
    const ofUnknown = () => statusOfPage(url, "/positions/999999");
    expect(await ofUnknown()).to.equal(404);
    lag = { status: 200, body: { blocks: 6 } };
    asked.length = 0;
    expect(await ofUnknown(), "behind").to.equal(200);
    expect(asked, "the lag is asked for first").to.deep.equal([]);
    lag = { status: 503, body: { error: "the chain does not answer" } };
    expect(await ofUnknown(), "of unknown lag").to.equal(200);
    lag = { status: 200, body: { blocks: 5 } };
    expect(await ofUnknown(), "hardly behind").to.equal(404);
    told = { status: 200, body: { errors: [{ message: "no" }] } };
    expect(await ofUnknown(), "an error").to.equal(200);
    told = { status: 503, body: { data: { found: null } } };
    expect(await ofUnknown(), "not ready").to.equal(200);
    told = undefined;
    isLate = true;
    expect(await ofUnknown(), "late").to.equal(200);
    expect(await statusOfPage("http://127.0.0.1:1", "/positions/999999"), "away").to.equal(200);
  });

  it("is asked for by queries that the schema has", () => {
    for (const query of EXISTENCE_QUERIES)
      expect(validate(SCHEMA, parse(existenceQuery(query, KNOWN))), query).to.deep.equal([]);
  });
});
