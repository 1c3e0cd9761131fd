// Watches the inputs of a ledger while they can be ended: proves what is wrong, demands what is not published, and has those slashed who stand for it.
import type { Commitment } from "@tributary/protocol/demand";
import type { SettlementProofName } from "@tributary/protocol/proofs/settlement-proof";
import type { Address } from "viem";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { AccusedInputs } from "./accused-inputs.ts";
import type { DataSource } from "./committed-data.ts";
import { type CommittedInput, inputName, type KnownInput, knownInputOf } from "./committed-trees.ts";
import { Contents } from "./contents.ts";
import { demandsOf, type MadeDemand } from "./demand-book.ts";
import { readDemandTerms } from "./demand-round.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import { IndexJudge } from "./index-judge.ts";
import { InputDemands } from "./input-demands.ts";
import { aboutInput, type InputFinding, type InputProof, titleOf } from "./input-finding.ts";
import { type LiveIndex, type LiveInput, LiveInputs, type LiveSettlement } from "./live-inputs.ts";
import { isOfNetwork } from "./network-error.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { Penalties } from "./penalties.ts";
import type { Report } from "./report.ts";
import { reservingInputDuty } from "./reserve.ts";
import { ReservedInputProofs } from "./reserved-input-proofs.ts";
import { SettlementJudge } from "./settlement-judge.ts";
import type { InputInspection } from "./watch.ts";

/** How inputs are watched. */
export interface InputWatchOptions {
  readonly source: DataSource;
  readonly report: Report;
  /** Who sends, and is rewarded. */
  readonly collector: Address;
  /** Whether the reward of a proof is reserved before it is sent. */
  readonly reserves: boolean;
  /** Blocks, its own included, after which an end counts. */
  readonly confirmations: bigint;
  /** How long an input may be unpublished before it is demanded. */
  readonly graceSeconds: number;
  /** Folders with record hashes of contributions. */
  readonly contents: readonly string[];
  /** Deposits, as they are at first, that are spent at most on demanding one input. */
  readonly mostInputDemands: number;
  /** Time that inputs have in a look. */
  readonly lookMilliseconds?: number;
  /** That recompute novelty. */
  readonly threads: number | undefined;
}

/** What a look at an input found of it. */
interface Looked {
  readonly live: LiveInput;
  /** Read again where it is whole and was judged before. */
  readonly known: KnownInput<unknown> | undefined;
  /** Another state may be judged otherwise. */
  readonly state: string;
  /** Whether anything of it is known. */
  readonly isShown: boolean;
}

/** An input, or a settlement's inputs, to look at. */
interface Case {
  readonly inputs: readonly LiveInput[];
  readonly bond?: bigint;
  readonly judge: () => Promise<Verdict>;
}

interface Verdict {
  readonly looks: readonly Looked[];
  readonly finding: InputFinding;
}

/** What was found in a state. @param again time, in seconds, from which on it may be found otherwise though nothing on the chain has changed */
interface Judged {
  readonly state: string;
  readonly finding: InputFinding;
  readonly again: number;
}

/** Own time that inputs have in a look: proposals may be waiting for the next one. */
const LOOK_MILLISECONDS = 5_000;
/** What could not be checked for want of something that may be published later is judged again after so long. */
const JUDGE_AGAIN_SECONDS = 300;
const UNCOVERED: SettlementProofName = "proveUncovered";

/** Watches them. */
export class InputWatch {
  readonly #options: InputWatchOptions;
  readonly #live: LiveInputs;
  readonly #demands: InputDemands;
  readonly #penalties: Penalties;
  readonly #indexes: IndexJudge;
  readonly #settlements: SettlementJudge;
  /** Those that are wrong. */
  readonly accused: AccusedInputs;
  readonly #reserved = new ReservedInputProofs();
  readonly #whole = new Set<string>();
  readonly #judged = new Map<string, Judged>();
  /** Those that are wrong, as far as is known, though no proof of it can be made. */
  readonly #unproven = new Map<string, Commitment>();
  /** Titles of those that were looked at since all were. */
  readonly #visited = new Set<string>();
  /** What was last found, by title: a proof, or the end of what was not answered, is wanted at every look, whoever's turn it is. */
  readonly #verdicts = new Map<string, Verdict>();
  readonly #work = new OneAtATime<Verdict>();
  #head: Head = { number: 0n, timestamp: 0 };

  constructor(options: InputWatchOptions) {
    const { source, report, graceSeconds, confirmations, contents, threads, collector, mostInputDemands } = options;
    this.#options = options;
    this.#live = new LiveInputs(source);
    this.#demands = new InputDemands(source, report, collector, graceSeconds, mostInputDemands);
    this.#penalties = new Penalties(source, report);
    this.accused = new AccusedInputs(source, report, confirmations);
    const shelves = new Contents(source, contents, report.sayOnce.bind(report));
    this.#indexes = new IndexJudge(source, shelves, threads === undefined ? {} : { threads });
    this.#settlements = new SettlementJudge(source);
  }

