// The indexer on a PostgreSQL server: kills, crashes, outages and reorganisations lose and double nothing, a backup goes on, and one build hands over to the next.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { type Chain, startAnvil } from "../../deploy/testing/anvil.ts";
import { deployContracts, type Protocol } from "../../deploy/testing/deploy-contracts.ts";
import { startPostgres, type TestPostgres } from "../../gateway/src/testing/postgres.ts";
import { type Proxy, startProxy } from "../../test/watcher/support/proxy.ts";
import { DatabaseError, type IndexerOptions, startIndexer } from "../launcher/start-indexer.ts";
import { askOnce } from "./support/ask-once.ts";
import { registerAgents } from "./support/callers.ts";
import { type DatabaseState, openDatabase } from "./support/database-state.ts";
import { expectPeriods } from "./support/expected-periods.ts";
import { expectTotals } from "./support/expected-totals.ts";
import { ask, dumpTables, type Row } from "./support/graphql.ts";
import { makeNextBuild } from "./support/next-build.ts";
import { rowsOf } from "./support/rows.ts";
import { createDatanet, Scenario } from "./support/scenario.ts";
import { runStart, type StartCommand } from "./support/start-command.ts";

const run = promisify(execFile);
const SCHEMA_FILE = fileURLToPath(new URL("../generated/schema.graphql", import.meta.url));
/** What the views are called that servers read. */
const VIEWS = "live";
/** Starts until one is killed in its backfill, of which there is less than a second on an idle machine. */
const MOST_ATTEMPTS = 6;
/** After so many further ones Ponder takes a block for final, on a chain that it does not know. */
const BLOCKS_TO_FINALITY = 30;

interface Running {
  command: StartCommand;
  pid: number;
  /** One, or those that share the port. */
  servers: { pid: number; url: string }[];
  url: string;
  graphqlUrl: string;
}

