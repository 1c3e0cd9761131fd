// Inputs that are not published are demanded while they can still be ended: receipts, sketches and indexes.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { encodeFunctionData } from "viem";
import { readSettlement } from "../chain/settlement-view.ts";
import { MissingNode, type NodeDemand, type ShownTree, standAt } from "../watcher/shown-tree.ts";
import { demandDuty } from "./accuse.ts";
import type { DataSource } from "./committed-data.ts";
import {
  type CommittedInput,
  indexInput,
  inputName,
  knownInputOf,
  receiptsInput,
  shownInput,
  sketchesInput,
} from "./committed-trees.ts";
import { coveringDemand, demandKey, demandsOf, type MadeDemand } from "./demand-book.ts";
import { readRoundSeconds } from "./demand-round.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import type { Report } from "./report.ts";

/** `IModelRegistry.IndexStatus.Pending`. */
const INDEX_PENDING = 1;
/** Nodes of one input that are demanded at the same time. */
const MOST_AT_ONCE = 4;

/** An input that can still be ended. */
interface LiveInput {
  readonly input: CommittedInput;
  /** Since when it is committed, and until when it can be ended; in seconds. */
  readonly since: number;
  readonly until: number;
}

/** Watches the inputs of a ledger. */
export class InputWatch {
  readonly #source: DataSource;
  readonly #report: Report;
  readonly #graceSeconds: number;
  /** Inputs that were found whole, and settlements that are past. */
  readonly #whole = new Set<string>();
  readonly #past = new Set<bigint>();

  /** @param graceSeconds how long an input may be unpublished before it is demanded */
  constructor(source: DataSource, report: Report, graceSeconds: number) {
    this.#source = source;
    this.#report = report;
    this.#graceSeconds = graceSeconds;
  }

  /** What can be done now about inputs that are not published. */
  async duties(made: readonly MadeDemand[], head: Head): Promise<Duty[]> {
    const duties: Duty[] = [];
    const round = await readRoundSeconds(this.#source.reader, this.#source.contracts.demands);
    for (const { input, since, until } of await this.#liveInputs(head)) {
      if (this.#whole.has(inputName(input))) continue;
      const known = await knownInputOf(this.#source, made, input);
      if (known.table !== undefined) {
        this.#whole.add(inputName(input));
        continue;
      }
      const isLate = head.timestamp - since >= this.#graceSeconds || until - head.timestamp < 2 * round;
      if (isLate) duties.push(...this.#dutiesFor(shownInput(known), input, made, head));
    }
    return duties;
  }

  #dutiesFor(shown: ShownTree, input: CommittedInput, made: readonly MadeDemand[], head: Head): Duty[] {
    const { kind, id, sub } = input.commitment;
    const own = demandsOf(made, input.commitment);
    const overdue = own.find(({ status, deadline }) => status === "open" && deadline < head.timestamp);
    if (overdue !== undefined) return [this.#endingDuty(overdue, `${kind.name} ${id}/${sub}`)];
    const wanted = missingNodes(shown, input.count);
    const what = `${kind.name} ${id}/${sub} is not published`;
    this.#report.sayOnce(wanted.length > 0 ? `${what}: it is demanded` : `${what}, and is known from answers`);
    return wanted
      .filter((node) => coveringDemand(own, node) === undefined)
      .map((node) => demandDuty(this.#source.contracts, node));
  }

  #endingDuty({ id }: MadeDemand, what: string): Duty {
    const { demands } = this.#source.contracts;
    return {
      kind: "ending",
      key: `end ${demands} ${id}`,
      to: demands,
      data: encodeFunctionData({ abi: demandsAbi, functionName: "endUnanswered", args: [id] }),
      says: `end ${what}, of which demand ${id} was not answered`,
    };
  }

  async #liveInputs(head: Head): Promise<LiveInput[]> {
    return [...(await this.#liveSettlements(head)), ...(await this.#liveIndexes(head))];
  }

  async #liveSettlements(head: Head): Promise<LiveInput[]> {
    const { reader, contracts, logs } = this.#source;
    const live: LiveInput[] = [];
    for (const { args } of logs.of("SettlementOpened")) {
      if (this.#past.has(args.settlement)) continue;
      const settlement = await readSettlement(reader, contracts.ledger, args.settlement);
      const { status, openedAt, readyAt, modelVersion } = settlement;
      const isLive = status === "open" || (status === "committed" && head.timestamp < readyAt);
      if (!isLive) {
        if (status !== "committed") this.#past.add(args.settlement);
        continue;
      }
      const { k } = await reader.readContract({
        address: contracts.modelRegistry,
        abi: modelRegistryAbi,
        functionName: "methodOf",
        args: [modelVersion],
      });
      const until = status === "open" ? Infinity : readyAt;
      live.push({ input: receiptsInput(settlement, k), since: openedAt, until });
      if (status === "committed") {
        const { sketchWindowSeconds } = await reader.readContract({
          address: contracts.ledger,
          abi: royaltyLedgerAbi,
          functionName: "parameters",
        });
        live.push({ input: sketchesInput(settlement, k), since: readyAt - sketchWindowSeconds, until });
      }
    }
    return live;
  }

  async #liveIndexes(head: Head): Promise<LiveInput[]> {
    const { reader, contracts, logs } = this.#source;
    const registry = { address: contracts.modelRegistry, abi: modelRegistryAbi } as const;
    const live: LiveInput[] = [];
    for (const { args } of logs.of("IndexCommitted")) {
      if (args.usableAt <= head.timestamp) continue;
      const status = await reader.readContract({ ...registry, functionName: "indexStatus", args: [args.version] });
      if (status !== INDEX_PENDING) continue;
      const { committedAt } = await reader.readContract({ ...registry, functionName: "indexOf", args: [args.version] });
      live.push({ input: await indexInput(this.#source, args.version), since: committedAt, until: args.usableAt });
    }
    return live;
  }
}

/** The first nodes that were not shown on the way to leaves that ought to be there. */
function missingNodes(shown: ShownTree, count: number): NodeDemand[] {
  const wanted = new Map<string, NodeDemand>();
  for (let place = 0; place < count && wanted.size < MOST_AT_ONCE; place++) {
    try {
      standAt(shown, place);
    } catch (error) {
      if (!(error instanceof MissingNode) || error.demand === undefined) throw error;
      wanted.set(demandKey(error.demand), error.demand);
    }
  }
  return [...wanted.values()];
}
