// Follows one ledger's disputes over sketches for one attributor: commits its vote in each, and reveals it when the time for that has come.
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { sketchDisputesAbi as abi } from "@tributary/protocol/abi/sketch-disputes";
import { sketchVoteHash } from "@tributary/protocol/typed-data/sketch-vote";
import { type Address, encodeFunctionData, type Hex, type LocalAccount } from "viem";
import type { FalseSketch } from "../sketch/check-sketches.ts";
import type { DataSource } from "../watch/committed-data.ts";
import type { Duty } from "../watch/duty.ts";
import type { Head } from "../watch/head.ts";
import { isOfNetwork } from "../watch/network-error.ts";
import type { Report } from "../watch/report.ts";
import type { Inspection, Watch } from "../watch/watch.ts";
import { type DisputeView, nameOf, readDisputes } from "./open-disputes.ts";
import { reExecute } from "./re-execute.ts";
import { voteSalt } from "./vote-secret.ts";
import type { Workshop } from "./workshop.ts";

/** `IOperatorStaking.PoolKind.Attributor`. */
const ATTRIBUTOR = 2;

/** Sketches that are made again in one look: what is to be revealed must not wait for all that somebody disputes. */
const MOST_AT_ONCE = 16;

/** What became of a vote; `lost` is one that was committed and not revealed in time. */
export type VoteState = "abstained" | "toCommit" | "committed" | "revealed" | "lost";

/** A dispute in which the attributor has a vote. */
export interface VoteLine {
  readonly ledger: Address;
  readonly dispute: number;
  readonly sketch: string;
  readonly state: VoteState;
  /** The vote, where it is known. */
  readonly upheld: boolean | undefined;
}

export interface DisputeWatchOptions {
  readonly source: DataSource;
  readonly report: Report;
  readonly chainId: number;
  readonly attributor: LocalAccount;
  readonly workshops: readonly Workshop[];
}

/** The disputes of one ledger. */
export class DisputeWatch implements Watch {
  readonly source: DataSource;
  readonly collector: Address;
  readonly #options: DisputeWatchOptions;
  readonly #lines = new Map<bigint, VoteLine>();
  /** What re-execution said, by the sketch. */
  readonly #found = new Map<string, FalseSketch | undefined>();
  /** How often a sketch could not be made again. */
  readonly #failures = new Map<string, number>();
  readonly #stakes = new Map<string, bigint>();
  #pool = 0n;
  #left: readonly string[] = [];
  #reExecuted = 0;

  constructor(options: DisputeWatchOptions) {
    this.source = options.source;
    this.collector = options.attributor.address;
    this.#options = options;
  }