describe("indexer on PostgreSQL", function () {
  // An idle machine takes 6 s to start an indexer, a loaded one ten times as long; eight are started.
  this.timeout(600_000);

  let folder: string;
  let postgres: TestPostgres | undefined;
  let other: TestPostgres | undefined;
  let database: string;
  let tables: DatabaseState;
  let copy: DatabaseState;
  let goneOn: Running;
  let server: Running;
  let chain: Chain;
  let protocol: Protocol;
  let proxy: Proxy;
  let scenario: Scenario;
  let indexer: Running;
  let schema: string;
  const commands: StartCommand[] = [];
  /** When each kill or restart came, and what had been done by then: shown where a test fails. */
  const instants: string[] = [];

  const spawnStart = (name: string, databaseUrl: string, more: readonly string[] = [], root?: string): StartCommand => {
    const command = runStart({
      // The other ones start when the node is there.
      rpcUrl: name === "main" ? proxy.rpcUrl : chain.rpcUrl,
      deployment: protocol.file,
      databaseDirectory: join(folder, name),
      databaseUrl,
      more,
      ...(root !== undefined && { root }),
    });
    commands.push(command);
    return command;
  };
  const ready = async (command: StartCommand): Promise<Running> => {
    return { command, ...(JSON.parse(await command.firstLine) as Omit<Running, "command">) };
  };
  const startMain = () => ready(spawnStart("main", database, ["--views", VIEWS]));
  const blockOf = async ({ url }: Running): Promise<number> => {
    const status = (await (await fetch(`${url}/status`)).json()) as { chain?: { block: { number: number } } };
    return status.chain?.block.number ?? 0;
  };
  const until = async (holds: () => Promise<boolean>) => {
    const deadline = Date.now() + 120_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`still not, after two minutes: ${holds}; ${instants.join("; ")}`);
      await sleep(20);
    }
  };
  const catchUp = async (...running: Running[]) => {
    const head = Number(await chain.client.getBlockNumber({ cacheTime: 0 }));
    for (const each of running) await until(async () => (await blockOf(each)) >= head);
  };
  /** Waits up to so long, and says what was done by then. */
  const atRandom = async (what: string, mostMilliseconds: number, act: () => void | Promise<void>): Promise<string> => {
    const milliseconds = Math.round(Math.random() * mostMilliseconds);
    await sleep(milliseconds);
    const { phase, block } = await tables.state();
    await act();
    instants.push(`${what} after ${milliseconds} ms, ${phase}, block ${block}`);
    return phase;
  };
  const kill = async ({ command }: Pick<Running, "command">) => {
    command.kill();
    await command.ended;
  };

  before(async function () {
    postgres = await startPostgres();
    if (postgres === undefined) {
      console.log("    skipped: PostgreSQL is not installed (Debian's package postgresql)");
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), "tributary-postgres-"));
    schema = await readFile(SCHEMA_FILE, "utf8");
    database = await postgres.database();
    tables = await openDatabase(database);
    chain = await startAnvil();
    protocol = await deployContracts(chain, folder);
    proxy = await startProxy(chain.rpcUrl);
    scenario = new Scenario(chain, protocol);
    await scenario.contribute();
    await scenario.register();
  });

  after(async () => {
    for (const command of commands) command.terminate();
    for (const command of commands) await command.ended;
    (proxy as Proxy | undefined)?.close();
    await (chain as Chain | undefined)?.stop();
    await (tables as DatabaseState | undefined)?.close();
    await (copy as DatabaseState | undefined)?.close();
    await other?.stop();
    await postgres?.stop();
    if ((folder as string | undefined) !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it("comes to the same tables from scratch as over kills and a crash of the server at random instants, an outage and a reorganisation", async () => {
    let phase = "";
    for (let attempt = 0; phase !== "backfill" && attempt < MOST_ATTEMPTS; attempt++) {
      const command = spawnStart("main", database, ["--views", VIEWS]);
      const before = await tables.state();
      // From the moment on that this process has begun, which takes the lock that was taken from the one before.
      await until(async () => {
        const now = await tables.state();
        return now.phase !== "starting" && (before.phase === "starting" || now.isLocked);
      });
      phase = await atRandom("kill", 400, () => kill({ command }));
      await tables.unlock();
    }
    expect(phase, instants.join("; ")).to.equal("backfill");
    indexer = await startMain();

    const work = async () => {
      await scenario.stake();
      await scenario.settle();
    };
    await Promise.all([work(), atRandom("crash of the server", 1_500, () => postgres!.restart())]);
    // Whoever watches over it starts it again.
    expect((await indexer.command.ended).code).to.equal(1);
    await tables.unlock();
    indexer = await startMain();
    await catchUp(indexer);

    const snapshot = await chain.client.snapshot();
    await registerAgents(chain, protocol, "of blocks that did not stay");
    await catchUp(indexer);
    expect(await rowsOf(indexer.graphqlUrl, "agents", "id")).to.have.length(2);
    await chain.client.revert({ id: snapshot });
    await chain.client.mine({ blocks: 1 });
    // What is asked while blocks are taken back waits half a second for the tables, and is refused then.
    const agents = async () => rowsOf(indexer.graphqlUrl, "agents", "id").catch(() => undefined);
    await until(async () => (await agents())?.length === 0);

    proxy.cut();
    await scenario.finalize();
    proxy.mend();
    await Promise.all([scenario.claim(), atRandom("kill", 800, () => kill(indexer))]);
    await scenario.withdraw();
    await tables.unlock();
    const fresh = spawnStart("fresh", await postgres!.database());
    indexer = await startMain();
    await catchUp(indexer);
    const expected = await dumpTables((await ready(fresh)).graphqlUrl, schema);
    expect(Object.values(expected).flat().length).to.be.greaterThan(80);
    expect(await dumpTables(indexer.graphqlUrl, schema), instants.join("; ")).to.deep.equal(expected);
    fresh.terminate();
    await fresh.ended;
    for (const instant of instants) console.log(`      ${instant}`);
  });
  it("has totals that are the sums of their tables", async () => {
    await expectTotals(chain, protocol, indexer.graphqlUrl);
    await expectPeriods(chain, protocol, indexer.graphqlUrl);
  });

  it("goes on from a backup in another cluster where the backup ends, and indexes nothing anew", async () => {
    // What is not final is taken back and read again at every start, whatever rows stand there.
    await chain.client.mine({ blocks: 2 * BLOCKS_TO_FINALITY });
    await catchUp(indexer);
    const dump = join(folder, "backup.dump");
    await run(postgres!.program("pg_dump"), ["--format=custom", `--file=${dump}`, database]);
    other = (await startPostgres())!;
    const restored = await other.database();
    await run(postgres!.program("pg_restore"), ["--no-owner", `--dbname=${restored}`, dump]);
    copy = await openDatabase(restored);
    // Whoever indexes this datanet anew writes what the chain says.
    await copy.run("UPDATE {build}.datanet SET uri = 'as restored' WHERE id = 1");
    await createDatanet(chain, protocol, "npm:after-the-backup");
    await catchUp(indexer);
    const expected = await dumpTables(indexer.graphqlUrl, schema);
    await copy.unlock();
    goneOn = await ready(spawnStart("restored", restored));
    await catchUp(goneOn);
    const uriOf = (rows: Row[] | undefined) => rows!.find(({ id }) => id === "1")!;
    const found = await dumpTables(goneOn.graphqlUrl, schema);
    expect(uriOf(found["datanet"])["uri"]).to.equal("as restored");
    uriOf(found["datanet"])["uri"] = uriOf(expected["datanet"])["uri"]!;
    expect(found).to.deep.equal(expected);
  });

  it("loses no block that was shown when the server crashes in that moment, and ends with it", async () => {
    await createDatanet(chain, protocol, "npm:before-the-crash");
    await catchUp(goneOn);
    await other!.restart();
    expect((await goneOn.command.ended).code).to.equal(1);
    const { block } = await copy.state();
    expect(block).to.equal(Number(await chain.client.getBlockNumber({ cacheTime: 0 })));
    const uris = await copy.run<{ uri: string }>("SELECT uri FROM {build}.datanet");
    expect(uris.map(({ uri }) => uri)).to.include("npm:before-the-crash");
  });

  it("hands over to the next build while clients ask, who see no failure and no step back", async () => {
    server = await ready(spawnStart("server", database, ["--serve", VIEWS, "--servers", "2", "--query-seconds", "2"]));
    const failures: string[] = [];
    let answers = 0;
    let isAsking = true;
    const asking = (async () => {
      const last = { block: 0, datanets: 0, accepted: 0 };
      for (; isAsking; answers++) {
        const text = `{ datanets { totalCount items { uri } } contributions(where: { status: accepted }) { totalCount items { status datanet { uri } } } }`;
        try {
          const block = await blockOf(server);
          const { data, errors } = await ask<Record<string, { totalCount: number }>>(server.graphqlUrl, text);
          const now = {
            block,
            datanets: data?.["datanets"]?.totalCount ?? 0,
            accepted: data?.["contributions"]?.totalCount ?? 0,
          };
          if (errors !== undefined) failures.push(JSON.stringify(errors));
          if (now.block < last.block || now.datanets < last.datanets || now.accepted < last.accepted)
            failures.push(`${JSON.stringify(now)} after ${JSON.stringify(last)}`);
          Object.assign(last, now);
        } catch (error) {
          failures.push(String(error));
        }
        await sleep(5);
      }
    })();
    let isMining = true;
    let made = 0;
    const mining = (async () => {
      for (; isMining; made++) {
        await createDatanet(chain, protocol, `npm:while-they-change-${made}`);
        await sleep(100);
      }
    })();
    try {
      const root = await makeNextBuild(join(folder, "next"));
      const next = await ready(spawnStart("next", database, ["--views", VIEWS], root));
      indexer.command.terminate();
      await indexer.command.ended;
      indexer = next;
      const madeBefore = made;
      await until(async () => made > madeBefore + 5);
      isMining = false;
      await mining;
      await catchUp(next, server);
    } finally {
      isMining = false;
      isAsking = false;
      await Promise.all([asking, mining]);
    }
    expect(failures).to.deep.equal([]);
    expect(answers).to.be.greaterThan(50);
    // The former build's server shows the next build's tables by now, and has all of them.
    const shown = await rowsOf(server.graphqlUrl, "datanets", "id uri");
    expect(shown).to.deep.equal(await rowsOf(indexer.graphqlUrl, "datanets", "id uri"));
    expect(shown.filter(({ uri }) => String(uri).includes("while-they-change"))).to.have.length(made);
    const lengths = await rowsOf(indexer.graphqlUrl, "datanets", "uri uriLength");
    for (const { uri, uriLength } of lengths) expect(uriLength).to.equal(String(uri).length);
  });

  it("serves the same by several servers on one port, and tells the figures of each", async () => {
    expect(new Set([server.pid, ...server.servers.map(({ pid }) => pid)]).size).to.equal(3);
    const all = await dumpTables(indexer.graphqlUrl, schema);
    const asked = `{ datanets(limit: 1000) { items { uri contributions { items { status } } } } }`;
    const expected = await ask(indexer.graphqlUrl, asked);
    for (const { url } of server.servers) {
      expect(await dumpTables(`${url}/graphql`, schema)).to.deep.equal(all);
      // Often enough to be prepared.
      for (let time = 0; time < 10; time++) expect(await ask(`${url}/graphql`, asked)).to.deep.equal(expected);
    }
    for (const path of ["health", "ready"]) expect((await fetch(`${server.url}/${path}`)).status).to.equal(200);
    const lag = (await (await fetch(`${server.url}/lag`)).json()) as Record<string, unknown>;
    expect(lag).to.include({ isLate: false, isAbandoned: false, indexed: await blockOf(indexer) });
    expect(await (await fetch(`${server.url}/lag/metrics`)).text()).to.match(/^tributary_indexer_abandoned 0$/m);
    const figures = await (await fetch(`${server.url}/metrics`)).text();
    for (const number of [1, 2])
      expect(figures).to.match(
        new RegExp(
          String.raw`^ponder_http_server_request_duration_ms_count\{server="${number}",.*path="/graphql".*\} \d\d+$`,
          "m",
        ),
      );
    expect(figures.match(/^# TYPE ponder_http_server_request_duration_ms /gm)).to.have.length(1);
    expect(await (await fetch(`${server.servers[0]!.url}/metrics`)).text()).not.to.include('server="1"');
  });

  it("ends a question that takes the database too long, says so without its SQL, and answers others meanwhile", async () => {
    const owner = await openDatabase(database);
    try {
      await owner.run(`ALTER VIEW "${VIEWS}"."position" RENAME TO "quick_position"`);
      await owner.run(
        `CREATE VIEW "${VIEWS}"."position" AS SELECT * FROM "${VIEWS}"."quick_position" WHERE pg_sleep(30) IS NOT NULL`,
      );
      const began = performance.now();
      let isOver = false;
      const slow = ask(server.graphqlUrl, "{ positions(limit: 3) { items { id } } }").finally(() => (isOver = true));
      let answers = 0;
      while (!isOver) {
        const { errors } = await ask(server.graphqlUrl, "{ datanets(limit: 3) { items { id } } }");
        expect(errors).to.equal(undefined);
        answers++;
      }
      const { errors } = await slow;
      expect(errors?.map(({ message }) => message)).to.deep.equal([
        "The database took longer over this than a question may: filter and order by columns that have an index, ask for fewer rows, or ask again later.",
      ]);
      expect(performance.now() - began).to.be.within(1_900, 20_000);
      expect(answers).to.be.greaterThan(5);
    } finally {
      await owner.run(`DROP VIEW IF EXISTS "${VIEWS}"."position"`);
      await owner.run(`ALTER VIEW "${VIEWS}"."quick_position" RENAME TO "position"`);
      await owner.close();
    }
    const { errors } = await ask(server.graphqlUrl, "{ positions(limit: 3) { items { id } } }");
    expect(errors).to.equal(undefined);
  });

  it("replaces a server that is killed while clients ask, who get right answers or none", async () => {
    const text = "{ datanets(limit: 1000) { totalCount items { id uri } } }";
    const expected = await ask(indexer.graphqlUrl, text);
    const wrong: unknown[] = [];
    let right = 0;
    let refused = 0;
    let isAsking = true;
    const client = async () => {
      while (isAsking) {
        // A connection each, so that the servers take turns.
        const answer = await askOnce(server.graphqlUrl, text).catch(() => undefined);
        if (answer === undefined) refused++;
        else if (JSON.stringify(answer) === JSON.stringify(expected)) right++;
        else wrong.push(answer);
      }
    };
    const clients = Array.from({ length: 4 }, client);
    const [victim, other] = server.servers as [{ pid: number; url: string }, { pid: number; url: string }];
    const isThere = async () => (await fetch(`${victim.url}/health`).catch(() => undefined))?.status === 200;
    try {
      await until(async () => right > 20);
      process.kill(victim.pid, "SIGKILL");
      await until(async () => !(await isThere()));
      const before = right;
      await until(async () => right > before + 20);
      await until(isThere);
      const counted = async () =>
        /_duration_ms_count\{server="1",.*path="\/graphql".*\} (\d+)$/m.exec(
          await (await fetch(`${server.url}/metrics`)).text(),
        )?.[1];
      await until(async () => Number(await counted()) > 5);
    } finally {
      isAsking = false;
      await Promise.all(clients);
    }
    expect(wrong).to.deep.equal([]);
    // At most what each client was waiting for.
    expect(refused).to.be.at.most(2 * clients.length);
    expect((await fetch(`${other.url}/health`)).status).to.equal(200);
  });

  it("ends all servers with the command that started them", async () => {
    const another = await ready(spawnStart("another", database, ["--serve", VIEWS, "--servers", "2"]));
    another.command.terminate();
    expect(await another.command.ended).to.deep.equal({ code: 0, stderr: "" });
    for (const { url } of [another, ...another.servers])
      expect(await fetch(url).catch(() => "nobody listens")).to.equal("nobody listens");
  });

  /** Why a start with this database is refused. */
  const problem = async (more: Partial<IndexerOptions>) => {
    const options = { rpcUrl: chain.rpcUrl, deployment: protocol.file, databaseDirectory: join(folder, "none") };
    const error: unknown = await startIndexer({ ...options, ...more }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(DatabaseError);
    return (error as Error).message;
  };

  it("says what it cannot serve, and what cannot be views", async () => {
    expect(await problem({ views: VIEWS })).to.include("set DATABASE_URL");
    expect(await problem({ views: "public", databaseUrl: database })).to.include("no name for the views");
    expect(await problem({ views: "nobody", isServer: true, databaseUrl: database })).to.include('no views "nobody"');
    expect(await problem({ views: VIEWS, databaseUrl: database, servers: 2 })).to.include("only one process can index");
    const nowhere = database.replace(/:\d+/, ":1");
    expect(await problem({ views: VIEWS, databaseUrl: nowhere })).to.include("no PostgreSQL server");
  });

  it("neither serves nor replaces another deployment's views, and drops nothing that is not its own", async () => {
    const deployment = join(folder, "another.json");
    const ours = JSON.parse(await readFile(protocol.file, "utf8")) as { block: number };
    await writeFile(deployment, JSON.stringify({ ...ours, block: ours.block + 1 }));
    for (const isServer of [false, true])
      expect(await problem({ views: VIEWS, isServer, databaseUrl: database, deployment })).to.match(
        /^the views "live" are of chain 31337 [0-9a-f]{16}, ledger 0x[0-9a-f]{40}, and this is chain 31337 /,
      );
    for (const [name, kind, what] of [
      [`${VIEWS}.answer()`, "FUNCTION", "RETURNS integer LANGUAGE sql AS 'SELECT 1'"],
      [`${VIEWS}.mood`, "TYPE", "AS ENUM ('good', 'bad')"],
      [`${VIEWS}.report`, "VIEW", `AS SELECT count(*) FROM ${VIEWS}.datanet`],
      ["public.report", "VIEW", `AS SELECT count(*) FROM ${VIEWS}.datanet`],
      [`${VIEWS}__next`, "SCHEMA", `CREATE TABLE ${VIEWS}__next.notes (text text)`],
      [`${VIEWS}__former`, "SCHEMA", `CREATE VIEW ${VIEWS}__former.datanet AS SELECT * FROM ${VIEWS}.datanet`],
    ] as const) {
      await tables.run(`CREATE ${kind} ${name} ${what}`);
      const message = await problem({ views: VIEWS, databaseUrl: database });
      expect(message, name).to.include("has what is not the indexer's, or something is made of it");
      // It is there still.
      await tables.run(`DROP ${kind} ${name} ${kind === "SCHEMA" ? "CASCADE" : "RESTRICT"}`);
    }
    await tables.run("CREATE SCHEMA reports; CREATE FUNCTION reports.one() RETURNS integer LANGUAGE sql AS 'SELECT 1'");
    expect(await problem({ views: "reports", databaseUrl: database })).to.include("function reports.one()");
    expect(await problem({ views: "reports", isServer: true, databaseUrl: database })).to.include("no views");
  });

  it("ends when the server crashes, whether it indexes or serves", async () => {
    await postgres!.restart();
    expect((await server.command.ended).code).to.equal(1);
    const { code, stderr } = await indexer.command.ended;
    expect(code).to.equal(1);
    const logFile = /its output is in (.*)$/m.exec(stderr)![1]!;
    expect(await readFile(logFile, "utf8")).to.include("PostgreSQL ended its connections; start it again");
  });
});
