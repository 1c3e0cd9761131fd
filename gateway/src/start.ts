// Puts the gateway together: books, payments, models and server, and takes them apart again.
import { isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "viem";
import { attributionApp } from "./attribution/app.ts";
import type { Settlement } from "./books/books.ts";
import { openBooks } from "./books/open.ts";
import { type Loaded, upstreamKeys } from "./config/config.ts";
import { refuseSharedKey, type Secrets } from "./config/secrets.ts";
import { Catalogue } from "./models/catalogue.ts";
import { TermsReader } from "./models/chain-terms.ts";
import { readPaymentToken } from "./payments/payment-token.ts";
import { X402Payments } from "./payments/x402-payments.ts";
import { connect, paymentTokenOf, readPlace, rpcUrlOf, signersOf } from "./place.ts";
import { reasonOf } from "@tributary/protocol/reason";
import { settlingObstacles } from "./health/checks.ts";
import { openHealth } from "./health/open.ts";
import { Router } from "./routing/router.ts";
import { createApp } from "./server/app.ts";
import { Gate } from "./server/gate.ts";
import type { Log } from "./server/log.ts";
import { Metrics } from "./server/metrics.ts";
import { listen } from "./server/server.ts";
import { openSettling } from "./settle.ts";
import { refuseIncompleteBooks } from "./settlement/incomplete-books.ts";
import { refuseLostBooks } from "./settlement/lost-books.ts";
import { neededDepth } from "./settlement/needed-depth.ts";
import { refuseOlderCopy } from "./settlement/older-copy.ts";
import { refuseOtherToken } from "./settlement/other-token.ts";
import { Upstream } from "./upstream/upstream.ts";

export interface Gateway {
  readonly url: string;
  /** Its address, as tills name it. */
  readonly address: Address;
  /** Settles everything that can be settled, now. */
  settle(): Promise<Settlement[]>;
  /** Takes no more calls, finishes those under way, leaves a settlement under way for the next start, and closes the books. @returns whether all calls ended in time */
  stop(): Promise<boolean>;
}

export interface StartOptions {
  /** The operator says that books without a channel of a till were not lost. */
  readonly areBooksNew?: boolean;
}

/** Added to the longest call: for the charge at its end. */
const CHARGE_SECONDS = 10;

/**
 * Starts a gateway.
 * @throws ConfigError for settings that can be mended; Error if the chain or a database does not answer, the books are in use, an older copy, or lost
 */
export async function startGateway(
  { config, warnings, folder }: Loaded,
  secrets: Secrets,
  environment: NodeJS.ProcessEnv,
  log: Log,
  { areBooksNew = false }: StartOptions = {},
): Promise<Gateway> {
  for (const warning of warnings) log.warn({ event: "warning", warning });
  const keys = upstreamKeys(config, environment);
  const inFolder = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const place = await readPlace(inFolder(config.chain.deployment), config.token);
  const { chainId, addresses } = place.deployment;
  refuseSharedKey(secrets, chainId);
  const { confirmations } = neededDepth(config.settlement.confirmations, chainId);
  const rpcUrl = rpcUrlOf(secrets.rpcUrl, config);
  const { client, operator } = await connect(rpcUrl, chainId, secrets);
  const signers = await signersOf(secrets, chainId);
  const [{ address }] = signers;
  const token = await readPaymentToken(client, paymentTokenOf(place, config));

  const { databaseUrl } = secrets;
  const books = await openBooks(
    databaseUrl === undefined ? { file: inFolder(config.books.file) } : { url: databaseUrl },
    { onWait: (warning) => log.warn({ event: "warning", warning }) },
  );
  try {
    await refuseOlderCopy(books, { reader: client, batchSettlement: addresses.BatchSettlement });
    const recovered = await books.recover();
    if (recovered > 0) log.warn({ event: "recovered", charged: recovered });
    await refuseOtherToken(books, { reader: client, batchSettlement: addresses.BatchSettlement }, place.token);
    const payments = await X402Payments.connect({
      books,
      client,
      chainId,
      operator,
      signers,
      agentRegistries: [addresses.AgentRegistry, ...(config.payments.agentRegistries as Address[])],
      callSeconds: Math.ceil(Math.max(...config.models.map(({ upstream }) => upstream.totalSeconds)) + CHARGE_SECONDS),
      withdrawDelaySeconds: config.payments.withdrawDelaySeconds,
      depositCalls: config.payments.depositCalls,
      token,
      versionChanges: config.payments.versionChanges,
      refundsPerHour: config.payments.refundsPerHour,
      confirmations,
    });
    const isRefunding = payments.isRefunding.bind(payments);
    const settling = await openSettling({ config, folder, log }, secrets, signers, {
      ...{ books, client, rpcUrl, isRefunding, ...place },
    });
    const reader = new TermsReader(client, {
      modelRegistry: addresses.ModelRegistry,
      tillFactory: place.tillFactory,
      operatorStaking: addresses.OperatorStaking,
    });
    const catalogue = await Catalogue.read(config, { reader, gateway: address, token: place.token, log });
    const tills = catalogue.listings.map(({ offer }) => offer.till);
    const channels = {
      ...{ reader: client, batchSettlement: addresses.BatchSettlement, token: place.token },
      fromBlock: BigInt(place.deployment.block),
    };
    const authorizers = signers.map((signer) => signer.address);
    // What new books charge at a till that other books closed could never be settled from them.
    if (areBooksNew) await settling.checkCloses(tills);
    else await refuseLostBooks(books, channels, tills, authorizers);
    await refuseIncompleteBooks(books, channels, tills, authorizers);
    const gate = new Gate(config.limits);
    const metrics = new Metrics(catalogue.listings, gate);
    const health = openHealth({
      ...{ books, client, signers, settling, metrics, log },
      operator: operator.account.address,
      leastBalance: BigInt(config.gas.leastBalance),
    });
    const upstreams = new Map(
      config.models.map(({ name, upstream }) => [name, new Upstream(name, upstream, keys.get(name))]),
    );
    const app = createApp({
      router: new Router(catalogue.listings, config.routing),
      upstreams,
      payments,
      gate,
      metrics,
      limits: config.limits,
      log,
      obstacles: () => [
        ...(gate.isClosed ? ["the gateway is stopping"] : []),
        ...catalogue.obstacles(),
        ...health.obstacles(),
        ...settlingObstacles(settling.standing),
      ],
      unsold: () => catalogue.unsold(),
      metricsToken: secrets.metricsToken,
      routes: attributionApp(settling.attributions, (error) =>
        log.error({ event: "attribution", reason: reasonOf(error) }),
      ),
    });
    await health.look();
    const server = await listen(app, config);
    catalogue.start();
    health.start();
    settling.start();
    log.info({
      event: "listening",
      url: server.url,
      gateway: address,
      chainId,
      models: config.models.map(({ name }) => name),
    });
    return {
      url: server.url,
      address,
      settle: () => settling.settleAll(),
      stop: async () => {
        log.info({ event: "stopping", calls: gate.calls });
        server.stopAccepting();
        const milliseconds = config.limits.shutdownSeconds * 1_000;
        // Beside the calls: a stop takes no longer than they may.
        const isSettlingOver = within(settling.stop(), milliseconds);
        const isDone = await gate.close(milliseconds);
        await server.close();
        catalogue.stop();
        health.stop();
        for (const upstream of upstreams.values()) upstream.close();
        if (!(await isSettlingOver)) log.warn({ event: "settling cut off" });
        await payments.close();
        await books.close();
        log.info({ event: "stopped", isDone });
        return isDone;
      },
    };
  } catch (error) {
    await books.close();
    throw error;
  }
}

/** @returns whether it was done in time; what is done later is waited for no more */
async function within(done: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const over = new AbortController();
  try {
    return await Promise.race([
      done.then(() => true),
      sleep(milliseconds, false, { signal: over.signal }).catch(() => false),
    ]);
  } finally {
    over.abort();
  }
}
