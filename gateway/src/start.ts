// Puts the gateway together: books, payments, models and server, and takes them apart again.
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  http,
  nonceManager,
  type PublicClient,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Deployment, parseDeployment } from "@tributary/protocol/deployment";
import { localSigner } from "./accounts/local-signer.ts";
import { remoteSigner } from "./accounts/remote-signer.ts";
import type { GatewaySigner } from "./accounts/signer.ts";
import { openBooks } from "./books/open.ts";
import { ConfigError, type Loaded, upstreamKeys } from "./config/config.ts";
import type { Secrets } from "./config/secrets.ts";
import { Catalogue } from "./models/catalogue.ts";
import { TermsReader } from "./models/chain-terms.ts";
import { X402Payments } from "./payments/x402-payments.ts";
import { Router } from "./routing/router.ts";
import { createApp } from "./server/app.ts";
import { Gate } from "./server/gate.ts";
import type { Log } from "./server/log.ts";
import { Metrics } from "./server/metrics.ts";
import { listen } from "./server/server.ts";
import { Upstream } from "./upstream/upstream.ts";

export interface Gateway {
  readonly url: string;
  /** Its address, as tills name it. */
  readonly address: Address;
  /** Takes no more calls, finishes those under way, and closes the books. @returns whether all calls ended in time */
  stop(): Promise<boolean>;
}

/** Which contracts the gateway is paid through. */
interface Place {
  readonly deployment: Deployment;
  readonly token: Address;
  readonly tillFactory: Address;
}

/** Added to the longest call: for the charge at its end. */
const CHARGE_SECONDS = 10;

/**
 * Starts a gateway.
 * @throws ConfigError for settings that can be mended; Error if the chain or a database does not answer, or other books are in use
 */
export async function startGateway(
  { config, warnings, folder }: Loaded,
  secrets: Secrets,
  environment: NodeJS.ProcessEnv,
  log: Log,
): Promise<Gateway> {
  for (const warning of warnings) log.warn({ event: "warning", warning });
  const keys = upstreamKeys(config, environment);
  const inFolder = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const place = await readPlace(inFolder(config.chain.deployment), config.token);
  const { chainId, addresses } = place.deployment;
  const rpcUrl = secrets.rpcUrl ?? config.chain.rpc;
  if (rpcUrl === undefined) throw new ConfigError("chain.rpc is not set, and neither is TRIBUTARY_RPC_URL");
  const { client, operator } = await connect(rpcUrl, chainId, secrets);
  const signers = await signersOf(secrets, chainId);
  const [{ address }] = signers;

  const { databaseUrl } = secrets;
  const books = await openBooks(
    databaseUrl === undefined ? { file: inFolder(config.books.file) } : { url: databaseUrl },
  );
  try {
    const recovered = await books.recover();
    if (recovered > 0) log.warn({ event: "recovered", charged: recovered });
    const payments = await X402Payments.connect({
      books,
      client,
      chainId,
      operator,
      signers,
      agentRegistries: [addresses.AgentRegistry, ...(config.payments.agentRegistries as Address[])],
      callSeconds: Math.ceil(Math.max(...config.models.map(({ upstream }) => upstream.totalSeconds)) + CHARGE_SECONDS),
      withdrawDelaySeconds: config.payments.withdrawDelaySeconds,
      permit2: config.payments.permit2,
    });
    const reader = new TermsReader(client, {
      modelRegistry: addresses.ModelRegistry,
      tillFactory: place.tillFactory,
      operatorStaking: addresses.OperatorStaking,
    });
    const catalogue = await Catalogue.read(config, { reader, gateway: address, token: place.token, log });
    const gate = new Gate(config.limits);
    const metrics = new Metrics(catalogue.listings, gate);
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
      obstacles: () => [...(gate.isClosed ? ["the gateway is stopping"] : []), ...catalogue.obstacles()],
      metricsToken: secrets.metricsToken,
    });
    const server = await listen(app, config);
    catalogue.start();
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
      stop: async () => {
        log.info({ event: "stopping", calls: gate.calls });
        server.stopAccepting();
        const isDone = await gate.close(config.limits.shutdownSeconds * 1000);
        await server.close();
        catalogue.stop();
        for (const upstream of upstreams.values()) upstream.close();
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

async function readPlace(file: string, symbol: string): Promise<Place> {
  let deployment: Deployment;
  try {
    deployment = parseDeployment(JSON.parse(await readFile(file, "utf8")), file);
  } catch (error) {
    throw new ConfigError(`chain.deployment: ${(error as Error).message}`);
  }
  const { addresses, paymentTokens } = deployment;
  if (symbol === "OPEN") return { deployment, token: addresses.OpenToken, tillFactory: addresses.TillFactory };
  const found = paymentTokens.find((each) => each.symbol === symbol);
  if (found === undefined) {
    const known = ["OPEN", ...paymentTokens.map((each) => each.symbol)].join(", ");
    throw new ConfigError(`token: ${symbol} is not a payment token of ${file}, which has ${known}`);
  }
  return { deployment, token: found.token, tillFactory: found.TillFactory };
}

async function connect(rpcUrl: string, chainId: number, { operator }: Secrets) {
  const transport = http(rpcUrl);
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const client: PublicClient = createPublicClient({ chain, transport, batch: { multicall: false } });
  let answered: number;
  try {
    answered = await client.getChainId();
  } catch {
    throw new ConfigError("the chain does not answer at chain.rpc (or TRIBUTARY_RPC_URL)");
  }
  if (answered !== chainId)
    throw new ConfigError(`the chain at chain.rpc is ${answered}; the deployment is on ${chainId}`);
  const account = privateKeyToAccount(operator, { nonceManager });
  return { client, operator: createWalletClient({ chain, transport, account }) };
}

async function signersOf({ signer, earlier }: Secrets, chainId: number): Promise<[GatewaySigner, ...GatewaySigner[]]> {
  const present = "key" in signer ? localSigner(signer.key, chainId) : await remoteSigner(signer, chainId);
  return [present, ...earlier.map((key) => localSigner(key, chainId))];
}
