// The whole indexer against a real chain: everything the contracts tell is there, once, also after a crash.
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import {
  ChainMismatchError,
  ChainUnreachableError,
  DatabaseInUseError,
  type Indexer,
  PortInUseError,
  startIndexer,
} from "../launcher/start-indexer.ts";
import { type Chain, startAnvil } from "../../deploy/testing/anvil.ts";
import { type Protocol, deployContracts } from "../../deploy/testing/deploy-contracts.ts";
import { ask, dumpTables, query, type Row } from "./support/graphql.ts";
import { expectRelations } from "./tables/relations.ts";
import { dispute } from "./support/disputes.ts";
import { rowsOf } from "./support/rows.ts";
import { Scenario, TERMS } from "./support/scenario.ts";
import { runStart, type StartCommand } from "./support/start-command.ts";
import { datanetTables } from "./tables/datanets.ts";
import { modelTables } from "./tables/models.ts";
import { positionTables } from "./tables/positions.ts";
import { settlementTables } from "./tables/settlements.ts";
import { stakeTables } from "./tables/stake.ts";
import type { Suite } from "./tables/suite.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SCHEMA_FILE = join(ROOT, "generated", "schema.graphql");

/** Tables of what the scenario does not do. */
const NOT_PLAYED = [
  "provenFault",
  "proofReservation",
  "demand",
  "inclusion",
  "penalty",
  "dispute",
  "disputeRound",
  "disputeVote",
  "epochDelay",
  "channel",
  "channelMovement",
  "tillDeposit",
  "agent",
  "agentMetadata",
  "agentTransfer",
  "governanceProposal",
  "governanceVote",
  "voter",
];

