// The main job: one epoch of the whole system on real data, from text to paid claims, on one machine.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Dashboard, startDashboard } from "@tributary/dashboard/start";
import { startIndexer, type Indexer } from "@tributary/indexer/start";
import { UserError } from "../errors.ts";
import type { GuardedProcess } from "../guarded-process.ts";
import { claimPort } from "../ports.ts";
import { createProgress, type Progress } from "../progress.ts";
import { checkAttributions } from "./attribution-check.ts";
import { buildContracts } from "./build.ts";
import { Checks } from "./checks.ts";
import type { Payment } from "../chain/payments.ts";
import { claimAll } from "./claims.ts";
import { readCorpus, recordCount, type Corpus } from "./corpus-file.ts";
import { collectLicenceIncome, contributeCorpus, keepContent, positionOwners, type Datanets } from "./datanets.ts";
import { deployProtocol, type Deployment, type HandOverStatement } from "./deployment.ts";
import type { JudgedLie } from "./ended-lies.ts";
import type {
  CorpusResult,
  ExplainedCall,
  IndexResult,
  LeaveOutResult,
  MeasureResult,
  SketchesResult,
  SpansResult,
  TrainResult,
} from "./engine-results.ts";
import { settleEpochs } from "./epochs.ts";
import { keepAnswers } from "./kept-answers.ts";
import { type LeftClaim, leaveClaims } from "./left-claims.ts";
import { startLocalChain, type LocalChain } from "./local-chain.ts";
import { fundProposer, registerModel } from "./model.ts";
import { checkCommands } from "./command-checks.ts";
import { checkCopy } from "./copy-checks.ts";
import { checkIndexer } from "./indexer-check.ts";
import { checkOpenings } from "./openings-check.ts";
import { checkBooks, checkReceipts, checkSolvency, checkSplits, licenceRemainder, supplyOf } from "./money.ts";
import type { PaidCall } from "./paid-calls.ts";
import { checkQuality } from "./quality.ts";
import { serveCalls } from "./serve-calls.ts";
import { advanceSettlements, waitForRoomInEpoch, type ClosedSettlement } from "./settlement.ts";
import { contributeAndProveCopy, type RejectedCopy } from "./simulated-copier.ts";
import type { Dishonesty } from "./simulated-liar.ts";
import { claimStakersPart, stakeAttributors, stakeOnModel } from "./staking.ts";
import { Steps } from "./steps.ts";
import { openWorkFolder, type WorkFolder } from "./work-folder.ts";

export interface StartOptions {
  workDir: string;
  rpcPort: number;
  graphqlPort: number;
  gatewayPort: number;
  /** Undefined: no dashboard is served. */
  dashboardPort: number | undefined;
  /** Training records, spread evenly over the texts. */
  records: number;
  calls: number;
  /** Speakers left out by the check that retrains. */
  leaveOut: number;
  /** Contributors whose claims are left to their own wallets. */
  unclaimed: number;
  /** Wrong results that a SIMULATED dishonest proposer proposes first, if any. */
  dishonesty: Dishonesty | undefined;
  /** Whether a watcher looks for them. */
  isWatched: boolean;
}

/** Everything that the report is made of. */
export interface Outcome {
  ok: boolean;
  seconds: number;
  corpus: Corpus;
  training: TrainResult;
  index: IndexResult;
  datanets: Datanets;
  copy: RejectedCopy;
  /** What the SIMULATED dishonest proposer proposed, and what became of it. */
  dishonesty: (Dishonesty & { lies: readonly JudgedLie[] }) | undefined;
  deployment: Deployment;
  calls: readonly PaidCall[];
  settlements: readonly ClosedSettlement[];
  epochs: readonly bigint[];
  explained: readonly ExplainedCall[];
  payments: readonly Payment[];
  left: readonly LeftClaim[];
  /** Out of the treasury's part of the fees. */
  proposerFees: bigint;
  /** What of the fees has reached those it was due to, the gateway included. */
  paidOfFees: bigint;
  /** What of the fees is still owed: licence income that is left to contributors is no part of it. */
  unpaid: bigint;
  measure: MeasureResult;
  leaveOut: LeaveOutResult;
  checks: Checks;
  /** Folder of the published bundles. */
  bundles: string;
  graphqlUrl: string;
  /** Where the dashboard is served, if it is. */
  dashboardUrl: string | undefined;
  /** Base address of the gateway. */
  gatewayUrl: string;
  rpcUrl: string;
}

