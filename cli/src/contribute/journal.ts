// What a run is about to contribute, so that a killed one is continued: an SQLite file, which one process at a time may use.
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Address, Hex } from "viem";
import { UserError } from "../errors.ts";
import type { Batch } from "./batches.ts";
import type { ContentRoot } from "./content.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    kind INTEGER NOT NULL,
    licence TEXT NOT NULL,
    uri TEXT NOT NULL,
    root TEXT NOT NULL,
    records TEXT NOT NULL,
    salt TEXT NOT NULL,
    from_block TEXT NOT NULL,
    is_reserving INTEGER NOT NULL DEFAULT 0,
    contribution TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS record (scope TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (scope, hash)) STRICT, WITHOUT ROWID;
`;

/** By whom and to what records are contributed: a record is contributed once in each. */
export interface Scope {
  readonly chainId: number;
  readonly registry: Address;
  readonly contributor: Address;
  readonly datanet: bigint;
}

/** A contribution that is to be made, or was. */
export interface Entry {
  readonly id: number;
  /** IDatanetRegistry.ContributionKind. */
  readonly kind: number;
  /** SPDX identifier. */
  readonly licence: string;
  readonly uri: string;
  readonly root: ContentRoot;
  /** Hides the root until it is contributed. */
  readonly salt: Hex;
  /** The chain's latest block when it was noted, before anything of it was sent. */
  readonly fromBlock: bigint;
  /** Whether transactions of it may be on the chain. */
  readonly isReserving: boolean;
  /** Number of the contribution, once it is known to be made. */
  readonly contribution: bigint | undefined;
}

interface Row {
  id: number;
  kind: number;
  licence: string;
  uri: string;
  root: Hex;
  records: string;
  salt: Hex;
  from_block: string;
  is_reserving: number;
  contribution: string | null;
}

/** Everything is on the disk when a method returns. */
export class Journal {
  readonly #database: DatabaseSync;
  readonly #scope: string;

  /**
   * @param isReadOnly whether nothing may be written, nor the file be made
   * @throws UserError if another run uses it, it is no journal, or one of another registry, whose contributions have the same numbers
   */
  constructor(file: string, { chainId, registry, contributor, datanet }: Scope, isReadOnly = false) {
    this.#scope = `${chainId} ${registry} ${contributor} ${datanet}`.toLowerCase();
    try {
      this.#database = isReadOnly ? openToRead(file) : openToWrite(file);
    } catch (error) {
      throw new UserError(`${file} ${reasonOf(error as SqliteError)}`);
    }
    const place = this.#scope.split(" ").slice(0, 2).join(" ");
    const other = this.#database.prepare("SELECT scope FROM batch WHERE scope NOT LIKE ? LIMIT 1").get(`${place} %`);
    if (other === undefined) return;
    this.#database.close();
    const [otherChain, otherRegistry] = (other as { scope: string }).scope.split(" ");
    throw new UserError(
      `${file} is of the registry ${otherRegistry} on chain ${otherChain}: name another folder with --contents`,
    );
  }

  /** Writes all that `write` adds, or nothing of it if that throws. */
  async atOnce(write: () => Promise<void>): Promise<void> {
    this.#database.exec("BEGIN");
    try {
      await write();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  add(batch: Batch, entry: Pick<Entry, "kind" | "licence" | "uri" | "salt" | "fromBlock">): void {
    const { kind, licence, uri, salt, fromBlock } = entry;
    this.#database
      .prepare(
        "INSERT INTO batch (scope, kind, licence, uri, root, records, salt, from_block) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      )
      .run(this.#scope, kind, licence, uri, batch.root.hash, String(batch.root.sum), salt, String(fromBlock));
    const insert = this.#database.prepare("INSERT INTO record (scope, hash) VALUES (?, ?)");
    for (const hash of batch.hashes) insert.run(this.#scope, hash);
  }

  has(hash: Uint8Array): boolean {
    return (
      this.#database.prepare("SELECT 1 FROM record WHERE scope = ? AND hash = ?").get(this.#scope, hash) !== undefined
    );
  }

  /** All entries, in the order in which they were added. */
  entries(): Entry[] {
    const rows = this.#database.prepare("SELECT * FROM batch WHERE scope = ? ORDER BY id").all(this.#scope);
    return (rows as unknown as Row[]).map(({ root, records, from_block, is_reserving, contribution, ...row }) => ({
      ...row,
      root: { hash: root, sum: BigInt(records) },
      fromBlock: BigInt(from_block),
      isReserving: is_reserving === 1,
      contribution: contribution === null ? undefined : BigInt(contribution),
    }));
  }

  /** The salts of all entries, those of other accounts and datanets too. */
  salts(): Set<string> {
    const rows = this.#database.prepare("SELECT salt FROM batch").all() as { salt: string }[];
    return new Set(rows.map(({ salt }) => salt));
  }

  /** The salt of an entry, those of other accounts and datanets too. */
  saltOf(root: Hex): Hex | undefined {
    const row = this.#database.prepare("SELECT salt FROM batch WHERE root = ? ORDER BY id DESC LIMIT 1").get(root);
    return (row as { salt: Hex } | undefined)?.salt;
  }

  /** Notes that transactions of entries are about to be sent. */
  reserving(entries: readonly Entry[]): void {
    for (const { id } of entries) this.#database.prepare("UPDATE batch SET is_reserving = 1 WHERE id = ?").run(id);
  }

  /** Notes which contribution an entry became; `undefined` where the chain has it no more. */
  made({ id }: Entry, contribution: bigint | undefined): void {
    const value = contribution === undefined ? null : String(contribution);
    this.#database.prepare("UPDATE batch SET contribution = ? WHERE id = ?").run(value, id);
  }

  /** Forgets an entry that is not made, and that its records are known. */
  drop({ id }: Entry, hashes: readonly Uint8Array[]): void {
    this.#database.prepare("DELETE FROM batch WHERE id = ? AND contribution IS NULL").run(id);
    const remove = this.#database.prepare("DELETE FROM record WHERE scope = ? AND hash = ?");
    for (const hash of hashes) remove.run(this.#scope, hash);
  }

  close(): void {
    this.#database.close();
  }
}

function openToWrite(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  return orClosed(database, () => {
    // The system gives the lock back when the process ends, however it does.
    database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; ${SCHEMA} COMMIT`);
    return database;
  });
}

