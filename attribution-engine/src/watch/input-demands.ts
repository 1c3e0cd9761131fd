// Inputs that are not published are demanded while they can still be ended.
import { MissingNode, type NodeDemand, type ShownTree, standAt } from "../watcher/shown-tree.ts";
import { demandDuty, endUnanswered } from "./accuse.ts";
import type { DataSource } from "./committed-data.ts";
import { type KnownInput, shownInput } from "./committed-trees.ts";
import { coveringDemand, demandKey, demandsOf, type MadeDemand } from "./demand-book.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import { aboutInput, titleOf } from "./input-finding.ts";
import type { LiveInput } from "./live-inputs.ts";
import type { Report } from "./report.ts";

/** Nodes of one input that are demanded at the same time. */
const MOST_AT_ONCE = 4;

/** Demands the inputs of a ledger. */
export class InputDemands {
  readonly #source: DataSource;
  readonly #report: Report;
  readonly #graceSeconds: number;

  /** @param graceSeconds how long an input may be unpublished before it is demanded */
  constructor(source: DataSource, report: Report, graceSeconds: number) {
    this.#source = source;
    this.#report = report;
    this.#graceSeconds = graceSeconds;
  }

  /**
   * What can be done now about an input that is not published.
   * @param roundSeconds time of a demand and of what follows from its answer
   */
  dutiesFor(
    { input, since, until }: LiveInput,
    known: KnownInput<unknown>,
    made: readonly MadeDemand[],
    head: Head,
    roundSeconds: number,
  ): Duty[] {
    const isLate = head.timestamp - since >= this.#graceSeconds || until - head.timestamp < 2 * roundSeconds;
    if (known.table !== undefined || !isLate) return [];
    const own = demandsOf(made, input.commitment);
    const overdue = own.find(({ status, deadline }) => status === "open" && deadline < head.timestamp);
    const { contracts } = this.#source;
    const name = titleOf(input.commitment);
    if (overdue !== undefined) {
      const ending = endUnanswered(contracts, overdue, `end ${name}, of which demand ${overdue.id} was not answered`);
      return [{ ...ending, input: aboutInput(contracts.ledger, input.commitment) }];
    }
    const wanted = missingNodes(shownInput(known), input.count);
    const what = `${name} is not published`;
    this.#report.sayOnce(wanted.length > 0 ? `${what}: it is demanded` : `${what}, and is known from answers`);
    return wanted.filter((node) => coveringDemand(own, node) === undefined).map((node) => demandDuty(contracts, node));
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
