// Inputs that are not published are demanded while they can still be ended.
import { type Address, isAddressEqual } from "viem";
import { contentsOf, MissingNode, type NodeDemand, type ShownTree } from "../watcher/shown-tree.ts";
import { demandDuty, endUnanswered } from "./accuse.ts";
import type { DataSource } from "./committed-data.ts";
import { type KnownInput, shownInput } from "./committed-trees.ts";
import { coveringDemand, demandsOf, type MadeDemand } from "./demand-book.ts";
import type { DemandTerms } from "./demand-round.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import { aboutInput, titleOf } from "./input-finding.ts";
import type { LiveInput } from "./live-inputs.ts";
import { type Report, tokens } from "./report.ts";
import { affordable } from "./spending.ts";

/** Nodes of one input that are demanded at the same time. */
const MOST_AT_ONCE = 4;
/**
 * Deposits, as they are at first, that are spent on demanding one input. Whoever answers is paid the deposit, also who committed it to be paid: this bounds what an input
 * costs. Sixteen show its root, the way to a leaf, and some leaves; then the deposits double.
 */
export const MOST_INPUT_DEMANDS = 16;

/** Demands the inputs of a ledger. */
export class InputDemands {
  readonly #source: DataSource;
  readonly #report: Report;
  readonly #demander: Address;
  readonly #graceSeconds: number;
  readonly #most: bigint;

  /**
   * @param demander who pays the deposits
   * @param graceSeconds how long an input may be unpublished before it is demanded
   * @param most deposits, as they are at first, that are spent on one input
   */
  constructor(source: DataSource, report: Report, demander: Address, graceSeconds: number, most: number) {
    this.#source = source;
    this.#report = report;
    this.#demander = demander;
    this.#graceSeconds = graceSeconds;
    this.#most = BigInt(most);
  }

  /**
   * What can be done now about an input that is not published.
   */
  dutiesFor(
    { input, since, until }: LiveInput,
    known: KnownInput<unknown>,
    made: readonly MadeDemand[],
    head: Head,
    { roundSeconds, deposit }: DemandTerms,
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
    const open = wanted.filter((node) => coveringDemand(own, node) === undefined);
    const limit = this.#most * deposit;
    const paid = affordable(deposit, own.length, open.length, limit - this.#spentOn(own));
    if (paid.count < open.length)
      this.#report.sayOnce(`${name}: more than ${tokens(limit)} ${contracts.symbol} is not spent on demanding it`);
    return open.slice(0, paid.count).map((node) => demandDuty(contracts, node));
  }

  /** What the demander will not get back, or may not. */
  #spentOn(made: readonly MadeDemand[]): bigint {
    return made
      .filter(({ demander, status }) => isAddressEqual(demander, this.#demander) && status !== "refunded")
      .reduce((sum, { deposit }) => sum + deposit, 0n);
  }
}

/** The first nodes that were not shown on the way to leaves that ought to be there. */
export function missingNodes(shown: ShownTree, count: number): NodeDemand[] {
  const wanted: NodeDemand[] = [];
  for (const found of contentsOf(shown)) {
    if (found instanceof MissingNode ? found.from >= count : found.place >= count) break;
    if (found instanceof MissingNode) wanted.push(found.demand!);
    if (wanted.length === MOST_AT_ONCE) break;
  }
  return wanted;
}
