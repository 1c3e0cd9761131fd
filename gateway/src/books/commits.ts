// Commits that share one write to the disk: while one is under way, those that come wait and are taken together.
import { OutcomeUnknown, type Sql, type Statement } from "./sql.ts";

interface Waiting {
  readonly statements: readonly Statement[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Statements of one transaction; more wait for the next, so that none becomes long. */
const MOST_STATEMENTS = 1000;

export class Commits {
  readonly #database: Sql;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(database: Sql) {
    this.#database = database;
  }

  /**
   * Takes the statements wholly, durably, or not at all.
   * @throws OutcomeUnknown if the database was away too long to say which
   */
  commit(statements: readonly Statement[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ statements, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // What is called in the same turn of the event loop comes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#take(this.#next());
    this.#running = undefined;
  }

  #next(): Waiting[] {
    let statements = 0;
    let count = 0;
    while (count < this.#waiting.length && statements < MOST_STATEMENTS)
      statements += this.#waiting[count++]!.statements.length;
    return this.#waiting.splice(0, count);
  }

  async #take(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#database.transaction(group.flatMap(({ statements }) => statements));
    } catch (error) {
      // What may have been taken must not be tried again.
      if (group.length === 1 || error instanceof OutcomeUnknown) for (const { reject } of group) reject(error);
      // One commit must not fail for another's fault.
      else for (const each of group) await this.#take([each]);
      return;
    }
    for (const { resolve } of group) resolve();
  }
}