export interface RunningSystem {
  outcome: Outcome;
  /** Ends the servers. */
  stop(): Promise<void>;
}

/** Time in which several lies are proposed and what is withheld of them is demanded, also where the machine has much else to do. */
const WINDOW_OF_LIES = { challengeWindowSeconds: 60 };
/** Time that both settlements need from closing to committed sketches, generously: they should share an epoch. */
const SECONDS_FOR_SETTLEMENTS = 8;
/** Within which it is known that a server has ended. */
const SERVER_END_MILLISECONDS = 1_000;

/** Runs the main job and leaves chain and indexer running; throws a UserError if a step fails. */
export async function runMainJob(options: StartOptions): Promise<RunningSystem> {
  const job = new MainJob(options);
  try {
    return { outcome: await Promise.race([job.run(), job.serverEnded]), stop: () => job.stop() };
  } catch (error) {
    const cause = await job.causeOf(error);
    await job.stop();
    throw cause;
  }
}

class MainJob {
  readonly #options: StartOptions;
  readonly #progress: Progress = createProgress();
  readonly #abort = new AbortController();
  readonly #started = Date.now();
  /** Rejects if the chain or the indexer ends by itself. */
  readonly serverEnded: Promise<never>;
  #fail!: (error: UserError) => void;
  #isStopping = false;
  #folder!: WorkFolder;
  #steps!: Steps;
  #chain: LocalChain | undefined;
  #indexer: Indexer | undefined;
  #dashboard: Dashboard | undefined;
  /** The model's server and the gateway, in the order of their starts. */
  readonly #servers: GuardedProcess[] = [];

