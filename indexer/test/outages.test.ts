// The indexer against a chain that takes blocks back and a node that does not answer: it loses and doubles nothing, of whatever the courts, callers and governance do.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Chain, startAnvil } from "../../deploy/testing/anvil.ts";
import { deployContracts, type Protocol } from "../../deploy/testing/deploy-contracts.ts";
import { type Proxy, startProxy } from "../../test/watcher/support/proxy.ts";
import { type Indexer, startIndexer } from "../launcher/start-indexer.ts";
import { payThroughChannel, registerAgents } from "./support/callers.ts";
import { Courts } from "./support/courts.ts";
import { expectCallers } from "./support/expected-callers.ts";
import { expectCourts } from "./support/expected-courts.ts";
import { expectPeriods } from "./support/expected-periods.ts";
import { expectTotals } from "./support/expected-totals.ts";
import { govern } from "./support/governance.ts";
import { dumpTables, type Page, query, type Row } from "./support/graphql.ts";
import { rowsOf } from "./support/rows.ts";
import { createDatanet, Scenario } from "./support/scenario.ts";
import { walkPages } from "./support/walk.ts";

const SCHEMA_FILE = fileURLToPath(new URL("../generated/schema.graphql", import.meta.url));
/** Runs nowhere, and is no text to a database. */
const HOSTILE = `<img src=x onerror=alert(1)>"'\u0000\u202e{{7*7}}`;
/** Blocks that Ponder takes for final on a chain that it does not know. */
const FINAL_BLOCKS = 30;

