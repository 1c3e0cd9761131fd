// The main job: one epoch of the whole system on real data, from text to paid claims, on one machine.
import { startDashboard } from "@tributary/dashboard/start";
import type { Indexer } from "@tributary/indexer/start";
import { claimPort } from "../ports.ts";
import { createProgress, type Progress } from "../progress.ts";
import { attest } from "./attest.ts";
import { checkAttributions } from "./attribution-check.ts";
import { checkHandOver, type OnChain, setUpChain } from "./chain-set-up.ts";
import { Checks } from "./checks.ts";
import { collectLicenceIncome } from "./datanets.ts";
import {
  commitIndex,
  cutTexts,
  indexSpans,
  leaveOut,
  measure,
  publishQuality,
  trainAndSketch,
} from "./engine-steps.ts";
import { settleEpochs } from "./epochs.ts";
import { checkAll } from "./final-checks.ts";
import { keepAnswers } from "./kept-answers.ts";
import { fundProposer, registerModel } from "./model.ts";
import { checkSplits } from "./money.ts";
import type { Outcome } from "./outcome.ts";
import { payOut } from "./pay-out.ts";
import { serveCalls } from "./serve-calls.ts";
import { Servers } from "./servers.ts";
import { advanceSettlements } from "./settlement.ts";
import type { Dishonesty } from "./simulated-liar.ts";
import { stakeOnModel } from "./staking.ts";
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

export interface RunningSystem {
  outcome: Outcome;
  /** Ends the servers. */
  stop(): Promise<void>;
}

/** Runs the main job and leaves chain and indexer running; throws a UserError if a step fails. */
export async function runMainJob(options: StartOptions): Promise<RunningSystem> {
  const job = new MainJob(options);
  try {
    return { outcome: await Promise.race([job.run(), job.servers.ended]), stop: () => job.stop() };
  } catch (error) {
    const cause = await job.servers.causeOf(error);
    await job.stop();
    throw cause;
  }
}

class MainJob {
  readonly #options: StartOptions;
  readonly #progress: Progress = createProgress();
  readonly #abort = new AbortController();
  readonly #started = Date.now();
  readonly servers = new Servers(this.#abort.signal);

  constructor(options: StartOptions) {
    this.#options = options;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#progress.close();
    await this.servers.stop();
  }

  async run(): Promise<Outcome> {
    const options = this.#options;
    const ports = await claimPorts(options);
    const folder = openWorkFolder(options.workDir);
    const steps = new Steps(this.#progress, folder, this.#abort.signal);
    const checks = new Checks();
    const { servers } = this;

    const corpus = await cutTexts(steps, options.records);
    // Training needs no chain and the contributions need no model: both at once. If one fails, stopping the job ends the other.
    const hasLies = options.dishonesty !== undefined;
    const [training, onChain] = await Promise.all([
      trainAndSketch(steps),
      setUpChain({ steps, servers, folder, corpus, rpcPort: ports.rpc, graphqlPort: ports.graphql, hasLies }),
      indexSpans(steps),
    ]);
    const { chain, indexer, deployment, deploymentFile, datanets } = onChain;
    checkHandOver(checks, onChain.statements);

    const model = await registerModel(chain, deployment, datanets, training.weightsHash);
    const modelPool = await stakeOnModel(chain, deployment, model);
    await collectLicenceIncome(chain, deployment, datanets);
    const chainArgs = ["--rpc", chain.rpcUrl, "--deployment", deploymentFile];
    const versionArgs = [...chainArgs, "--version", String(model.version)];
    const index = await commitIndex(steps, versionArgs);
    const leavingOut = inBackground(leaveOut(steps, options.leaveOut));

    const { calls, settlements, gatewayUrl } = await serveCalls({
      ...{ steps, checks, chain, deployment, deploymentFile, model, folder, corpus },
      ...{ calls: options.calls, gatewayPort: ports.gateway, servers },
    });
    keepAnswers(folder.answers, calls);
    await attest(steps, { chain, deployment, settlements, versionArgs });
    checkSplits(checks, settlements);

    await fundProposer(chain, deployment);
    const ids = settlements.map(({ id }) => id);
    const epochs = await steps.wait("sketch windows, then groups", (tick) =>
      advanceSettlements(chain, deployment, ids, tick),
    );
    const settled = await settleEpochs(steps, checks, {
      ...{ chain, deployment, deploymentFile, datanets, epochs, chainArgs, folder },
      ...{ dishonesty: options.dishonesty, isWatched: options.isWatched },
    });
    await checkAttributions(checks, gatewayUrl, calls, settled.explained);

    const paidOut = await payOut(steps, checks, {
      ...{ chain, deployment, deploymentFile, folder, datanets, model, modelPool, epochs, calls },
      ...{ openings: settled.openings, graphqlUrl: indexer.graphqlUrl, unclaimed: options.unclaimed },
    });
    const measured = await measure(steps, chainArgs);
    const leftOut = await leavingOut;
    await publishQuality(steps, chainArgs);
    const paidOfFees = await checkAll(checks, indexer, {
      ...{ corpus, training, onChain, model, index, calls, settlements, settled, paidOut },
      ...{ measure: measured, leaveOut: leftOut },
    });
    const dashboardUrl = await this.#serveDashboard(steps, folder, ports.dashboard, { onChain, indexer, gatewayUrl });
    this.#progress.close();
    return {
      ok: checks.ok,
      seconds: Math.round((Date.now() - this.#started) / 100) / 10,
      ...{ corpus, training, index, datanets, copy: onChain.copy, deployment, calls, settlements, epochs },
      dishonesty: options.dishonesty && { ...options.dishonesty, lies: settled.lies },
      ...{ explained: settled.explained, proposerFees: settled.proposerFees },
      ...{ payments: paidOut.payments, left: paidOut.left, paidOfFees },
      unpaid: paidOut.left.reduce((sum, claim) => sum - claim.accrued, paidOut.unpaid),
      ...{ measure: measured, leaveOut: leftOut, checks, bundles: folder.bundles },
      ...{ graphqlUrl: indexer.graphqlUrl, dashboardUrl, gatewayUrl, rpcUrl: chain.rpcUrl },
    };
  }

  /** @returns its address, if it is wanted */
  async #serveDashboard(
    steps: Steps,
    { answers }: WorkFolder,
    port: number | undefined,
    { onChain, indexer, gatewayUrl }: { onChain: OnChain; indexer: Indexer; gatewayUrl: string },
  ): Promise<string | undefined> {
    if (port === undefined) return undefined;
    const { chain, deploymentFile: deployment } = onChain;
    const dashboard = await steps.stage("build and serve the dashboard", () =>
      startDashboard({ port, rpcUrl: chain.rpcUrl, indexerUrl: indexer.url, gatewayUrl, deployment, answers }),
    );
    this.servers.add(dashboard);
    return dashboard.url;
  }
}

/** @throws UserError that names the option of a port that is in use */
async function claimPorts({ rpcPort, graphqlPort, gatewayPort, dashboardPort }: StartOptions) {
  return {
    rpc: await claimPort(rpcPort, "the local chain", "--rpc-port"),
    graphql: await claimPort(graphqlPort, "the GraphQL API", "--graphql-port"),
    gateway: await claimPort(gatewayPort, "the gateway", "--gateway-port"),
    dashboard:
      dashboardPort === undefined ? undefined : await claimPort(dashboardPort, "the dashboard", "--dashboard-port"),
  };
}

/** Lets work go on beside the rest; its error is thrown where it is awaited. */
function inBackground<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => undefined);
  return work;
}