  constructor(options: StartOptions) {
    this.#options = options;
    this.serverEnded = new Promise((_, reject) => (this.#fail = reject));
    // Where nobody waits any more, nobody is told.
    this.serverEnded.catch(() => undefined);
  }

  /** Ends the wait for whatever the job is doing when a server that it needs is gone. */
  #watch(what: string, exited: Promise<number>, logTail: () => string): void {
    void exited.then((code) => {
      if (!this.#isStopping)
        this.#fail(new UserError(`${what} ended with code ${code}; start again. Its last lines:\n${logTail()}`, 1));
    });
  }

  /** A step that fails because a server is gone may say so before the server's end is known, which is what the user is to be told. */
  async causeOf(error: unknown): Promise<unknown> {
    const serverEnd = this.serverEnded.catch((reason: unknown) => reason);
    return Promise.race([serverEnd, sleep(SERVER_END_MILLISECONDS, error)]);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#abort.abort();
    this.#progress.close();
    await this.#dashboard?.stop();
    for (const server of this.#servers.toReversed()) await server.stop();
    await this.#indexer?.stop();
    await this.#chain?.process.stop();
  }

  async run(): Promise<Outcome> {
    const rpcPort = await claimPort(this.#options.rpcPort, "the local chain", "--rpc-port");
    const graphqlPort = await claimPort(this.#options.graphqlPort, "the GraphQL API", "--graphql-port");
    const gatewayPort = await claimPort(this.#options.gatewayPort, "the gateway", "--gateway-port");
    const { dashboardPort: wantedPort } = this.#options;
    const dashboardPort =
      wantedPort === undefined ? undefined : await claimPort(wantedPort, "the dashboard", "--dashboard-port");
    this.#folder = openWorkFolder(this.#options.workDir);
    this.#steps = new Steps(this.#progress, this.#folder, this.#abort.signal);
    const checks = new Checks();

    const corpusResult = await this.#steps.engine<CorpusResult>(
      "corpus",
      "cut texts to records",
      ["--records", String(this.#options.records)],
      (r) => `${r.records} records, ${r.heldOut} held out`,
    );
    const corpus = readCorpus(corpusResult.file);

    // Training needs no chain and the contributions need no model: both at once. If one fails, stopping the job ends the other.
    const [training, onChain] = await Promise.all([
      this.#train(),
      this.#contribute(corpus, rpcPort, graphqlPort),
      this.#indexSpans(),
    ]);
    const { chain, deployment, deploymentFile, datanets, copy, supply } = onChain;
    checkHandOver(checks, onChain.statements);

    const model = await registerModel(chain, deployment, datanets, training.weightsHash);
    const modelPool = await stakeOnModel(chain, deployment, model);
    await collectLicenceIncome(chain, deployment, datanets);
    const chainArgs = ["--rpc", chain.rpcUrl, "--deployment", deploymentFile, "--version", String(model.version)];
    const index = await this.#steps.engine<IndexResult>(
      "index",
      "attribution index, committed on chain",
      chainArgs,
      (r) => `root ${r.root.hash.slice(0, 10)}…, ${r.copies} copies`,
      "developer",
    );
    const leaveOut = this.#background(this.#leaveOut());
    const { calls, settlements, gatewayUrl } = await serveCalls({
      ...{ steps: this.#steps, checks, chain, deployment, deploymentFile, model, folder: this.#folder, corpus },
      ...{ calls: this.#options.calls, gatewayPort },
      watch: (what, server) => {
        this.#servers.push(server);
        this.#watch(what, server.exited, () => server.logTail());
      },
    });
    keepAnswers(this.#folder.answers, calls);
    await this.#attest(chain, deployment, settlements, chainArgs);
    checkSplits(checks, settlements);

    await fundProposer(chain, deployment);
    const epochs = await this.#steps.wait("sketch windows, then groups", (tick) =>
      advanceSettlements(
        chain,
        deployment,
        settlements.map(({ id }) => id),
        tick,
      ),
    );
    const { explained, openings, proposerFees, lies } = await settleEpochs(this.#steps, checks, {
      ...{ chain, deployment, deploymentFile, datanets, epochs, chainArgs, folder: this.#folder },
      dishonesty: this.#options.dishonesty,
      isWatched: this.#options.isWatched,
    });

    await checkAttributions(checks, gatewayUrl, calls, explained);
    await checkSolvency(checks, chain, deployment, model, "before claims");
    const owners = await positionOwners(chain, deployment);
    const [claimant] = datanets.contributions;
    const byCommand = await this.#steps.stage("claim, explain, audit by command", () =>
      checkCommands(checks, {
        ...{ rpcUrl: chain.rpcUrl, deploymentFile, openings, call: calls[0]!, claimant: claimant! },
        ...{ indexerUrl: new URL("/", this.#runningIndexer().graphqlUrl).href, logs: this.#folder.logs },
        ...{ bundles: join(this.#folder.engine, "bundles"), epoch: epochs.at(-1)! },
      }),
    );
    const left = await leaveClaims(chain, deployment, {
      ...{ datanets, owners, openings, payments: byCommand, count: this.#options.unclaimed },
    });
    const except = left.map(({ position }) => position);
    const batched = await this.#steps.stage("claim, in batches", (stage) =>
      claimAll(chain, deployment, owners.length, openings, except, (done, total) => stage.update(done, total)),
    );
    const payments = [...byCommand, ...batched];
    const paidToStaker = await this.#steps.wait("stakers' part, streamed", (tick) =>
      claimStakersPart(chain, deployment, modelPool, tick),
    );
    const unpaid = await checkSolvency(checks, chain, deployment, model, "after all claims");
    const measure = await this.#steps.engine<MeasureResult>(
      "measure",
      "compare with chance, BM25, gradient dot",
      chainArgs,
      (r) => `own speaker ${(100 * r.speakerShare).toFixed(1)} %`,
    );
    const leaveOutResult = await leaveOut;
    await this.#steps.engine(
      "publish-quality",
      "sign and publish the measured quality",
      chainArgs,
      () => "beside the index",
      "developer",
    );
    // Licence fees are shared per record; what does not divide stays in the registry for the next fee.
    const licencesAccrued =
      datanets.licenceFee * BigInt(datanets.ids.length) - (await licenceRemainder(chain, deployment));
    const paidOfFees = checkBooks(checks, {
      ...{ calls, settlements, payments, left, paidToStaker, proposerFees, unpaid, openings, licencesAccrued },
    });
    const missingSupply = supply - (await supplyOf(chain, deployment));
    const burnedBonds = lies.reduce((sum, { ending }) => sum + (ending?.burned ?? 0n), 0n);
    await checkCopy(checks, chain, deployment, copy, { datanets, model, missingSupply, burnedBonds });
    await checkReceipts(checks, calls, deployment.chainId);
    checkQuality(checks, corpus, calls.length, training, measure, leaveOutResult);
    await checkIndexer(checks, this.#runningIndexer(), {
      ...{
        block: await chain.client.getBlockNumber(),
        payments,
        calls: calls.length,
        copy,
        paidToStaker,
        proposerFees,
      },
    });
    const { url } = this.#runningIndexer();
    const { version } = model;
    const served = { url, openings, payments, calls, corpus, datanets, version, leaveOut: leaveOutResult, explained };
    await checkOpenings(checks, chain, deployment, served);
    const dashboardUrl = await this.#serveDashboard(dashboardPort, deploymentFile, { chain, gatewayUrl });
    this.#progress.close();
    return {
      ok: checks.ok,
      seconds: Math.round((Date.now() - this.#started) / 100) / 10,
      ...{
        corpus,
        training,
        index,
        datanets,
        copy,
        deployment,
        calls,
        settlements,
        epochs,
        explained,
        payments,
        left,
        proposerFees,
        unpaid: left.reduce((sum, claim) => sum - claim.accrued, unpaid),
        measure,
        checks,
      },
      dishonesty: this.#options.dishonesty && { ...this.#options.dishonesty, lies },
      leaveOut: leaveOutResult,
      paidOfFees,
      bundles: join(this.#folder.engine, "bundles"),
      graphqlUrl: this.#runningIndexer().graphqlUrl,
      dashboardUrl,
      gatewayUrl,
      rpcUrl: chain.rpcUrl,
    };
  }

  /** @returns its address, if it is wanted */
  async #serveDashboard(
    port: number | undefined,
    deployment: string,
    { chain, gatewayUrl }: { chain: LocalChain; gatewayUrl: string },
  ): Promise<string | undefined> {
    if (port === undefined) return undefined;
    const { url: indexerUrl } = this.#runningIndexer();
    const { answers } = this.#folder;
    this.#dashboard = await this.#steps.stage("build and serve the dashboard", () =>
      startDashboard({ port, rpcUrl: chain.rpcUrl, indexerUrl, gatewayUrl, deployment, answers }),
    );
    return this.#dashboard.url;
  }

  #indexSpans(): Promise<SpansResult> {
    return this.#steps.engine<SpansResult>(
      "index-spans",
      "index the records' spans",
      [],
      (r) => `${r.tokens} tokens, ${r.bytesPerToken} bytes each`,
    );
  }

  async #train(): Promise<TrainResult> {
    const training = await this.#steps.engine<TrainResult>(
      "train",
      "train the adapter",
      [],
      (r) => `perplexity ${r.basePerplexity.toFixed(1)} → ${r.perplexity.toFixed(1)}`,
    );
    await this.#steps.engine(
      "sketch-records",
      "sketch every record",
      [],
      (r: { bytesPerRecord: number }) => `${r.bytesPerRecord} bytes each`,
    );
    return training;
  }

  async #contribute(corpus: Corpus, rpcPort: number, graphqlPort: number) {
    const log = (name: string): string => join(this.#folder.logs, name);
    await this.#steps.stage("build the contracts", () => buildContracts(log("build.log")));
    const chain = await startLocalChain(rpcPort, this.#folder.logs);
    this.#chain = chain;
    this.#watch("the local chain", chain.process.exited, () => chain.process.logTail());
    const { deployment, file, statements } = await this.#steps.stage("deploy the protocol", () =>
      deployProtocol({
        rpcUrl: chain.rpcUrl,
        stateFolder: this.#folder.deployment,
        logFile: log("deploy.log"),
        parameters: this.#options.dishonesty === undefined ? {} : WINDOW_OF_LIES,
      }),
    );
    const supply = await supplyOf(chain, deployment);
    this.#indexer = await this.#steps.stage("start the indexer", () =>
      startIndexer({
        rpcUrl: chain.rpcUrl,
        deployment: file,
        databaseDirectory: this.#folder.indexer,
        port: graphqlPort,
        bundles: [join(this.#folder.engine, "bundles")],
        content: this.#folder.content,
      }),
    );
    const { exited, logFile } = this.#indexer;
    this.#watch("the indexer", exited, () => `(in ${logFile})`);
    const datanets = await this.#steps.stage(
      `${recordCount(corpus)} records from ${corpus.datanets.flatMap((d) => d.contributors).length} contributors`,
      (stage) => contributeCorpus(chain, deployment, corpus, (done, total) => stage.update(done, total)),
    );
    keepContent(this.#folder.content, corpus, datanets);
    writeFileSync(join(this.#folder.engine, "layout.json"), JSON.stringify(layoutOf(datanets)));
    const copy = await this.#steps.stage(
      "SIMULATED copier, proven and slashed",
      () => contributeAndProveCopy(chain, deployment, corpus, datanets),
      ({ records, proofBytes }) => `${records} records rejected by ${proofBytes} bytes of openings`,
    );
    await this.#steps.stage("the attributors stake", () => stakeAttributors(chain, deployment));
    return { chain, deployment, deploymentFile: file, datanets, copy, statements, supply };
  }

  /** Attributors sketch the calls of the settlements, sign, and commit. */
  async #attest(
    chain: LocalChain,
    deployment: Deployment,
    settlements: readonly ClosedSettlement[],
    chainArgs: readonly string[],
  ): Promise<void> {
    const argsOf = ({ id }: ClosedSettlement): string[] => [...chainArgs, "--settlement", String(id)];
    for (const settlement of settlements) {
      await this.#steps.engine(
        "sketch-calls",
        `sketch the calls of settlement ${settlement.id}`,
        argsOf(settlement),
        (r: SketchesResult) => `${r.root.sum} sketches, signed`,
        "attributorA",
      );
      await this.#steps.engine(
        "attest",
        "second attributor sketches too",
        // Another number of workers: it must not matter.
        [...argsOf(settlement), "--workers", "1"],
        () => "same bytes, signed",
        "attributorB",
      );
    }
    await this.#steps.wait("room in an epoch for both", (tick) =>
      waitForRoomInEpoch(chain, deployment, SECONDS_FOR_SETTLEMENTS, tick),
    );
    for (const settlement of settlements) {
      await this.#steps.engine(
        "commit-sketches",
        `commit the sketches of settlement ${settlement.id}`,
        argsOf(settlement),
        () => "quorum reached",
        "attributorA",
      );
    }
  }