/** An empty one where there is none. */
function openToRead(file: string): DatabaseSync {
  // What a killed run left half written is taken back by whoever opens the file next, which one that is opened for reading alone refuses.
  const database = new DatabaseSync(existsSync(file) ? file : ":memory:");
  return orClosed(database, () => {
    if (database.prepare("SELECT 1 FROM sqlite_schema").get() !== undefined) {
      database.prepare("SELECT 1 FROM batch, record LIMIT 1").get();
      return database;
    }
    database.close();
    const empty = new DatabaseSync(":memory:");
    empty.exec(SCHEMA);
    return empty;
  });
}

function orClosed<Value>(database: DatabaseSync, use: () => Value): Value {
  try {
    return use();
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What `node:sqlite` throws. */
interface SqliteError extends Error {
  readonly errcode?: number;
}

/** SQLite's primary result codes (https://sqlite.org/rescode.html). */
const [SQLITE_ERROR, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOTADB] = [1, 5, 6, 26];

function reasonOf({ errcode = 0, message }: SqliteError): string {
  switch (errcode & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is in use by another run: wait for it, or name another folder with --contents";
    // It has other tables.
    case SQLITE_ERROR:
    case SQLITE_NOTADB:
      return `is no journal (${message}): name another folder with --contents`;
    default:
      // Another folder would have everything contributed again.
      return `could not be opened: ${message}; nothing was changed. Set that right (is the disk full, may this user write there?) and run the same command again`;
  }
}
