// Looks at one ledger: judges its pending proposals, and finds what is to be done about them.
import { openEpochBundle } from "../bundle/epoch-bundle.ts";
import { rebuildEpoch } from "../bundle/rebuild-epoch.ts";
import { checkRowCounts } from "../bundle/row-limits.ts";
import type { RankOptions } from "../search/rank.ts";
import { type Finding, findFault } from "../watcher/find-fault.ts";
import type { HonestEpoch } from "../watcher/honest-epoch.ts";
import { type EpochTrees, epochTrees } from "../watcher/nested-trees.ts";
import { GROUP } from "@tributary/protocol/kinds";
import type { Address } from "viem";
import { accusingDuties, describeProof } from "./accuse.ts";
import { answeringDuties } from "./answer.ts";
import { refundingDuties, rewardDuties } from "./collect.ts";
import type { DataSource } from "./committed-data.ts";
import { answersOf, demandsOf, type MadeDemand, readDemands } from "./demand-book.ts";
import { readRoundSeconds } from "./demand-round.ts";
import type { Duty } from "./duty.ts";
import { readEnding } from "./endings.ts";
import type { Head } from "./head.ts";
import { InputWatch } from "./input-watch.ts";
import { isOfNetwork } from "./network-error.ts";
import { pendingProposals, type ProposalView, readProposal } from "./proposals.ts";
import { RebuiltBundles } from "./rebuilt-bundles.ts";
import { Recomputer } from "./recompute.ts";
import type { ProposalName, Report } from "./report.ts";
import { reservingDuty } from "./reserve.ts";
import { RefusedProofs } from "./refused-proofs.ts";
import { ReservedProofs } from "./reserved-proofs.ts";
import type { InputInspection, Inspection, Watch } from "./watch.ts";

/** What a watcher is there for. */
export interface WatchOptions {
  readonly source: DataSource;
  readonly report: Report;
  /** Blocks, its own included, after which the end of a proposal counts. */
  readonly confirmations: bigint;
  /** Whose deposits and rewards are collected. */
  readonly collector: Address;
  /** Whether wrong proposals are accused. */
  readonly accuses: boolean;
  /** Whether the reward of a proof is reserved before it is sent. */
  readonly reserves: boolean;
  /** How long an input may be unpublished before it is demanded. */
  readonly graceSeconds: number;
  /** Folders with record hashes of contributions. */
  readonly contents: readonly string[];
  /** Deposits, as they are at first, that are spent at most on demanding one input. */
  readonly mostInputDemands: number;
  /** Whether demands are answered. */
  readonly answers: boolean;
  readonly rank: RankOptions;
}

/** Watches one ledger. */
export class LedgerWatch implements Watch {
  readonly source: DataSource;
  readonly collector: Address;
  readonly #options: WatchOptions;
  readonly #report: Report;
  readonly #recomputer: Recomputer;
  readonly #inputs: InputWatch;
  readonly #settledRewards = new Set<string>();
  readonly #reserved = new ReservedProofs();
  readonly #refused = new RefusedProofs();
  /** Proposals that differ and were not seen ended for good. */
  readonly #accused = new Map<string, ProposalName>();
  #rebuilt: RebuiltBundles | undefined;

  constructor(options: WatchOptions) {
    this.source = options.source;
    this.collector = options.collector;
    this.#options = options;
    this.#report = options.report;
    this.#recomputer = new Recomputer(options.source, options.rank, (problem) => options.report.sayOnce(problem));
    this.#inputs = new InputWatch({ ...options, threads: options.rank.threads });
  }

  /** Notes a proposal that was accused before, by this watcher as it ran then. */
  remember(name: ProposalName): void {
    this.#accused.set(keyOf(name), name);
  }

  /** Notes a proof that the court refused. */
  refused(duty: Duty): boolean {
    const { about } = duty;
    if (duty.kind !== "proof" || about === undefined) return false;
    return this.#refused.add(keyOf({ epoch: BigInt(about.epoch), proposal: about.proposal }), duty);
  }

