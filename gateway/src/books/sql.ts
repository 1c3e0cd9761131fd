// A relational database as the books use it: one writer, statements in SQL that SQLite and PostgreSQL both read.

export type Value = string | number | null;
export type Row = Record<string, Value>;

export interface Statement {
  /** With `?` for its values, in their order. */
  readonly text: string;
  readonly values: readonly Value[];
}

export interface Sql {
  /** Column type that holds any whole number exactly, and gives it back in decimal digits. */
  readonly exact: "TEXT" | "NUMERIC(78, 0)";
  /** What follows a table's columns where its rows lie in the order of its primary key. */
  readonly clustered: "" | "WITHOUT ROWID";
  /**
   * Takes the statements wholly, durably, or not at all.
   * @returns how many rows each changed
   * @throws OutcomeUnknown if the database was away too long to say which
   */
  transaction(statements: readonly Statement[]): Promise<number[]>;
  all(statement: Statement): Promise<Row[]>;
  close(): Promise<void>;
}

/** Another process writes to the books. */
export class BooksInUse extends Error {}

/** The answer to a commit was lost, and could not be found out in time. What is read afterwards tells. */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super("the database was lost in a commit, and has not said since whether it was taken", { cause });
  }
}

/** Of templates, each of which is one object wherever it is used. */
const texts = new WeakMap<TemplateStringsArray, string>();

/** A statement out of a template, whose values are passed apart from its text. */
export function sql(parts: TemplateStringsArray, ...values: Value[]): Statement {
  let text = texts.get(parts);
  if (text === undefined) texts.set(parts, (text = parts.join("?")));
  return { text, values };
}
