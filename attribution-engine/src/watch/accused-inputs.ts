// Inputs that are wrong, until their end is sure.
import type { Commitment } from "@tributary/protocol/demand";
import { KINDS } from "@tributary/protocol/kinds";
import type { DataSource } from "./committed-data.ts";
import type { Head } from "./head.ts";
import { readInputEnding } from "./input-endings.ts";
import { titleOf } from "./input-finding.ts";
import type { Report } from "./report.ts";

/** @param missedAt block at which it could not be ended any more, and no end of it was seen */
interface Accused {
  readonly commitment: Commitment;
  missedAt?: bigint | undefined;
}

/** Follows them. */
export class AccusedInputs {
  readonly #source: DataSource;
  readonly #report: Report;
  readonly #confirmations: bigint;
  readonly #accused = new Map<string, Accused>();

  /** @param confirmations blocks, its own included, after which an end counts */
  constructor(source: DataSource, report: Report, confirmations: bigint) {
    this.#source = source;
    this.#report = report;
    this.#confirmations = confirmations;
  }

  add(commitment: Commitment): void {
    const title = titleOf(commitment);
    if (!this.#accused.has(title)) this.#accused.set(title, { commitment });
  }

  /** Forgets one that is right: a node that was behind may have made it look otherwise. */
  withdraw(commitment: Commitment): void {
    this.#accused.delete(titleOf(commitment));
  }

  /** Notes one that was accused before, by this watcher as it ran then. */
  remember({ kind: tag, id, sub }: { kind: number; id: string; sub: number }): void {
    const kind = KINDS.find((known) => known.tag === tag);
    if (kind !== undefined) this.add({ kind, id: BigInt(id), sub });
  }

  /** Says how they ended. @param live titles of inputs that can still be ended @returns those that are not ended for sure, in words */
  async unsettled(live: ReadonlySet<string>, head: Head): Promise<string[]> {
    const { ledger } = this.#source.contracts;
    const open: string[] = [];
    for (const [title, accused] of this.#accused) {
      const { commitment } = accused;
      if (live.has(title)) {
        this.#report.unendedInput(ledger, commitment);
        open.push(`${title} can still be ended`);
        continue;
      }
      const ending = await readInputEnding(this.#source, commitment);
      if (ending === undefined) {
        // Its end may be in a block that was not read yet.
        accused.missedAt ??= head.number;
        if (accused.missedAt === head.number) open.push(`${title} has no end yet`);
        else this.#miss(title, commitment);
        continue;
      }
      this.#report.endedInput(ledger, commitment, ending);
      if (head.number - ending.block + 1n >= this.#confirmations) this.#accused.delete(title);
      else open.push(`${title}: its end is not confirmed`);
    }
    return open;
  }

  #miss(title: string, commitment: Commitment): void {
    this.#report.judgedInput(this.#source.contracts.ledger, commitment, "wrong", "can be ended no more, and stands");
    this.#accused.delete(title);
  }
}
