// Which SQL texts the database is to keep planned, and under which names.
import { LRUCache } from "lru-cache";

/** Texts whose uses are counted, and how long they may be. */
const MOST_COUNTED = 1_000;
const MOST_LENGTH = 20_000;
/** A text that is asked less often is planned each time. */
const LEAST_USES = 5;
/** Ever given by this process: a connection keeps what it was given until it ends. */
const MOST_NAMES = 500;

export class StatementNames {
  readonly #uses = new LRUCache<string, number>({ max: MOST_COUNTED });
  readonly #names = new Map<string, string>();
  #given = 0;

  /** @returns the name to prepare a text under; nothing where it is seldom asked, long, or there are enough names */
  of(sql: string): string | undefined {
    const name = this.#names.get(sql);
    if (name !== undefined || sql.length > MOST_LENGTH || this.#given === MOST_NAMES) return name;
    const uses = (this.#uses.get(sql) ?? 0) + 1;
    this.#uses.set(sql, uses);
    if (uses <= LEAST_USES) return undefined;
    this.#uses.delete(sql);
    const given = `tributary_${++this.#given}`;
    this.#names.set(sql, given);
    return given;
  }

  /** The text is to be prepared under another name, if it is asked as often again. */
  forget(sql: string): void {
    this.#names.delete(sql);
  }
}
