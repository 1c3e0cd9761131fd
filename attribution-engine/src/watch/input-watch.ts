// Watches the inputs of a ledger while they can be ended: proves what is wrong, demands what is not published, and has those slashed who stand for it.
import type { Address } from "viem";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { AccusedInputs } from "./accused-inputs.ts";
import type { DataSource } from "./committed-data.ts";
import { type CommittedInput, inputName, type KnownInput, knownInputOf } from "./committed-trees.ts";
import { Contents } from "./contents.ts";
import { demandsOf, type MadeDemand } from "./demand-book.ts";
import { readRoundSeconds } from "./demand-round.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import { IndexJudge } from "./index-judge.ts";
import { InputDemands } from "./input-demands.ts";
import { aboutInput, type InputFinding, type InputProof, titleOf } from "./input-finding.ts";
import { type LiveIndex, type LiveInput, LiveInputs, type LiveSettlement } from "./live-inputs.ts";
import { isOfNetwork } from "./network-error.ts";
import { Penalties } from "./penalties.ts";
import type { Report } from "./report.ts";
import { reservingInputDuty } from "./reserve.ts";
import { ReservedInputProofs } from "./reserved-input-proofs.ts";
import { SettlementJudge } from "./settlement-judge.ts";

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
  /** That recompute novelty. */
  readonly threads: number | undefined;
}

/** What is to be done about inputs. */
export interface InputInspection {
  readonly duties: readonly Duty[];
  /** What is wrong and not at its end, in words. */
  readonly unsettled: readonly string[];
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

/** What was found in a state. @param again time, in seconds, from which on it may be found otherwise though nothing on the chain has changed */
interface Judged {
  readonly state: string;
  readonly finding: InputFinding;
  readonly again: number;
}

/** What could not be checked for want of something that may be published later is judged again after so long. */
const JUDGE_AGAIN_SECONDS = 300;

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

  constructor(options: InputWatchOptions) {
    const { source, report, graceSeconds, confirmations, contents, threads } = options;
    this.#options = options;
    this.#live = new LiveInputs(source);
    this.#demands = new InputDemands(source, report, graceSeconds);
    this.#penalties = new Penalties(source, report);
    this.accused = new AccusedInputs(source, report, confirmations);
    const shelves = new Contents(source, contents, report.sayOnce.bind(report));
    this.#indexes = new IndexJudge(source, shelves, threads === undefined ? {} : { threads });
    this.#settlements = new SettlementJudge(source);
  }

  async inspect(made: readonly MadeDemand[], head: Head): Promise<InputInspection> {
    const { source, collector } = this.#options;
    const round = await readRoundSeconds(source.reader, source.contracts.demands);
    const [settlements, indexes] = [await this.#live.settlements(head), await this.#live.indexes(head)];
    const duties: Duty[] = [];
    const inputs = new Set<string>();
    const act = async (looks: readonly Looked[], finding: InputFinding, bond?: bigint): Promise<void> => {
      for (const { live } of looks) inputs.add(titleOf(live.input.commitment));
      this.#tell(looks, finding);
      if (finding.what === "proof") {
        const accused = looks.find(({ live }) => titleOf(live.input.commitment) === titleOf(finding.proof.accused))!;
        duties.push(await this.#proving(finding.proof, head, accused.live.until, bond));
        return;
      }
      for (const { live, known } of looks)
        if (known !== undefined) duties.push(...this.#demands.dutiesFor(live, known, made, head, round));
    };
    for (const index of indexes) {
      const look = await this.#look(index, made);
      await act([look], await this.#judgeIndex(index, look, head), index.bond);
    }
    const open = new Set(settlements.map(({ view }) => view.settlementId));
    for (const settlement of settlements) {
      const receipts = await this.#look(settlement.receipts, made);
      const sketches = settlement.sketches && (await this.#look(settlement.sketches, made));
      const looks = sketches === undefined ? [receipts] : [receipts, sketches];
      await act(looks, await this.#judgeSettlement(settlement, receipts, sketches, open, made, head));
    }
    duties.push(...this.#reserved.duties(source, collector, inputs, head));
    duties.push(...(await this.#penalties.duties(made, collector)));
    return { duties, unsettled: await this.accused.unsettled(inputs, head) };
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

  async #judgeIndex(live: LiveIndex, look: Looked, head: Head): Promise<InputFinding> {
    // Whoever commits chooses how many records there seem to be: room is made for them only once some are shown.
    if (!look.isShown) return { what: "unshown" };
    return this.#judge(live.input, look.state, head.timestamp, async () =>
      this.#indexes.judge(live, (await this.#knownOf(look)) as KnownInput<AttributionIndex>),
    );
  }

  async #judgeSettlement(
    live: LiveSettlement,
    receipts: Looked,
    sketches: Looked | undefined,
    open: ReadonlySet<bigint>,
    made: readonly MadeDemand[],
    head: Head,
  ): Promise<InputFinding> {
    const others = await this.#settlements.othersOf(live, open, made, head.timestamp);
    const compared = others.known.map(({ settlement }) => settlement).join();
    const state = [receipts.state, sketches?.state, compared].join("|");
    return this.#judge(live.receipts.input, state, head.timestamp, async () => {
      const known = {
        receipts: await this.#knownOf(receipts),
        sketches: sketches && (await this.#knownOf(sketches)),
      };
      return this.#settlements.judge(live, known, others, made);
    });
  }

  /** Judges anew only what may have changed. */
  async #judge(
    { commitment }: CommittedInput,
    state: string,
    now: number,
    judge: () => Promise<InputFinding>,
  ): Promise<InputFinding> {
    const title = titleOf(commitment);
    const before = this.#judged.get(title);
    if (before?.state === state && now < before.again) return before.finding;
    let finding: InputFinding;
    let isLasting: boolean;
    try {
      finding = await judge();
      isLasting = finding.what !== "sound" || finding.unchecked.length === 0;
    } catch (error) {
      // What one input brings with it must not keep the watcher from the others.
      if (isOfNetwork(error)) throw error;
      this.#options.report.sayOnce(`${title} cannot be checked: ${(error as Error).message}`);
      finding = { what: "unshown" };
      isLasting = false;
    }
    this.#judged.set(title, { state, finding, again: isLasting ? Infinity : now + JUDGE_AGAIN_SECONDS });
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
      report.judgedInput(ledger, accused, "wrong", `wrong: ${name} shows it`);
      this.accused.add(accused);
      return;
    }
    const isSound = finding.what === "sound" && finding.unchecked.length === 0;
    for (const { live } of looks) {
      const { commitment } = live.input;
      if (isSound) report.judgedInput(ledger, commitment, "sound", "nothing provable is wrong with it");
      else report.inputs.judged(ledger, titleOf(commitment), "unshown");
    }
    if (finding.what === "sound")
      for (const what of finding.unchecked) report.sayOnce(`${titleOf(looks[0]!.live.input.commitment)}: ${what}`);
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