  /** Every dispute with a vote for the attributor that a look has found open, as it stood at the last one. */
  get lines(): readonly VoteLine[] {
    return [...this.#lines.values()];
  }

  /** Whether nothing was left to be committed or revealed at the last look. */
  get isDone(): boolean {
    return this.#left.length === 0;
  }

  async inspect(head: Head): Promise<Inspection> {
    const { logs, contracts } = this.source;
    const pool = await this.#poolOf();
    await logs.refresh(head.number);
    const duties: Duty[] = [];
    const waiting: string[] = [];
    this.#reExecuted = 0;
    // What could not be made again is tried after what was not looked at yet.
    const disputes = readDisputes(logs, contracts.sketchDisputes, pool);
    for (const dispute of disputes.toSorted((a, b) => this.#failuresOf(a) - this.#failuresOf(b))) {
      const duty = await this.#dutyIn(dispute, head.timestamp);
      if (duty === "later") waiting.push(`dispute ${dispute.round} waits for the next look`);
      else if (duty !== undefined) duties.push(duty);
    }
    this.#left = [...duties.map(({ says }) => says), ...waiting];
    return { duties, pending: [], made: [], unsettled: this.#left, isWaiting: waiting.length > 0 };
  }

  async #dutyIn(dispute: DisputeView, now: number): Promise<Duty | "later" | undefined> {
    const { committed, isRevealed, commitUntil, revealUntil, round } = dispute;
    const isKnown = this.#lines.has(round);
    if (committed === undefined) {
      if (now < commitUntil) return this.#committing(dispute);
      if (isKnown) this.#note(dispute, "abstained");
    } else if (isRevealed) {
      if (isKnown || now < revealUntil) this.#note(dispute, "revealed");
    } else if (now < commitUntil) {
      this.#note(dispute, "committed");
    } else if (now < revealUntil) {
      return this.#revealing(dispute, committed);
    } else if (isKnown) {
      this.#note(dispute, "lost");
      this.#options.report.sayOnce(`dispute ${round}: the vote was not revealed in time`);
    }
    return undefined;
  }

  async #committing(dispute: DisputeView): Promise<Duty | "later" | undefined> {
    if (!(await this.#hasStake(dispute))) return undefined;
    const { round } = dispute;
    const key = keyOf(dispute);
    if (!this.#found.has(key)) {
      if (this.#reExecuted++ >= MOST_AT_ONCE) return this.#failuresOf(dispute) === 0 ? "later" : undefined;
      try {
        this.#found.set(key, await reExecute(this.source, this.#options.workshops, dispute));
      } catch (error) {
        if (isOfNetwork(error)) throw error;
        this.#failures.set(key, this.#failuresOf(dispute) + 1);
        this.#note(dispute, "abstained");
        this.#options.report.sayOnce(`dispute ${round}: no vote on ${nameOf(dispute)}: ${(error as Error).message}`);
        return undefined;
      }
    }
    const found = this.#found.get(key);
    const isUpheld = found === undefined;
    this.#note(dispute, "toCommit", isUpheld);
    this.#options.report.sayOnce(`dispute ${round}: ${nameOf(dispute)} ${describe(found)}`);
    const { hash } = await this.#voteOf(dispute, isUpheld);
    return dutyOf(dispute, "vote", {
      functionName: "commitVote",
      data: encodeFunctionData({ abi, functionName: "commitVote", args: [round, this.#pool, hash] }),
      says: "commit the vote",
    });
  }

  /** The vote is whichever of the two was committed to: nothing needs to be remembered. */
  async #revealing(dispute: DisputeView, committed: Hex): Promise<Duty | undefined> {
    for (const isUpheld of [true, false]) {
      const { hash, salt } = await this.#voteOf(dispute, isUpheld);
      if (hash !== committed) continue;
      this.#note(dispute, "committed", isUpheld);
      const args = [dispute.round, this.#pool, isUpheld, salt] as const;
      return dutyOf(dispute, "reveal", {
        functionName: "revealVote",
        data: encodeFunctionData({ abi, functionName: "revealVote", args }),
        says: `reveal the vote "${isUpheld ? "upheld" : "false"}"`,
      });
    }
    this.#note(dispute, "committed");
    this.#options.report.sayOnce(
      `dispute ${dispute.round}: the vote was committed with another salt: reveal it by hand`,
    );
    return undefined;
  }

  async #voteOf(dispute: DisputeView, upheld: boolean): Promise<{ hash: Hex; salt: Hex }> {
    const { chainId, attributor } = this.#options;
    const salt = await voteSalt(attributor, chainId, dispute);
    const { ledger } = this.source.contracts;
    const vote = {
      chainId: BigInt(chainId),
      ledger,
      disputeId: dispute.round,
      voter: attributor.address,
      upheld,
      salt,
    };
    return { hash: sketchVoteHash(vote), salt };
  }

  #failuresOf(dispute: DisputeView): number {
    return this.#failures.get(keyOf(dispute)) ?? 0;
  }

  #note(dispute: DisputeView, state: VoteState, upheld?: boolean): void {
    const { round } = dispute;
    this.#lines.set(round, {
      ledger: this.source.contracts.ledger,
      dispute: Number(round),
      sketch: nameOf(dispute),
      state,
      upheld: upheld ?? this.#lines.get(round)?.upheld,
    });
  }

  async #poolOf(): Promise<bigint> {
    if (this.#pool !== 0n) return this.#pool;
    this.#pool = await this.source.reader.readContract({
      ...this.#staking(),
      functionName: "poolWith",
      args: [ATTRIBUTOR, 0n, this.collector],
    });
    if (this.#pool === 0n) throw new Error(`${this.collector} has no pool of an attributor, and so no vote`);
    return this.#pool;
  }

  async #hasStake({ snapshot }: DisputeView): Promise<boolean> {
    const key = String(snapshot);
    let stake = this.#stakes.get(key);
    if (stake === undefined) {
      stake = await this.source.reader.readContract({
        ...this.#staking(),
        functionName: "stakeAt",
        args: [this.#pool, snapshot],
      });
      this.#stakes.set(key, stake);
    }
    return stake > 0n;
  }

  #staking() {
    return { address: this.source.contracts.operatorStaking, abi: operatorStakingAbi } as const;
  }
}

function keyOf(dispute: DisputeView): string {
  return `${dispute.round} ${nameOf(dispute)}`;
}

function dutyOf(
  dispute: DisputeView,
  kind: "vote" | "reveal",
  { functionName, data, says }: { functionName: string; data: Hex; says: string },
): Duty {
  return {
    kind,
    key: `${functionName} ${dispute.disputes} ${dispute.round}`,
    to: dispute.disputes,
    data,
    says: `${says} in dispute ${dispute.round}: ${nameOf(dispute)}`,
    calls: functionName,
  };
}

function describe(found: FalseSketch | undefined): string {
  if (found === undefined) return "agrees with its text: the vote upholds it";
  const { coordinates, largest, scales } = found;
  const scale = scales === undefined ? "" : `, and its scale is ${scales[0]} instead of ${scales[1]}`;
  return `is false: ${coordinates} coordinates differ, by up to ${largest}${scale}`;
}