describe("indexer in outages", function () {
  // An idle machine takes 8 s to start an indexer, a loaded one ten times as long; two are started.
  this.timeout(600_000);

  let folder: string;
  let chain: Chain;
  let protocol: Protocol;
  let proxy: Proxy;
  let scenario: Scenario;
  let courts: Courts;
  let indexer: Indexer;

  const start = (rpcUrl: string, name: string) =>
    startIndexer({
      rpcUrl,
      deployment: protocol.file,
      databaseDirectory: join(folder, name),
      pollingMilliseconds: 100,
      timeoutSeconds: 300,
    });
  const head = () => chain.client.getBlockNumber({ cacheTime: 0 });
  const catchUp = async () => {
    await indexer.waitForBlock(await head());
  };
  const until = async (holds: () => Promise<boolean>) => {
    const deadline = Date.now() + 60_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`still not, after a minute: ${holds}`);
      await sleep(50);
    }
  };
  const count = async (table: string) => {
    const { [table]: page } = await query<Record<string, Page<Row>>>(indexer.graphqlUrl, `{ ${table} { totalCount } }`);
    return page!.totalCount;
  };
  const lag = async (most: number) => {
    const response = await fetch(`${indexer.url}/lag?most=${most}`);
    return {
      status: response.status,
      ...((await response.json()) as { isLate?: boolean; error?: string; blocks?: number; isAbandoned?: boolean }),
    };
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-outages-"));
    chain = await startAnvil();
    protocol = await deployContracts(chain, folder);
    scenario = new Scenario(chain, protocol);
    courts = new Courts(chain, protocol, scenario);
    await scenario.contribute();
    await scenario.register();
    await scenario.stake();
    await courts.prepare();
    proxy = await startProxy(chain.rpcUrl);
    indexer = await start(proxy.rpcUrl, "live");
  });

  after(async () => {
    await (indexer as Indexer | undefined)?.stop();
    (proxy as Proxy | undefined)?.close();
    await (chain as Chain | undefined)?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("takes back the rows and totals of blocks that a reorganisation undid", async () => {
    const [before] = await rowsOf(indexer.graphqlUrl, "protocols", "calls fees settlements agents");
    const snapshot = await chain.client.snapshot();
    await registerAgents(chain, protocol, "of blocks that did not stay");
    await scenario.settle();
    await scenario.registerWithoutIndex("of blocks that did not stay", 111);
    await catchUp();
    const newest = async () => (await rowsOf(indexer.graphqlUrl, "modelVersions", "id royaltyBps", "id")).at(-1)!;
    const undone = await newest();
    expect(undone["royaltyBps"]).to.equal(111);
    expect([await count("settlements"), await count("agents")]).to.deep.equal([3, 2]);
    await chain.client.revert({ id: snapshot });
    await chain.client.mine({ blocks: 1 });
    await until(async () => (await count("settlements")) === 0);
    expect(await count("agents")).to.equal(0);
    expect(await rowsOf(indexer.graphqlUrl, "protocols", "calls fees settlements agents")).to.deep.equal([before]);

    await scenario.settle();
    await registerAgents(chain, protocol, HOSTILE);
    await until(async () => (await count("agents")) === 2);
    expect((await rowsOf(indexer.graphqlUrl, "agents", "uri"))[0]!["uri"]).to.include("onerror");
    // Numbers count on from where the blocks that stayed end: the same one is another version.
    await scenario.registerWithoutIndex("of blocks that stay", 222);
    await catchUp();
    expect(await newest()).to.deep.equal({ ...undone, royaltyBps: 222 });
    expect(await count("settlements")).to.equal(3);
  });

  it("goes on answering while the node is away, says that it is behind, and misses nothing afterwards", async () => {
    await catchUp();
    expect(await lag(60)).to.include({ status: 200, isLate: false, blocks: 0, isAbandoned: false });
    proxy.cut();
    await courts.contestIndexes(HOSTILE);
    expect(await count("provenFaults")).to.equal(0);
    expect(await lag(60))
      .to.include({ status: 503 })
      .and.to.have.property("error");
    expect((await fetch(`${indexer.url}/health`)).status).to.equal(200);
    proxy.mend();
    await catchUp();
    expect(await count("provenFaults")).to.equal(1);
  });

  it("comes to the same tables as an indexer that starts afterwards", async () => {
    await courts.contestSettlement();
    await payThroughChannel(chain, protocol, scenario);
    await govern(chain, protocol, HOSTILE);
    await courts.contestProposals();
    await scenario.finalize();
    await catchUp();
    const fresh = await start(chain.rpcUrl, "fresh");
    try {
      const schema = await readFile(SCHEMA_FILE, "utf8");
      const expected = await dumpTables(fresh.graphqlUrl, schema);
      expect(Object.values(expected).flat().length).to.be.greaterThan(200);
      expect(await dumpTables(indexer.graphqlUrl, schema)).to.deep.equal(expected);
    } finally {
      await fresh.stop();
    }
  });

  it("has what courts ended, who was paid for it and what it cost whom", async () => {
    await expectCourts(chain, protocol, indexer.graphqlUrl);
  });

  it("has agents, channels, missing receipts and governance, and serves hostile text as what it is", async () => {
    await expectCallers(chain, protocol, indexer.graphqlUrl, HOSTILE);
    const response = await fetch(`${indexer.graphqlUrl}?query=${encodeURIComponent("{ agents { items { uri } } }")}`);
    expect(response.headers.get("content-type")).to.match(/^application\/(graphql-response\+)?json/);
  });

  it("has totals that are the sums of their tables", async () => {
    await expectTotals(chain, protocol, indexer.graphqlUrl);
  });

  it("has in each hour and day of each model, datanet and position what the chain's logs add up to", async () => {
    const rows = await expectPeriods(chain, protocol, indexer.graphqlUrl);
    // With one of each an amount could be in no wrong row.
    for (const [of, count] of Object.entries(rows)) expect(count, of).to.be.greaterThan(1);
  });

  it("gives every row once over the pages of a list while blocks come in", async () => {
    const before = await count("datanets");
    const walked = await walkPages(indexer.graphqlUrl, "datanets", 1, async () => {
      if ((await count("datanets")) >= before + 4) return;
      await createDatanet(chain, protocol, "npm:while-they-walk");
      await catchUp();
    });
    expect(walked.map(({ id }) => id)).to.deep.equal(
      Array.from({ length: before + 4 }, (_, place) => String(place + 1)),
    );
  });

  it("says that it stays behind when more blocks are taken back than can be", async () => {
    const snapshot = await chain.client.snapshot();
    await chain.client.mine({ blocks: 2 * FINAL_BLOCKS + 10, interval: 1 });
    await catchUp();
    const tolerant = 1_000_000;
    expect(await lag(tolerant)).to.include({ status: 200, isAbandoned: false });
    await chain.client.revert({ id: snapshot });
    // The head is below what is indexed: no time tells that anything is late.
    await until(async () => (await lag(tolerant)).status === 503);
    expect(await lag(tolerant)).to.include({ isLate: false, isAbandoned: true, blocks: 0 });
    await chain.client.mine({ blocks: 3 * FINAL_BLOCKS, interval: 2 });
    await until(async () => (await lag(5)).status === 503);
    await sleep(1_000);
    expect(await lag(5)).to.include({ status: 503, isLate: true, isAbandoned: true });
    expect((await lag(tolerant)).error).to.include("the index is of a chain that is no more");
    expect((await fetch(`${indexer.url}/health`)).status).to.equal(200);
    const metrics = await (await fetch(`${indexer.url}/lag/metrics`)).text();
    expect(metrics).to.match(/^tributary_indexer_lag_seconds [1-9]\d*$/m);
    expect(metrics).to.match(/^tributary_indexer_abandoned 1$/m);
  });
});