  /**
   * Looks at as many as there is time for, those first that are usable or ready soonest, and at each at the latest once all others were looked at. One for which
   * the node fails has its turn again at the next look.
   */
  async inspect(made: readonly MadeDemand[], head: Head): Promise<InputInspection> {
    const { source, collector } = this.#options;
    const deadline = performance.now() + (this.#options.lookMilliseconds ?? LOOK_MILLISECONDS);
    this.#head = head;
    const terms = await readDemandTerms(source.reader, source.contracts.demands);
    const cases = await this.#cases(made, head);
    const duties: Duty[] = [];
    const failures: unknown[] = [];
    const failed = new Set<string>();
    const judgedNow = new Set<string>();
    for (const { inputs, judge } of cases) {
      const title = titleOf(inputs[0]!.input.commitment);
      if (this.#visited.has(title)) continue;
      try {
        const verdict = await this.#work.within(deadline, title, judge);
        if (verdict === undefined) break;
        this.#visited.add(title);
        this.#verdicts.set(title, verdict);
        judgedNow.add(title);
        this.#tell(verdict.looks, verdict.finding);
      } catch (error) {
        if (!isOfNetwork(error)) throw error;
        failures.push(error);
        failed.add(title);
      }
      if (performance.now() > deadline) break;
    }
    for (const { inputs, bond } of cases) {
      const title = titleOf(inputs[0]!.input.commitment);
      const verdict = this.#verdicts.get(title);
      if (verdict === undefined) continue;
      const { looks, finding } = verdict;
      if (finding.what === "proof") {
        const accused = inputs.find(({ input }) => titleOf(input.commitment) === titleOf(finding.proof.accused));
        if (accused !== undefined) duties.push(await this.#proving(finding.proof, head, accused.until, bond));
        continue;
      }
      for (const { live, known } of looks) {
        const wanted = known === undefined ? [] : this.#demands.dutiesFor(live, known, made, head, terms);
        // What is demanded may have been published since.
        duties.push(...wanted.filter(({ kind }) => judgedNow.has(title) || kind === "ending"));
      }
    }
    const isFinished = cases.every(({ inputs }) => {
      const title = titleOf(inputs[0]!.input.commitment);
      return this.#visited.has(title) || failed.has(title);
    });
    if (isFinished) this.#visited.clear();
    const live = new Set(cases.flatMap(({ inputs }) => inputs.map(({ input }) => titleOf(input.commitment))));
    for (const title of this.#verdicts.keys()) if (!live.has(title)) this.#verdicts.delete(title);
    for (const [title, commitment] of this.#unproven) {
      if (live.has(title)) continue;
      this.accused.add(commitment);
      this.#unproven.delete(title);
    }
    duties.push(...this.#reserved.duties(source, collector, live, head));
    duties.push(...(await this.#penalties.duties(made, collector, head)));
    return { duties, unsettled: await this.accused.unsettled(live, head), isFinished, failures };
  }

  async #cases(made: readonly MadeDemand[], head: Head): Promise<Case[]> {
    const [settlements, indexes] = [await this.#live.settlements(head), await this.#live.indexes(head)];
    const open = new Set(settlements.map(({ view }) => view.settlementId));
    const cases: Case[] = [
      ...indexes.map((index) => ({
        inputs: [index],
        bond: index.bond,
        judge: async () => {
          const look = await this.#look(index, made);
          return { looks: [look], finding: await this.#judgeIndex(index, look) };
        },
      })),
      ...settlements.map((settlement) => ({
        inputs: [settlement.receipts, ...(settlement.sketches === undefined ? [] : [settlement.sketches])],
        judge: async () => {
          const receipts = await this.#look(settlement.receipts, made);
          const sketches = settlement.sketches && (await this.#look(settlement.sketches, made));
          const looks = sketches === undefined ? [receipts] : [receipts, sketches];
          return { looks, finding: await this.#judgeSettlement(settlement, receipts, sketches, open, made) };
        },
      })),
    ];
    const untilOf = ({ inputs }: Case): number => Math.min(...inputs.map(({ until }) => until));
    return cases.sort((a, b) => (untilOf(a) < untilOf(b) ? -1 : untilOf(a) > untilOf(b) ? 1 : 0));
  }

  async #look(live: LiveInput, made: readonly MadeDemand[]): Promise<Looked> {
    const name = inputName(live.input);
    if (this.#whole.has(name)) return { live, known: undefined, state: name, isShown: true };
    const known = await knownInputOf(this.#options.source, made, live.input);
    if (known.table !== undefined) {
      this.#whole.add(name);
      return { live, known, state: name, isShown: true };
    }
    const answered = demandsOf(made, live.input.commitment).filter(({ status }) => status === "answered");
    return { live, known, state: `${name} ${answered.length}`, isShown: answered.length > 0 };
  }

  async #judgeIndex(live: LiveIndex, look: Looked): Promise<InputFinding> {
    // Whoever commits chooses how many records there seem to be: room is made for them only once some are shown.
    if (!look.isShown) return { what: "unshown" };
    return this.#judge(live.input, look.state, async () =>
      this.#indexes.judge(live, (await this.#knownOf(look)) as KnownInput<AttributionIndex>),
    );
  }

  async #judgeSettlement(
    live: LiveSettlement,
    receipts: Looked,
    sketches: Looked | undefined,
    open: ReadonlySet<bigint>,
    made: readonly MadeDemand[],
  ): Promise<InputFinding> {
    const others = await this.#settlements.othersOf(live, open, made, this.#head.timestamp);
    const compared = others.known.map(({ settlement }) => settlement).join();
    const state = [receipts.state, sketches?.state, compared].join("|");
    return this.#judge(live.receipts.input, state, async () => {
      const known = {
        receipts: await this.#knownOf(receipts),
        sketches: sketches && (await this.#knownOf(sketches)),
      };
      return this.#settlements.judge(live, known, others, made, this.#head);
    });
  }

  /** Judges anew only what may have changed. */
  async #judge(
    { commitment }: CommittedInput,
    state: string,
    judge: () => Promise<InputFinding>,
  ): Promise<InputFinding> {
    const title = titleOf(commitment);
    const before = this.#judged.get(title);
    const now = this.#head.timestamp;
    if (before?.state === state && now < before.again) return before.finding;
    let finding: InputFinding;
    let again: number;
    try {
      finding = await judge();
      again = againAt(finding, now);
    } catch (error) {
      // What one input brings with it must not keep the watcher from the others.
      if (isOfNetwork(error)) throw error;
      this.#options.report.sayOnce(`${title} cannot be checked: ${(error as Error).message}`);
      finding = { what: "unshown" };
      again = now + JUDGE_AGAIN_SECONDS;
    }
    this.#judged.set(title, { state, finding, again });
    return finding;
  }

  async #knownOf({ live, known }: Looked): Promise<KnownInput<unknown>> {
    return known ?? knownInputOf(this.#options.source, [], live.input);
  }

  #tell(looks: readonly Looked[], finding: InputFinding): void {
    const { source, report } = this.#options;
    const { ledger } = source.contracts;
    if (finding.what === "proof") {
      const { accused, name } = finding.proof;
      this.#unproven.delete(titleOf(accused));
      report.judgedInput(ledger, accused, "wrong", `wrong: ${name} shows it`);
      this.accused.add(accused);
      return;
    }
    const isSound = finding.what === "sound" && finding.unchecked.length === 0;
    for (const { live } of looks) {
      const { commitment } = live.input;
      if (isSound) {
        this.accused.withdraw(commitment);
        report.judgedInput(ledger, commitment, "sound", "nothing provable is wrong with it");
      } else report.inputs.judged(ledger, titleOf(commitment), finding.what === "unproven" ? "unproven" : "unshown");
    }
    const { commitment } = looks[0]!.live.input;
    const title = titleOf(commitment);
    if (finding.what === "unproven") this.#unproven.set(title, commitment);
    else this.#unproven.delete(title);
    const said = finding.what === "sound" ? finding.unchecked : finding.what === "unproven" ? finding.why : [];
    for (const what of said) report.sayOnce(`${title}: ${what}`);
  }

  /** The call that proves, or that reserves the reward first. @param bond in base units, half of which is the reward */
  async #proving(proof: InputProof, head: Head, closesAt: number, bond?: bigint): Promise<Duty> {
    const { source, collector, reserves } = this.#options;
    const { court, accused, name, data } = proof;
    const title = titleOf(accused);
    const proving: Duty = {
      kind: "proof",
      key: `prove ${court} ${title}`,
      to: court,
      data,
      says: `${name} against ${title}`,
      input: aboutInput(source.contracts.ledger, accused),
      calls: name,
      reward: bond === undefined ? undefined : (bond / 2n).toString(),
    };
    if (!reserves) return proving;
    return (await reservingInputDuty(source, collector, proof, proving, head, closesAt, this.#reserved)) ?? proving;
  }
}

/** When, in seconds, what was found may be another though its state is not. */
function againAt(finding: InputFinding, now: number): number {
  // What was not claimed can be at any time.
  if (finding.what === "proof") return finding.proof.name === UNCOVERED ? now : Infinity;
  const isLasting = finding.what !== "unproven" && (finding.what !== "sound" || finding.unchecked.length === 0);
  return isLasting ? Infinity : now + JUDGE_AGAIN_SECONDS;
}
