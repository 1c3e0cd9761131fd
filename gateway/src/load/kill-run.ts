// Kills a whole gateway at random instants of a load by official clients, settles what it charged, and reconciles books, payers and chain.
import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { erc20Abi, type LocalAccount, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { deployer, developer } from "../../../deploy/testing/accounts.ts";
import { freePort } from "../../../deploy/testing/anvil.ts";
import { send } from "../../../deploy/testing/send.ts";
import { type BooksPlace, openBooks } from "../books/open.ts";
import { startPostgres } from "../testing/postgres.ts";
import { type SimulatedUpstream, startSimulatedUpstream } from "../testing/simulated-upstream.ts";
import { type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import { type Asking, Load } from "./attempts.ts";
import { openChannel } from "./channel.ts";
import { readEvidence } from "./evidence.ts";
import { MOST_WORDS } from "./expected.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { Payer } from "./payer.ts";
import { type Attempt, reconcile, undelivered } from "./reconcile.ts";
import { PayerWithdrawals } from "./withdrawals.ts";

export interface KillOptions {
  readonly kills: number;
  /** So many kills more at most, each of them soon after a stream began, while none has cut off a stream; none by default. */
  readonly untilCut?: number;
  readonly payers: number;
  /** Books in PostgreSQL, not in SQLite: in a server of the run's own. */
  readonly postgres?: boolean;
  /** A kill comes at an instant up to so long after the gateway was ready; of every fourth, after its process was started. */
  readonly mostMilliseconds?: number;
  /** After so many answered calls out of a channel its payer withdraws what is left of it on chain, and takes another. */
  readonly callsPerWithdrawal?: number;
  /** Told every kill with its instant, and what else takes its time. */
  readonly log: (line: string) => void;
}

export interface KillReport {
  readonly kills: number;
  /** Calls that were made; those that ended with a receipt, and those that were cut off in a stream's midst. */
  readonly calls: number;
  readonly answered: number;
  readonly cut: number;
  /** Charged, of whose answer nothing came: all by kills, or they are faults. */
  readonly undelivered: number;
  /** Calls that reached the upstream and that it failed, before the first byte: none of them was charged, or it is a fault. */
  readonly upstreamFailed: number;
  /** Calls without a receipt, by what their clients said. */
  readonly failures: Readonly<Record<string, number>>;
  /** Receipts in the books, and what they add up to, base units. */
  readonly receipts: number;
  readonly charged: string;
  /** Paid back on chain, and those of them whose payers were told so. */
  readonly refunds: number;
  readonly refundsAnswered: number;
  /** Announced by payers on chain, and those of them that were paid out: a refund may have left nothing. */
  readonly withdrawals: number;
  readonly withdrawalsPaid: number;
  /** Closed on chain. */
  readonly settlements: number;
  readonly faults: readonly string[];
}

/** Places of the gateway's and the facilitator's keys among the local chain's. */
const GATEWAY_KEY = 11;
const OPERATOR_KEY = 18;
const MODEL = "simulated";
/** Base units per 1,000 tokens; odd, so that charges are. */
const PRICES = { input: parseEther("3") + 1_000_003n, output: parseEther("15") + 7n } as const;
const MOST_PER_CALL = parseEther("2");
const PURSE = parseEther("10000");
const MOST_MILLISECONDS = 2_000;
/** Of so many kills one comes while the gateway starts. */
const STARTING = 4;
/** Of undisturbed load, at the end. */
const LAST_MILLISECONDS = 2_000;
/** Most that the load goes on for until one payer has withdrawn and one call was failed by the upstream. */
const LONGER_MILLISECONDS = 60_000;
/** Most that is waited for a stream, and how far into it a kill comes: its words are a few milliseconds apart. */
const STREAM_MILLISECONDS = 10_000;
const WORDS_MILLISECONDS = 20;
/** For refunds that a kill left on their way. */
const REFUND_MILLISECONDS = 3_000;
/** Each waits for a transaction: so many that kills come in their midst. */
const CALLS_PER_REFUND = 6;
const CALLS_PER_WITHDRAWAL = 8;
/** Most that claims of channels with a withdrawal may take, at the end. */
const CLAIM_MILLISECONDS = 30_000;

/**
 * Runs on a chain, an upstream and a folder of its own, which are gone when it resolves.
 * @throws Error if books are asked for in PostgreSQL, and none is installed
 */
export async function killRun(options: KillOptions): Promise<KillReport> {
  if (options.postgres !== true) return killWith(options, (folder) => ({ file: join(folder, "gateway.sqlite") }));
  options.log("starting a PostgreSQL server");
  const postgres = await startPostgres();
  if (postgres === undefined) throw new Error("no PostgreSQL server is installed: install Debian's package postgresql");
  try {
    const url = await postgres.database();
    return await killWith(options, () => ({ url }));
  } finally {
    await postgres.stop();
  }
}

async function killWith(options: KillOptions, placeIn: (folder: string) => BooksPlace): Promise<KillReport> {
  options.log("starting a chain with a registered model");
  const model = await startSoldModel();
  const upstream = await startSimulatedUpstream();
  try {
    await send(model.local, developer, model.protocol.addresses.ModelRegistry, modelRegistryAbi, "setPrice", [
      ...[model.version, PRICES.input, PRICES.output],
    ] as const);
    return await killAndReconcile(options, model, upstream, placeIn(model.folder));
  } finally {
    await upstream.close();
    await model.stop();
  }
}

async function killAndReconcile(
  options: KillOptions,
  model: SoldModel,
  upstream: SimulatedUpstream,
  place: BooksPlace,
): Promise<KillReport> {
  const { kills, untilCut, payers, log } = options;
  const { mostMilliseconds = MOST_MILLISECONDS, callsPerWithdrawal = CALLS_PER_WITHDRAWAL } = options;
  const gateway = await configure(model, upstream.url, place);
  const accounts = await fund(model, payers);
  gateway.start();
  await gateway.untilReady();
  const load = new Load({
    ...{ model: MODEL, mostTokens: MOST_WORDS, disruptions: () => gateway.disruptions },
    ...{ callsPerRefund: CALLS_PER_REFUND, callsPerWithdrawal },
  });
  const withdrawals = new PayerWithdrawals(model);
  for (const account of accounts) {
    await withdrawals.fund(account);
    load.add(askingOf(model, gateway, account, withdrawals), account.address);
  }
  const isCut = (): boolean => load.attempts.some(({ paid, received }) => paid === undefined && received !== "");
  let kill = 0;
  while (kill < kills || (untilCut !== undefined && !isCut() && kill < kills + untilCut)) {
    kill++;
    const isStarting = kill <= kills && kill % STARTING === 0;
    if (!isStarting) await gateway.untilReady();
    const began = performance.now();
    await sleep(randomInt(mostMilliseconds));
    if (kill > kills) {
      // The first streams after a start bring deposits, of which nothing is sent before their end.
      await sleep(mostMilliseconds);
      await untilStreaming(upstream);
    }
    const delay = Math.round(performance.now() - began);
    await gateway.kill();
    const since = isStarting ? "the start" : "it was ready";
    log(`kill ${kill}${kill > kills ? "" : ` of ${kills}`} at ${new Date().toISOString()}, ${delay} ms after ${since}`);
    gateway.start();
  }
  await gateway.untilReady();
  await sleep(LAST_MILLISECONDS);
  // On a busy machine few calls were answered by now.
  const isEnough = (): boolean => load.withdrawals > 0 && failedBy(upstream, load.attempts) > 0;
  for (const until = Date.now() + LONGER_MILLISECONDS; !isEnough() && Date.now() < until;)
    await sleep(LAST_MILLISECONDS);
  await load.stop();
  await sleep(REFUND_MILLISECONDS);
  const unclaimed = await withdrawals.untilClaimed(gateway.url, CLAIM_MILLISECONDS);
  const code = await gateway.stop();
  const stopped = code === 0 ? [] : [`the gateway that was asked to stop ended with ${code}`];
  // Before the rest is settled: what the gateway had not claimed by itself is lost to it.
  await withdrawals.take();
  log("settling the rest");
  await gateway.settle();
  const books = await openBooks(place, { readOnly: true });
  try {
    const evidence = await readEvidence(model, books, load.attempts, accounts, PURSE, PRICES);
    const { attempts, entries, settlements, refunds } = evidence;
    const standing = (await books.refunds()).map(({ channelId }) => `a refund of ${channelId} is still on its way`);
    return {
      ...{ kills: kill, calls: attempts.length, answered: attempts.filter(({ paid }) => paid !== undefined).length },
      cut: attempts.filter(({ paid, received }) => paid === undefined && received !== "").length,
      undelivered: undelivered(evidence),
      upstreamFailed: failedBy(upstream, attempts),
      failures: Object.fromEntries(load.failures),
      ...{ receipts: entries.length, refunds, refundsAnswered: load.refunds, settlements },
      ...{ withdrawals: load.withdrawals, withdrawalsPaid: evidence.withdrawals },
      charged: String(entries.reduce((sum, { receipt }) => sum + receipt.amount, 0n)),
      faults: [...stopped, ...unclaimed, ...(await books.audit()), ...standing, ...reconcile(evidence)],
    };
  } finally {
    await books.close();
  }
}

/** Resolves some words after the upstream was asked for its next stream, or after a while. */
async function untilStreaming({ requests }: SimulatedUpstream): Promise<void> {
  let seen = requests.length;
  for (const until = Date.now() + STREAM_MILLISECONDS; Date.now() < until; await sleep(1)) {
    while (seen < requests.length) if (requests[seen++]!.body["stream"] === true) return sleep(WORDS_MILLISECONDS);
  }
}

/** Calls that reached the upstream and that it failed. */
function failedBy({ requests }: SimulatedUpstream, attempts: readonly Attempt[]): number {
  const reached = new Set(requests.map(({ body }) => body["prompt"]));
  return attempts.filter(({ prompt, answer }) => answer === undefined && reached.has(prompt)).length;
}

async function configure(
  { local, protocol, version, folder }: SoldModel,
  url: string,
  place: BooksPlace,
): Promise<GatewayProcess> {
  const port = await freePort();
  const config = join(folder, "gateway.json");
  const settings = {
    chain: { rpc: local.rpcUrl, deployment: protocol.file, pollSeconds: 1 },
    listen: { port },
    models: [{ name: MODEL, version: Number(version), upstream: { url } }],
    payments: { withdrawDelaySeconds: 900 },
    // As often as it may, so that kills come at every step of it.
    settlement: { everySeconds: 1, lookSeconds: 1 },
    ...("file" in place ? { books: place } : {}),
    log: { level: "warn" },
  };
  writeFileSync(config, JSON.stringify(settings));
  const environment = {
    TRIBUTARY_GATEWAY_KEY: localPrivateKey(GATEWAY_KEY),
    TRIBUTARY_OPERATOR_KEY: localPrivateKey(OPERATOR_KEY),
    // Whatever the variable is here: the books are the run's own.
    DATABASE_URL: "url" in place ? place.url : undefined,
  };
  return new GatewayProcess({ config, port, environment, logFile: join(folder, "gateway.log") });
}

/** Payers of this run alone, with a purse each. */
async function fund({ local, protocol }: SoldModel, count: number): Promise<LocalAccount[]> {
  const accounts = Array.from({ length: count }, (_, i) => privateKeyToAccount(toHex(0x9a7e_0001 + i, { size: 32 })));
  for (const { address } of accounts)
    await send(local, deployer, protocol.addresses.OpenToken, erc20Abi, "transfer", [address, PURSE]);
  return accounts;
}

/** @returns what opens a client of the payer, with another channel after each withdrawal */
function askingOf(
  { local, protocol, till, version, chain, keys }: SoldModel,
  gateway: GatewayProcess,
  account: LocalAccount,
  withdrawals: PayerWithdrawals,
): () => Asking {
  const { chainId } = chain;
  const token = protocol.addresses.OpenToken;
  let number = 0;
  return () => {
    const salt = toHex(number, { size: 32 });
    const channel = openChannel({ account, reader: local.client, chainId, token, mostPerCall: MOST_PER_CALL, salt });
    const payer = new Payer({ url: gateway.url, chainId, till, version, gateway: keys.gateway.address }, channel);
    return {
      payer,
      refund: () => channel.refund(`${gateway.url}/refunds/${MODEL}`),
      withdraw: async () => {
        const { signed } = channel;
        const isAnnounced = signed !== undefined && (await withdrawals.announce(account, signed.channelId));
        if (isAnnounced) number++;
        return isAnnounced;
      },
    };
  };
}
