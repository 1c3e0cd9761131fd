// Pays what the epochs attributed and what the fees brought directly: by the command, in batches, and to stakers; the rest is left to wallets.
import type { Payment } from "../chain/payments.ts";
import type { Checks } from "./checks.ts";
import { claimAll } from "./claims.ts";
import { checkCommands } from "./command-checks.ts";
import { positionOwners, type Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import type { PayoutOpening } from "./engine-results.ts";
import { type LeftClaim, leaveClaims } from "./left-claims.ts";
import type { LocalChain } from "./local-chain.ts";
import type { RegisteredModel } from "./model.ts";
import { checkSolvency } from "./money.ts";
import type { PaidCall } from "./paid-calls.ts";
import { claimStakersPart } from "./staking.ts";
import type { Steps } from "./steps.ts";
import type { WorkFolder } from "./work-folder.ts";

export interface PayOut {
  readonly chain: LocalChain;
  readonly deployment: Deployment;
  readonly deploymentFile: string;
  readonly folder: WorkFolder;
  readonly datanets: Datanets;
  readonly model: RegisteredModel;
  /** Number of the pool of those who staked on the model. */
  readonly modelPool: bigint;
  readonly epochs: readonly bigint[];
  /** Of the payouts after the last epoch. */
  readonly openings: readonly PayoutOpening[];
  readonly calls: readonly PaidCall[];
  /** Address of the indexer's GraphQL. */
  readonly graphqlUrl: string;
  /** Contributors whose claims are left to their own wallets. */
  readonly unclaimed: number;
}

export interface PaidOut {
  readonly payments: readonly Payment[];
  readonly left: readonly LeftClaim[];
  readonly paidToStaker: bigint;
  /** What the vault still owes. */
  readonly unpaid: bigint;
}

export async function payOut(steps: Steps, checks: Checks, options: PayOut): Promise<PaidOut> {
  const { chain, deployment, datanets, model, openings, epochs } = options;
  await checkSolvency(checks, chain, deployment, model, "before claims");
  const owners = await positionOwners(chain, deployment);
  const [claimant] = datanets.contributions;
  const byCommand = await steps.stage("claim, explain, audit by command", () =>
    checkCommands(checks, {
      ...{ rpcUrl: chain.rpcUrl, deploymentFile: options.deploymentFile, openings },
      ...{ call: options.calls[0]!, claimant: claimant!, epoch: epochs.at(-1)! },
      ...{ indexerUrl: new URL("/", options.graphqlUrl).href, logs: options.folder.logs },
      bundles: options.folder.bundles,
    }),
  );
  const left = await leaveClaims(chain, deployment, {
    ...{ datanets, owners, openings, payments: byCommand, count: options.unclaimed },
  });
  const except = left.map(({ position }) => position);
  const batched = await steps.stage("claim, in batches", (stage) =>
    claimAll(chain, deployment, owners.length, openings, except, (done, total) => stage.update(done, total)),
  );
  const paidToStaker = await steps.wait("stakers' part, streamed", (tick) =>
    claimStakersPart(chain, deployment, options.modelPool, tick),
  );
  const unpaid = await checkSolvency(checks, chain, deployment, model, "after all claims");
  return { payments: [...byCommand, ...batched], left, paidToStaker, unpaid };
}
