// Puts on a local chain what a model is registered with: the protocol, an indexer beside it, all contributions, a copy that is rejected, and staked attributors.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startIndexer, type Indexer } from "@tributary/indexer/start";
import { buildContracts } from "./build.ts";
import type { Checks } from "./checks.ts";
import { recordCount, type Corpus } from "./corpus-file.ts";
import { contributeCorpus, keepContent, type Datanets } from "./datanets.ts";
import { deployProtocol, type Deployment, type HandOverStatement } from "./deployment.ts";
import { startLocalChain, type LocalChain } from "./local-chain.ts";
import { supplyOf } from "./money.ts";
import type { Servers } from "./servers.ts";
import { contributeAndProveCopy, type RejectedCopy } from "./simulated-copier.ts";
import { stakeAttributors } from "./staking.ts";
import type { Steps } from "./steps.ts";
import type { WorkFolder } from "./work-folder.ts";

/** Time in which several lies are proposed and what is withheld of them is demanded, also where the machine has much else to do. */
const LEAST_WINDOW_OF_LIES_SECONDS = 30;
/** A watcher that rebuilds an epoch of more records needs longer. */
const RECORDS_PER_FURTHER_SECOND = 200;

export interface ChainSetUp {
  readonly steps: Steps;
  readonly servers: Servers;
  readonly folder: WorkFolder;
  readonly corpus: Corpus;
  readonly rpcPort: number;
  readonly graphqlPort: number;
  /** Whether wrong results are to be proposed. */
  readonly hasLies: boolean;
}

export interface OnChain {
  readonly chain: LocalChain;
  readonly indexer: Indexer;
  readonly deployment: Deployment;
  readonly deploymentFile: string;
  readonly datanets: Datanets;
  readonly copy: RejectedCopy;
  /** What the deploy command proved of the hand-over. */
  readonly statements: readonly HandOverStatement[];
  /** Of OPEN, before anything was burned. */
  readonly supply: bigint;
}

export async function setUpChain(options: ChainSetUp): Promise<OnChain> {
  const { steps, servers, folder, corpus } = options;
  const log = (name: string): string => join(folder.logs, name);
  await steps.stage("build the contracts", () => buildContracts(log("build.log")));
  const chain = await startLocalChain(options.rpcPort, folder.logs);
  servers.watch("the local chain", chain.process);
  const { deployment, file, statements } = await steps.stage("deploy the protocol", () =>
    deployProtocol({
      rpcUrl: chain.rpcUrl,
      stateFolder: folder.deployment,
      logFile: log("deploy.log"),
      parameters: options.hasLies ? windowOfLies(recordCount(corpus)) : {},
    }),
  );
  const supply = await supplyOf(chain, deployment);
  const indexer = await steps.stage("start the indexer", () =>
    startIndexer({
      rpcUrl: chain.rpcUrl,
      deployment: file,
      databaseDirectory: folder.indexer,
      port: options.graphqlPort,
      bundles: [folder.bundles],
      content: folder.content,
    }),
  );
  const { exited, logFile } = indexer;
  servers.watch("the indexer", { exited, stop: () => indexer.stop(), logTail: () => `(in ${logFile})` });
  const datanets = await steps.stage(
    `${recordCount(corpus)} records from ${corpus.datanets.flatMap((d) => d.contributors).length} contributors`,
    (stage) => contributeCorpus(chain, deployment, corpus, (done, total) => stage.update(done, total)),
  );
  await keepContent(folder.content, corpus, datanets);
  writeFileSync(join(folder.engine, "layout.json"), JSON.stringify(layoutOf(datanets)));
  const copy = await steps.stage(
    "SIMULATED copier, proven and slashed",
    () => contributeAndProveCopy(chain, deployment, corpus, datanets),
    ({ records, proofBytes }) => `${records} records rejected by ${proofBytes} bytes of openings`,
  );
  await steps.stage("the attributors stake", () => stakeAttributors(chain, deployment));
  return { chain, indexer, deployment, deploymentFile: file, datanets, copy, statements, supply };
}

/** What the deploy command proved of the hand-over, as one check. */
export function checkHandOver(checks: Checks, statements: readonly HandOverStatement[]): void {
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

function windowOfLies(records: number): { challengeWindowSeconds: number } {
  return {
    challengeWindowSeconds: LEAST_WINDOW_OF_LIES_SECONDS + Math.ceil(records / RECORDS_PER_FURTHER_SECOND),
  };
}
