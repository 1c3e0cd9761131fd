// Attributes, proposes, watches and finalises the epochs of a run; a SIMULATED dishonest proposer may come first.
import { UserError } from "../errors.ts";
import { roleAccount } from "./accounts.ts";
import type { Checks } from "./checks.ts";
import type { Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import { checkEndings, FINALIZED, type JudgedLie, judgeLies, statusOf } from "./ended-lies.ts";
import type { AuditResult, EpochResult, ExplainedCall, PayoutOpening } from "./engine-results.ts";
import type { LocalChain } from "./local-chain.ts";
import { balanceOf } from "./money.ts";
import { finalizeEpoch, findHonestProposal, waitForEpochEnd } from "./settlement.ts";
import { type Dishonesty, liesFolder, type ProposedLie, proposeLies } from "./simulated-liar.ts";
import type { Steps } from "./steps.ts";
import { fundWatcher, watchOnce, type Watched } from "./watcher.ts";
import type { WorkFolder } from "./work-folder.ts";

/** What the epochs of a run are settled with. */
export interface EpochsContext {
  chain: LocalChain;
  deployment: Deployment;
  deploymentFile: string;
  datanets: Datanets;
  epochs: readonly bigint[];
  /** `--rpc` and `--deployment` for the engine's stages. */
  chainArgs: readonly string[];
  folder: WorkFolder;
  /** Wrong results that are proposed for the first of the epochs, if any. */
  dishonesty: Dishonesty | undefined;
  /** Whether a watcher looks at what is proposed. */
  isWatched: boolean;
}

export interface SettledEpochs {
  explained: ExplainedCall[];
  /** Of the payouts after the last epoch. */
  openings: PayoutOpening[];
  proposerFees: bigint;
  lies: JudgedLie[];
}

/** Settles the epochs one after the other. */
export async function settleEpochs(steps: Steps, checks: Checks, context: EpochsContext): Promise<SettledEpochs> {
  const settled: SettledEpochs = { explained: [], openings: [], proposerFees: 0n, lies: [] };
  await fundWatcher(context.chain, context.deployment);
  for (const epoch of context.epochs) {
    const dishonesty = epoch === context.epochs[0] ? context.dishonesty : undefined;
    const args = [...context.chainArgs, "--epoch", String(epoch)];
    const { proposerFee, lies } = await settleEpoch(steps, checks, { ...context, dishonesty }, epoch, args);
    settled.proposerFees += proposerFee;
    settled.lies.push(...lies);
    const { calls } = await steps.engine<{ calls: ExplainedCall[] }>(
      "explain",
      `trace payments of epoch ${epoch}`,
      args,
      (r) => `${r.calls.length} calls`,
    );
    settled.explained.push(...calls);
    const { openings } = await steps.engine<{ openings: PayoutOpening[] }>(
      "claims",
      "openings for the claims",
      args,
      (r) => `${r.openings.length} positions`,
    );
    settled.openings = openings;
  }
  return settled;
}

async function settleEpoch(
  steps: Steps,
  checks: Checks,
  context: EpochsContext,
  epoch: bigint,
  args: readonly string[],
): Promise<{ proposerFee: bigint; lies: JudgedLie[] }> {
  const { chain, deployment } = context;
  await steps.wait(`end of epoch ${epoch}`, (tick) => waitForEpochEnd(chain, deployment, epoch, tick));
  const result = await steps.engine<EpochResult>(
    "attribute",
    `attribute epoch ${epoch}: map, shuffle, reduce`,
    args,
    (r) => `payouts ${r.payoutsRoot.hash.slice(0, 10)}…`,
  );
  checks.add(
    `epoch ${epoch}: any thread count and block size gives the same roots`,
    result.variantsAgree,
    `${result.variants} variants`,
  );
  const lies = await lieFirst(steps, context, epoch);
  await steps.engine("propose", `propose epoch ${epoch}`, args, () => "bond posted", "proposer");
  const proposal = await findHonestProposal(chain, deployment, epoch, result);
  const before = await balanceOf(chain, deployment, roleAccount("watcher").address);
  const [audit, watched] = await Promise.all([
    steps.engine<AuditResult>(
      "audit",
      `audit epoch ${epoch} from chain and bundle`,
      [...args, "--proposal", String(proposal)],
      (r) => r.reason,
    ),
    context.isWatched ? watch(steps, context, epoch) : undefined,
  ]);
  checks.add(`epoch ${epoch}: the proposal is rebuilt from chain and bundle`, audit.ok, audit.reason);
  if (watched !== undefined)
    checks.add(
      `epoch ${epoch}: the watcher agrees with the honest proposal, and with no other`,
      watched.checked === lies.length + 1 && watched.agreeing === 1 && watched.faulty === lies.length,
      `${watched.checked} checked, ${watched.agreeing} right, ${watched.faulty} wrong`,
    );
  const judged = await judgeLies(chain, deployment, lies);
  checkEndings(checks, judged, (await balanceOf(chain, deployment, roleAccount("watcher").address)) - before);
  const standing = judged.find(({ ending }) => ending === undefined);
  if (standing !== undefined && watched === undefined) await finalizeUnwatched(steps, context, standing);
  if (standing !== undefined)
    throw new UserError(
      `the watcher did not end proposal ${standing.proposal} of epoch ${epoch}, a ${standing.fault} fault (${standing.what}): it would be final instead of the honest one`,
      1,
    );
  const { fee: proposerFee, payouts } = await steps.wait(`challenge window of epoch ${epoch}`, (tick) =>
    finalizeEpoch(chain, deployment, epoch, proposal, tick),
  );
  checks.add(
    `epoch ${epoch}: the honest payouts are final`,
    payouts.hash === result.payoutsRoot.hash && payouts.sum === BigInt(result.payoutsRoot.sum),
    `proposal ${proposal}: ${payouts.hash.slice(0, 10)}… over ${payouts.sum}`,
  );
  return { proposerFee, lies: judged };
}

/**
 * Finalises a lie that nobody looked for, as anybody can once its window is over.
 * @throws UserError that names it: no run in which a lie is final is a good one
 */
async function finalizeUnwatched(
  steps: Steps,
  { chain, deployment }: EpochsContext,
  { epoch, proposal, fault, what, gain, favoured }: JudgedLie,
): Promise<void> {
  const { payouts } = await steps.wait(`challenge window of epoch ${epoch}, which nobody watches`, (tick) =>
    finalizeEpoch(chain, deployment, epoch, proposal, tick),
  );
  const status = await statusOf(chain, deployment, epoch, proposal);
  if (status !== FINALIZED)
    throw new Error(`proposal ${proposal} of epoch ${epoch} is not final: its status is ${status}`);
  throw new UserError(
    `nobody watched: proposal ${proposal} of epoch ${epoch} is final instead of the honest one, with its ${fault} fault (${what}): ` +
      `payouts ${payouts.hash.slice(0, 10)}… move ${gain} base units to ${favoured.name} (position ${favoured.position})`,
    1,
  );
}

async function lieFirst(
  steps: Steps,
  { chain, deployment, deploymentFile, datanets, folder, dishonesty }: EpochsContext,
  epoch: bigint,
): Promise<ProposedLie[]> {
  if (dishonesty === undefined) return [];
  return steps.stage(
    "SIMULATED dishonest proposer is first",
    () => proposeLies(chain, deployment, { datanets, folder, deploymentFile, epoch, dishonesty }),
    (lies) => `wrong: ${lies.map(({ fault }) => fault).join(", ")}`,
  );
}

async function watch(
  steps: Steps,
  { chain, folder, deploymentFile, dishonesty }: EpochsContext,
  epoch: bigint,
): Promise<Watched> {
  const bundles = [folder.bundles, ...(dishonesty === undefined ? [] : [liesFolder(folder)])];
  return steps.stage(
    "the watcher rebuilds what is pending",
    () => watchOnce(chain, folder, { deploymentFile, epoch, bundles }),
    ({ agreeing, faulty, ended }) => `${agreeing} right, ${faulty} wrong, ${ended} ended`,
  );
}