  async #leaveOut(): Promise<LeaveOutResult> {
    return this.#steps.engine<LeaveOutResult>(
      "leave-out",
      `retrain without each of ${this.#options.leaveOut} speakers`,
      ["--contributors", String(this.#options.leaveOut)],
      (r) => `rank correlation ${r.correlation.toFixed(2)}`,
    );
  }

  #runningIndexer(): Indexer {
    if (this.#indexer === undefined) throw new Error("the indexer was not started");
    return this.#indexer;
  }

  /** Lets work go on beside the rest; its error is thrown where it is awaited. */
  #background<Result>(work: Promise<Result>): Promise<Result> {
    work.catch(() => undefined);
    return work;
  }
}

/** What the deploy command proved of the hand-over, as one check. */
function checkHandOver(checks: Checks, statements: readonly HandOverStatement[]): void {
  const broken = statements.filter(({ holds }) => !holds);
  checks.add(
    "the deployer handed the protocol over, as the chain proves",
    statements.length > 0 && broken.length === 0,
    broken.length === 0
      ? `${statements.length} statements hold`
      : broken.map(({ subject, claim }) => `${subject} ${claim}`).join("; "),
  );
}

/** Which contribution stands at which places of the index, for the engine. */
function layoutOf(datanets: Datanets): object {
  return {
    contributions: datanets.contributions.map(({ id, firstPlace, records }) => ({
      id: String(id),
      firstPlace,
      records,
    })),
  };
}