describe("indexer", function () {
  // An idle machine takes 8 s to start an indexer, a loaded one ten times as long; five are started.
  this.timeout(900_000);

  let folder: string;
  let chain: Chain;
  let protocol: Protocol;
  let scenario: Scenario;
  let indexer: Indexer;
  /** Another one that never crashed: it starts when everything has happened, while the tests run. */
  let fresh: StartCommand;

  const start = (port = 0) =>
    startIndexer({
      rpcUrl: chain.rpcUrl,
      deployment: protocol.file,
      databaseDirectory: join(folder, "databases"),
      port,
      timeoutSeconds: 300,
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-indexer-"));
    chain = await startAnvil();
    protocol = await deployContracts(chain, folder);
    scenario = new Scenario(chain, protocol);
    await scenario.contribute();
    indexer = await start();
    await scenario.register();
    await scenario.stake();
    await dispute(chain, protocol, TERMS.reviewWindowSeconds);
    await scenario.settle();
    // In the middle of what it has just been told.
    process.kill(indexer.pid, "SIGKILL");
    await indexer.exited;
    await scenario.finalize();
    indexer = await start();
    await scenario.claim();
    await scenario.withdraw();
    fresh = runStart({ rpcUrl: chain.rpcUrl, deployment: protocol.file, databaseDirectory: join(folder, "fresh") });
    await indexer.waitForBlock(await chain.client.getBlockNumber({ cacheTime: 0 }));
    // With nothing new on the chain since: it must not take its former self's word for what is indexed.
    process.kill(indexer.pid, "SIGKILL");
    await indexer.exited;
    indexer = await start();
  });

  after(async () => {
    (fresh as StartCommand | undefined)?.terminate();
    await (fresh as StartCommand | undefined)?.ended;
    await (indexer as Indexer | undefined)?.stop();
    await (chain as Chain | undefined)?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const suite = (): Suite => ({
    chain,
    scenario,
    indexer,
    rows: rowsOf.bind(undefined, indexer.graphqlUrl),
    contract: (name) => protocol.addresses[name],
  });

  describe("tables", () => {
    datanetTables(suite);
    stakeTables(suite);
    positionTables(suite);
    modelTables(suite);
    settlementTables(suite);
  });

  describe("interface", () => {
    it("serves a schema that is the committed one", async () => {
      const committed = await readFile(SCHEMA_FILE, "utf8");
      const [database] = await readdir(join(folder, "databases"));
      const current = await readFile(join(folder, "databases", database!, "generated", "schema.graphql"), "utf8");
      expect(current === committed, "out of date: run `npm run schema -w @tributary/indexer`").to.equal(true);
      expect(await (await fetch(`${indexer.url}/schema.graphql`)).text()).to.equal(committed);
    });

    it("shows a page without scripts whose example queries run", async () => {
      const response = await fetch(indexer.url);
      const html = await response.text();
      expect(response.headers.get("content-security-policy")).to.include("default-src 'none'");
      expect(html).to.not.match(/<script|https?:/);
      const examples = [...html.matchAll(/<textarea name="query"[^>]*>([^<]*)</g)].map(([, text]) => unescape(text!));
      expect(examples.length).to.be.greaterThan(3);
      for (const example of examples) {
        const answer = await fetch(`${indexer.graphqlUrl}?query=${encodeURIComponent(example)}`);
        expect(await answer.json(), example).to.not.have.property("errors");
      }
    });

    it("serves lists and rows within rows as the tables have them, for every relation", async () => {
      const committed = await readFile(SCHEMA_FILE, "utf8");
      const dump = await dumpTables(indexer.graphqlUrl, committed);
      expect(await expectRelations(indexer.graphqlUrl, dump)).to.be.greaterThan(400);
    });

    it("serves merged fields, fragments, pages by cursor and what a directive leaves out", async () => {
      const { items } = (
        await query<Record<string, { items: Row[] }>>(
          indexer.graphqlUrl,
          "{ contributions(limit: 3) { items { id datanetId } } }",
        )
      )["contributions"]!;
      expect(items).to.have.lengthOf(3);
      const merged = `query ($no: Boolean = false) {
        contributions(limit: 2) { items { id datanet { id } datanet @include(if: $no) { uri } } }
        contributions(limit: 2) { items { ...Datanet } pageInfo { endCursor } }
      }
      fragment Datanet on contribution { datanetId datanet { owner contributions(limit: 1) { items { id } pageInfo { hasNextPage } } } }`;
      const { contributions } = await query<{
        contributions: {
          items: { id: string; datanetId: string; datanet: Row }[];
          pageInfo: { endCursor: string };
        };
      }>(indexer.graphqlUrl, merged);
      expect(contributions.items.map(({ id, datanetId }) => ({ id, datanetId }))).to.deep.equal(items.slice(0, 2));
      for (const { datanetId, datanet } of contributions.items) {
        expect(datanet).to.include({ id: datanetId }).and.to.have.keys("id", "owner", "contributions");
      }
      const next = `{ contributions(limit: 1, after: "${contributions.pageInfo.endCursor}") { items { id datanet { id } } } }`;
      expect(await query(indexer.graphqlUrl, next)).to.deep.equal({
        contributions: { items: [{ id: items[2]!["id"], datanet: { id: items[2]!["datanetId"] } }] },
      });
      const inFragment =
        "{ contributions(limit: 1) { ...P } } fragment P on contributionPage { totalCount items { id } }";
      const whole = await query<{ contributions: { totalCount: number } }>(indexer.graphqlUrl, inFragment);
      expect(whole.contributions.totalCount).to.be.greaterThan(2);
    });

    it("takes an argument that is null for one that is absent", async () => {
      const given = "orderBy: null, orderDirection: null, after: null, before: null, limit: null, where: null";
      for (const rest of ["items { id }", "items { id } totalCount", "items { id } pageInfo { endCursor }"]) {
        const absent = await query(indexer.graphqlUrl, `{ datanets { ${rest} } positions { ${rest} } }`);
        const isNull = await query(
          indexer.graphqlUrl,
          `{ datanets(${given}) { ${rest} } positions(${given}) { ${rest} } }`,
        );
        expect(isNull).to.deep.equal(absent);
      }
    });

    it("refuses orders and cursors that are none of the list, and says what to give instead", async () => {
      const messageFor = async (list: string): Promise<string> => {
        const rows = list.endsWith("}") ? "" : "{ items { __typename } }";
        const { errors = [] } = await ask(indexer.graphqlUrl, `{ ${list} ${rows} }`);
        return errors.map(({ message }) => message).join();
      };
      for (const name of ["nothing", "__proto__", "constructor", ""])
        for (const list of ["positions", "datanets(limit: 1) { items { contributions"]) {
          const rest = list.includes("{") ? "{ items { id } } } }" : "";
          const text = `${list}(orderBy: "${name}") ${rest}`;
          expect(await messageFor(text), text).to.contain(
            `"orderBy" is no column of the list: "${name}". Its columns: id, `,
          );
        }
      const cursor = (told: unknown): string => Buffer.from(JSON.stringify(told)).toString("base64");
      const wrong = [
        ...["garbage", "", "e30=", "%%%", cursor(null), cursor({ json: [] }), cursor({ json: {} })],
        ...[cursor({ json: { id: "no number" } }), cursor({ json: { id: 1 } })],
        cursor({ json: { id: "1" }, meta: { values: { id: ["Date"] } } }),
        cursor({ json: { id: "1" }, meta: { values: { nothing: ["bigint"] } } }),
        cursor({ json: { id: "1" }, meta: { values: "id" } }),
      ];
      for (const text of wrong)
        for (const name of ["after", "before"])
          expect(await messageFor(`positions(${name}: "${text}")`), `${name} ${text}`).to.match(
            new RegExp(`^"${name}" is no cursor of this list in this order: take "startCursor"`),
          );
      // Of another order.
      const { positions } = await query<{ positions: { pageInfo: { endCursor: string } } }>(
        indexer.graphqlUrl,
        '{ positions(orderBy: "owner", limit: 1) { pageInfo { endCursor } } }',
      );
      const after = `after: "${positions.pageInfo.endCursor}"`;
      expect(await messageFor(`positions(orderBy: "accrued", ${after})`)).to.match(/no cursor of this list/);
      expect(await messageFor(`positions(orderBy: "owner", ${after})`)).to.equal("");
    });

    it("refuses queries that are too deep", async () => {
      const nested = (levels: number): string =>
        levels === 0 ? "id" : `contributions(limit: 1) { items { position { ${nested(levels - 1)} } } }`;
      const { errors } = await ask(indexer.graphqlUrl, `{ positions(limit: 1) { items { ${nested(4)} } } }`);
      expect(errors?.[0]?.message).to.match(/depth/i);
    });

    it("refuses queries whose lists in lists multiply, in whatever form they come", async () => {
      const nested = (limit: number) => {
        const lists = ["positions", "contributions", "duplicateProofs"];
        return lists.reduceRight((inner, list) => `${list}(limit: ${limit}) { items { ${inner} } }`, "earlierId");
      };
      const dear = `{ ${nested(1_000).replace("duplicateProofs", "objection { objector } duplicateProofs")} }`;
      expect((await ask(indexer.graphqlUrl, dear)).errors?.[0]?.message).to.match(/can cost \d+, .*"limit"/);
      const asAddress = await fetch(`${indexer.graphqlUrl}?query=${encodeURIComponent(dear)}`);
      expect(await asAddress.json()).to.have.property("errors");
      const forms = ["application/graphql", "application/x-www-form-urlencoded", "text/plain"];
      for (const type of forms) {
        const body = type.includes("form") ? `query=${encodeURIComponent(dear)}` : dear;
        const headers = { "content-type": type };
        expect((await fetch(indexer.graphqlUrl, { method: "POST", headers, body })).status, type).to.equal(415);
      }
      const all = "types { fields { args { type { inputFields { name type { name } } } } } }";
      const introspection = await ask(indexer.graphqlUrl, `{ __schema { a: ${all} b: ${all} } }`);
      expect(introspection.errors?.[0]?.message).to.match(/can cost \d+, /);
      const post = (body: object) =>
        fetch(indexer.graphqlUrl, {
          ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
        });
      const long = await post({ query: "{ positions { items { id } } }", variables: { ids: "1".repeat(70_000) } });
      expect([long.status, await long.json()]).to.deep.equal([
        ...[413, { errors: [{ message: "A query and its variables have at most 65536 bytes." }] }],
      ]);
      let where: object = { id: "1" };
      for (let depth = 0; depth < 2_000; depth++) where = { AND: [where] };
      const query = "query ($where: positionFilter) { positions(where: $where) { items { id } } }";
      const deep = (await (await post({ query, variables: { where } })).json()) as { errors: { message: string }[] };
      expect(deep.errors[0]!.message).to.match(/Nest its filters less/);
      const tooMany = await ask(indexer.graphqlUrl, "{ positions(limit: 1001) { items { id } } }");
      expect(tooMany.errors?.[0]?.message).to.match(/1000/);
      expect(await ask(indexer.graphqlUrl, `{ ${nested(10)} }`)).to.not.have.property("errors");
    });

    it("tells operators what it has indexed and served, as Ponder measures it", async () => {
      const response = await fetch(`${indexer.url}/metrics`);
      expect(response.status).to.equal(200);
      const figures = [...(await response.text()).matchAll(/^(ponder_\w+)(?:\{(.*)\})? ([\d.e+]+)$/gm)];
      const sumOf = (name: string, labels = ""): number =>
        figures
          .filter(([, metric, of = ""]) => metric === name && of.includes(labels))
          .reduce((sum, [, , , value]) => sum + Number(value), 0);
      expect(sumOf("ponder_settings_info", 'database="pglite"')).to.equal(1);
      expect(sumOf("ponder_http_server_request_size_bytes_count", 'path="/graphql",status="2XX"')).to.be.greaterThan(0);
      const head = Number(await chain.client.getBlockNumber({ cacheTime: 0 }));
      expect(sumOf("ponder_sync_block", 'chain="chain"')).to.equal(head);
      expect(sumOf("ponder_sync_is_realtime", 'chain="chain"')).to.equal(1);
    });

    it("lets pages of other addresses ask", async () => {
      const origin = { origin: "http://127.0.0.1:1" };
      const asked = {
        ...origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      };
      const preflight = await fetch(indexer.graphqlUrl, { method: "OPTIONS", headers: asked });
      expect(preflight.headers.get("access-control-allow-origin")).to.equal("*");
      expect(preflight.headers.get("access-control-allow-headers")).to.include("content-type");
      const headers = { ...origin, "content-type": "application/json" };
      const body = JSON.stringify({ query: "{ positions { totalCount } }" });
      for (const answer of [
        await fetch(indexer.graphqlUrl, { method: "POST", headers, body }),
        await fetch(`${indexer.url}/lag`, { headers }),
      ]) {
        expect([answer.status, answer.headers.get("access-control-allow-origin")]).to.deep.equal([200, "*"]);
      }
    });

    it("says that a port or a database is in use", async () => {
      const taken = await listen();
      const { port } = taken.address() as { port: number };
      const place = { deployment: protocol.file, databaseDirectory: join(folder, "other") };
      const { code, stderr } = await runStart({ rpcUrl: chain.rpcUrl, ...place, port }).ended;
      taken.close();
      expect(stderr).to.include(`port ${port} on 127.0.0.1 is in use`);
      expect(code).to.equal(2);
      await rejectsWith(start(Number(new URL(indexer.url).port)), PortInUseError);
      await rejectsWith(start(), DatabaseInUseError);
    });

    it("says that the chain was reset, or does not answer", async () => {
      const reset = await startAnvil();
      const options = { deployment: protocol.file, databaseDirectory: join(folder, "databases") };
      await rejectsWith(startIndexer({ ...options, rpcUrl: reset.rpcUrl }), ChainMismatchError);
      await reset.stop();
      await rejectsWith(startIndexer({ ...options, rpcUrl: reset.rpcUrl }), ChainUnreachableError);
    });

    it("comes to the same tables from scratch as over two crashes, and ends its child on a signal", async () => {
      const schema = await readFile(SCHEMA_FILE, "utf8");
      const { graphqlUrl, pid } = JSON.parse(await fresh.firstLine) as { graphqlUrl: string; pid: number };
      const expected = await dumpTables(graphqlUrl, schema);
      expect(Object.values(expected).flat().length).to.be.greaterThan(80);
      const empty = Object.entries(expected).filter(([, list]) => list.length === 0);
      expect(empty.map(([table]) => table)).to.have.members(NOT_PLAYED);
      expect(await dumpTables(indexer.graphqlUrl, schema)).to.deep.equal(expected);

      fresh.terminate();
      expect((await fresh.ended).code).to.equal(0);
      expect(() => process.kill(pid, 0)).to.throw("ESRCH");
    });
  });
});

function unescape(html: string): string {
  return html.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

async function listen(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  return server;
}

async function rejectsWith(promise: Promise<Indexer>, type: new (...args: never[]) => Error): Promise<void> {
  const outcome = await promise.catch((error: unknown) => error);
  expect(outcome).to.be.instanceOf(type);
}
