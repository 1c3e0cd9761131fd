// Starts the indexer as a child process and tells when it has caught up with its chain.
import { mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { schemaName } from "./build-id.ts";
import { identifyChain } from "./chain-identity.ts";
import { lockDatabase } from "./database-lock.ts";
import { readDeployment } from "./deployment.ts";
import { ENVIRONMENT } from "./environment.ts";
import { DatabaseError, IndexerExitedError, IndexerLagError } from "./errors.ts";
import {
  type PonderOptions,
  type PonderProcess,
  ROOT,
  type RunningServer,
  spawnPonder,
  urlOf,
} from "./ponder-process.ts";
import { claimPort } from "./port.ts";
import { spawnServers } from "./server-group.ts";
import { watchServer } from "./server-watch.ts";
import { markOf } from "./views-owner.ts";
import { checkViews, checkViewsName, showInViews } from "./views.ts";

export {
  ChainMismatchError,
  ChainUnreachableError,
  DatabaseError,
  DatabaseInUseError,
  IndexerExitedError,
  IndexerLagError,
  PortInUseError,
  ViewsNewerError,
} from "./errors.ts";

const HOST = "127.0.0.1";
const STATUS_INTERVAL_MILLISECONDS = 50;
const DEFAULT_TIMEOUT_SECONDS = 120;
/** Ponder's, of a process; two of them it keeps for itself. */
const CONNECTIONS = 30;
const LEAST_CONNECTIONS = 6;
/** The slowest page of the dashboard takes well under one, over a million rows. */
const QUERY_SECONDS = 5;
/**
 * Ponder would try again a commit whose answer got lost, and wait for ever for a connection that was ended while it was made. A new process begins with what the
 * server has.
 */
const SERVER_LOST = "ended: PostgreSQL ended its connections; start it again";

export interface IndexerOptions {
  /** HTTP JSON-RPC address of the chain. */
  rpcUrl: string;
  /** Path of the deployment file. */
  deployment: string;
  /** Symbol of the payment token whose ledger, vault, tills and courts are indexed, beside what all tokens share; OPEN if not given. */
  token?: string;
  /** Where the databases of all chains are kept, each in a folder of its own. */
  databaseDirectory: string;
  /** TCP port; 0 or nothing picks a free one. */
  port?: number;
  /** Address to listen on; 127.0.0.1 if not given. */
  host?: string;
  /** PostgreSQL connection string. Without it an embedded database in `databaseDirectory` is used. */
  databaseUrl?: string;
  /**
   * Schema of the PostgreSQL database whose views show this build's tables as soon as these have all blocks that the views showed before, of whichever build;
   * or, with `isServer`, the views to serve.
   */
  views?: string;
  /** Indexes nothing, and serves what the `views` show: the tables of whichever build shows itself there. */
  isServer?: boolean;
  /** With `isServer`, how many processes serve and share the port; 1 if not given. One that ends is replaced. */
  servers?: number;
  /** Seconds that a statement of a question may take on a PostgreSQL server; 5 if not given. */
  querySeconds?: number;
  /** Milliseconds between two requests for new blocks; 200 on local chains, 1,000 on others if not given. */
  pollingMilliseconds?: number;
  /** Folders of published bundles, from which openings are served. */
  bundles?: readonly string[];
  /** Folder of contributed records, whose texts are served. */
  content?: string;
  /** MiB that openings keep of trees and tables, in a process of their own; 1024 if not given. */
  openingsMemory?: number;
  /** How long to wait until the chain's head at the start is indexed; 120 if not given. */
  timeoutSeconds?: number;
}

export interface Indexer {
  /** Base address, such as `http://127.0.0.1:42069`. */
  readonly url: string;
  /** Address of the GraphQL endpoint. */
  readonly graphqlUrl: string;
  /** The process, or, where several share the port, the one that hands connections to them: this one. */
  readonly pid: number;
  /** Those that answer now, with addresses of their own; one may be missing while it is replaced. */
  readonly servers: readonly RunningServer[];
  /** Output of the process. */
  readonly logFile: string;
  /** Newest block when the indexer was started; it is indexed. */
  readonly head: bigint;
  /** Exit code, once the process has ended for whatever reason. */
  readonly exited: Promise<number>;
  /** Resolves once `block` is indexed and can be queried. Throws an {@link IndexerLagError} if that takes too long. */
  waitForBlock(block: bigint | number, timeoutSeconds?: number): Promise<void>;
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Resolves once everything up to the chain's head is indexed.
 * Throws a {@link PortInUseError}, {@link DatabaseInUseError}, {@link ChainUnreachableError}, {@link ChainMismatchError},
 * {@link IndexerLagError}, {@link ViewsNewerError}, {@link DatabaseError} or, if the process ends by itself, an {@link IndexerExitedError}.
 */
export async function startIndexer(options: IndexerOptions): Promise<Indexer> {
  const host = options.host ?? HOST;
  const { views, databaseUrl } = options;
  checkViewsName(options);
  const servers = options.servers ?? 1;
  if (servers > 1 && !options.isServer)
    throw new DatabaseError(`${servers} servers: only one process can index; several can serve views`);
  const deploymentFile = resolve(options.deployment);
  const deployment = readDeployment(deploymentFile, options.token);
  const chain = await identifyChain(options.rpcUrl, deployment);
  const schema = schemaName(ROOT, chain, deployment);
  const mark = markOf({ ...chain, ledger: deployment.addresses.RoyaltyLedger });
  await checkViews(options, mark);
  const port = await claimPort(host, options.port ?? 0);

  const life = `${chain.chainId}-${chain.fingerprint}`;
  const directory = join(resolve(options.databaseDirectory), options.token ? `${life}-${options.token}` : life);
  mkdirSync(directory, { recursive: true });
  const dataDirectory = join(directory, "pglite");
  // A PostgreSQL server keeps indexers apart by itself.
  const lock = databaseUrl === undefined ? await lockDatabase(directory, dataDirectory, schema) : undefined;
  const logFile = join(directory, options.isServer ? "serve.log" : "ponder.log");
  let ponder: PonderProcess;
  try {
    const ponderOptions: PonderOptions = {
      command: options.isServer ? "serve" : "start",
      host,
      port,
      schema: options.isServer ? views! : schema,
      directory,
      logFile,
      environment: {
        [ENVIRONMENT.rpcUrl]: options.rpcUrl,
        [ENVIRONMENT.deployment]: deploymentFile,
        ...(options.token !== undefined && { [ENVIRONMENT.token]: options.token }),
        [ENVIRONMENT.databaseDirectory]: dataDirectory,
        ...(databaseUrl === undefined ? {} : { [ENVIRONMENT.databaseUrl]: databaseUrl }),
        ...(options.pollingMilliseconds === undefined
          ? {}
          : { [ENVIRONMENT.pollingMilliseconds]: String(options.pollingMilliseconds) }),
        [ENVIRONMENT.querySeconds]: String(options.querySeconds ?? QUERY_SECONDS),
        ...(servers > 1 && { [ENVIRONMENT.databaseConnections]: String(connectionsOfEach(servers)) }),
        ...openingsEnvironment(options),
      },
    };
    ponder = servers > 1 ? await spawnServers(ponderOptions, servers) : spawnPonder(ponderOptions);
  } catch (error) {
    lock?.release();
    throw error;
  }
  lock?.assign(ponder.pid);

  const url = urlOf(host, port);
  let isStopping = false;
  const indexer: Indexer = {
    url,
    graphqlUrl: `${url}/graphql`,
    pid: ponder.pid,
    get servers() {
      return ponder.servers;
    },
    logFile,
    head: chain.head,
    exited: ponder.exited,
    async waitForBlock(block, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS) {
      await waitForBlock(ponder, url, BigInt(block), timeoutSeconds);
    },
    async stop() {
      isStopping = true;
      await ponder.stop();
      lock?.release();
    },
  };
  // A process that was killed leaves its lock, so that the next one knows to tidy up.
  void ponder.exited.then((code) => {
    if (!isStopping && code === 0) lock?.release();
  });
  try {
    if (databaseUrl !== undefined) {
      const unwatch = await watchServer(databaseUrl, () => {
        ponder.kill(SERVER_LOST);
      });
      void ponder.exited.then(unwatch);
    }
    // A server tells what it has: who indexes may be behind.
    await indexer.waitForBlock(options.isServer ? 0n : chain.head, options.timeoutSeconds);
    if (databaseUrl !== undefined && views !== undefined && !options.isServer)
      await showInViews(databaseUrl, { schema, views, mark }, DEFAULT_TIMEOUT_SECONDS);
  } catch (error) {
    await indexer.stop();
    throw error;
  }
  return indexer;
}

/** They share what one process takes, so that several of them leave most of PostgreSQL's 100 to others. */
function connectionsOfEach(servers: number): number {
  return Math.max(LEAST_CONNECTIONS, Math.floor(CONNECTIONS / servers));
}

/** Relative folders are the caller's; Ponder works in another one. */
function openingsEnvironment({ bundles, content, openingsMemory }: IndexerOptions): Record<string, string> {
  return {
    ...(bundles && { [ENVIRONMENT.bundles]: bundles.map((folder) => resolve(folder)).join(delimiter) }),
    ...(content !== undefined && { [ENVIRONMENT.content]: resolve(content) }),
    ...(openingsMemory !== undefined && { [ENVIRONMENT.openingsMemory]: String(openingsMemory) }),
  };
}

/** Ponder's `/ready` is of no use on a young chain, so its indexed block is compared with the wanted one. */
async function waitForBlock(ponder: PonderProcess, url: string, wanted: bigint, timeoutSeconds: number): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1_000;
  let exitCode: number | undefined;
  void ponder.exited.then((code) => {
    exitCode = code;
  });
  let indexed: bigint | undefined;
  for (;;) {
    indexed = (await indexedBlock(url)) ?? indexed;
    if (indexed !== undefined && indexed >= wanted) return;
    if (exitCode !== undefined) throw new IndexerExitedError(exitCode, ponder.logTail());
    if (performance.now() > deadline) throw new IndexerLagError(wanted, indexed, timeoutSeconds);
    await sleep(STATUS_INTERVAL_MILLISECONDS);
  }
}

/** Nothing while the server does not answer yet, or has no block. */
async function indexedBlock(url: string): Promise<bigint | undefined> {
  try {
    const response = await fetch(`${url}/status`, { signal: AbortSignal.timeout(2_000) });
    const status = (await response.json()) as Record<string, { block?: { number?: number } }>;
    const number = status["chain"]?.block?.number;
    return number === undefined ? undefined : BigInt(number);
  } catch {
    return undefined;
  }
}