  /** Notes an input that was accused before. */
  rememberInput(input: NonNullable<Duty["input"]>): void {
    this.#inputs.accused.remember(input);
  }

  async inspect(head: Head): Promise<Inspection> {
    const { reader, contracts, logs } = this.source;
    const { accuses, answers, collector } = this.#options;
    await logs.refresh(head.number);
    const made = readDemands(logs);
    const pending = await pendingProposals(reader, contracts.ledger);
    const duties: Duty[] = [];
    const unsettled: string[] = [];
    const agreeing = new Map<string, HonestEpoch>();
    let isWaiting = false;
    let roundSeconds: number | undefined;
    for (const proposal of pending) {
      const own = demandsOf(made, { kind: GROUP, id: proposal.epoch, sub: proposal.proposal });
      const judged = await this.#judge(proposal, own);
      if (judged?.finding.what === "honest") {
        agreeing.set(keyOf(proposal), judged.honest);
        continue;
      }
      if (!accuses) continue;
      unsettled.push(`epoch ${proposal.epoch}, proposal ${proposal.proposal} is pending`);
      isWaiting ||= own.some(({ status }) => status === "open");
      if (judged === undefined) continue;
      const { finding } = judged;
      roundSeconds ??= await readRoundSeconds(reader, contracts.demands);
      const accusing = accusingDuties({
        contracts,
        proposal,
        finding,
        made: own,
        accuser: collector,
        roundSeconds,
        now: head.timestamp,
      });
      for (const duty of accusing) duties.push((await this.#reserving(duty, proposal, head, pending)) ?? duty);
    }
    if (answers) {
      const treesOf = (epoch: bigint, proposal: number): EpochTrees | undefined =>
        agreeing.get(keyOf({ epoch, proposal }));
      const onProblem = this.#report.sayOnce.bind(this.#report);
      duties.push(...(await answeringDuties({ source: this.source, treesOf, onProblem }, made, head.timestamp)));
    }
    if (accuses) duties.push(...(await this.#reserved.duties(this.source, collector, pending, head)));
    const collecting = { source: this.source, collector, made, pending, head };
    duties.push(...(await refundingDuties(collecting)), ...(await rewardDuties(collecting, this.#settledRewards)));
    for (const name of await this.#unconfirmed(head, pending)) {
      unsettled.push(`epoch ${name.epoch}, proposal ${name.proposal}: its end is not confirmed`);
      isWaiting = true;
    }
    return { duties, pending, made, unsettled, isWaiting };
  }

  /** By the events that `inspect` has read. */
  async inspectInputs(head: Head): Promise<InputInspection> {
    if (!this.#options.accuses) return { duties: [], unsettled: [], isFinished: true, failures: [] };
    return this.#inputs.inspect(readDemands(this.source.logs), head);
  }

  async #reserving(
    duty: Duty,
    proposal: ProposalView,
    head: Head,
    pending: readonly ProposalView[],
  ): Promise<Duty | undefined> {
    if (!this.#options.reserves || duty.kind !== "proof") return undefined;
    const rivals = pending.filter(({ epoch }) => epoch === proposal.epoch);
    const closesAt = Math.min(...rivals.map(({ finalizableAt }) => finalizableAt));
    return reservingDuty(this.source, this.collector, proposal, duty, head, closesAt, this.#reserved);
  }

  /** What the search says of a proposal; `undefined` if it could not be made. */
  async #judge(
    proposal: ProposalView,
    own: readonly MadeDemand[],
  ): Promise<{ finding: Finding; honest: HonestEpoch } | undefined> {
    const name = { ledger: this.source.contracts.ledger, ...proposal };
    try {
      const honest = await this.#recomputer.honestEpoch(proposal.epoch);
      const rebuilt = await this.#rebuild(proposal, honest);
      const refused = this.#refused.of(keyOf(proposal), honest.epoch);
      const finding = findFault(honest, proposal, answersOf(own), rebuilt, refused);
      this.#refused.searched(keyOf(proposal), finding.what === "proof");
      const isAgreeing = finding.what === "honest";
      this.#report.judged(name, isAgreeing ? "agrees" : "differs", describe(finding, proposal));
      // A node that was behind may have made it look otherwise.
      if (isAgreeing) this.#accused.delete(keyOf(name));
      else this.remember(name);
      return { finding, honest };
    } catch (error) {
      // What one proposal brings with it must not keep the watcher from the others.
      if (isOfNetwork(error)) throw error;
      this.#report.judged(name, "unknown", `cannot be checked: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** What the proposal's bundle says, if it can be had and read. */
  async #rebuild({ bundleHash, groups, payouts }: ProposalView, honest: HonestEpoch): Promise<EpochTrees | undefined> {
    const { groupsTree, payoutsTree } = honest.epoch;
    const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
    if (isSame(groups.hash, groupsTree.root.hash) && isSame(payouts.hash, payoutsTree.root.hash)) return undefined;
    // Who does not accuse compares roots, and has no need of what others publish.
    if (!this.#options.accuses) return undefined;
    if (this.#rebuilt?.epoch !== honest.epoch) this.#rebuilt = new RebuiltBundles(honest.epoch);
    return this.#rebuilt.read(bundleHash, async (isWhole) => {
      try {
        const epoch = await this.source.shelf.read(
          "epoch",
          bundleHash,
          async (folder) => {
            const bundle = await openEpochBundle(folder, bundleHash);
            isWhole();
            return rebuildEpoch(bundle, honest.inputs);
          },
          (manifest) => checkRowCounts(manifest, honest.inputs),
        );
        return epochTrees(epoch);
      } catch (error) {
        this.#report.sayOnce(`bundle ${bundleHash}: ${(error as Error).message}`);
        return undefined;
      }
    });
  }

  /** Accused proposals that are pending no more: says how they ended. @returns those whose end is too new to be sure of */
  async #unconfirmed(head: Head, pending: readonly ProposalView[]): Promise<ProposalName[]> {
    const { reader, contracts, logs } = this.source;
    const open: ProposalName[] = [];
    for (const [key, name] of this.#accused) {
      const { epoch, proposal } = name;
      if (pending.some((other) => other.epoch === epoch && other.proposal === proposal)) {
        this.#report.unended(name);
        continue;
      }
      const log = logs.last("ProposalEnded", ({ args }) => args.epoch === epoch && args.proposal === proposal);
      if (log === undefined) {
        const { status } = await readProposal(reader, contracts.ledger, epoch, proposal);
        this.#report.judged(name, "differs", `is ${status}`);
        if (status === "finalized" || status === "superseded") this.#accused.delete(key);
        else open.push(name);
        continue;
      }
      this.#report.ended(name, await readEnding(reader, log));
      if (head.number - log.blockNumber + 1n < this.#options.confirmations) open.push(name);
      else this.#accused.delete(key);
    }
    return open;
  }
}

function keyOf({ epoch, proposal }: { readonly epoch: bigint; readonly proposal: number }): string {
  return `${epoch} ${proposal}`;
}

function describe(finding: Finding, { groups }: ProposalView): string {
  switch (finding.what) {
    case "honest":
      return "agrees with what its inputs give";
    case "proof":
      return `differs at ${describeProof(finding.proof)}`;
    case "demand": {
      const { commitment, level, index } = finding.demand;
      return `differs; what shows where is not published: level ${level}, index ${index} of ${commitment.kind.name} is needed first`;
    }
    case "unproven":
      return `differs from ${Buffer.from(groups.hash).toString("hex").slice(0, 8)}… on, and no proof was found`;
  }
}
