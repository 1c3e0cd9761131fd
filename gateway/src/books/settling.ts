// Settlements in the books: which receipts of a till are in which.
import type { Address, Hex } from "viem";
import { BooksRefusal, SETTLEMENT_STATES, type Settlement, type SettlementState } from "./books.ts";
import type { Entry } from "../receipts/entry.ts";
import { ENTRY_COLUMNS, entryOf, key, RECEIPT_COLUMNS, settlementOf } from "./rows.ts";
import { type Row, sql, type Sql, type Statement } from "./sql.ts";

/** Leaves of a receipts tree, docs/formats.md §3. */
const MOST_RECEIPTS = 2 ** 24;
/** Rows that are read at a time. */
const PAGE = 2000;

interface Run {
  readonly channelId: string;
  readonly first: number;
  readonly last: number;
}

/** Writes a till's next settlement. Not to be run twice at a time. */
export async function cutSettlement(
  database: Sql,
  commit: (statements: readonly Statement[]) => Promise<void>,
  till: Address,
  version: bigint,
  limit = MOST_RECEIPTS,
): Promise<Settlement | undefined> {
  const receiver = till.toLowerCase();
  const [open] = await database.all(sql`SELECT * FROM settlements WHERE till = ${receiver} AND state <> 'closed'`);
  if (open !== undefined) return settlementOf(open);

  const runs = await unsettledRuns(database, receiver, version, Math.min(limit, MOST_RECEIPTS));
  if (runs.length === 0) return undefined;
  const [last] = await database.all(sql`SELECT MAX(number) AS number FROM settlements`);
  const number = Number(last?.number ?? 0) + 1;
  let total = 0n;
  for (const run of runs) total += await sumOf(database, run);
  const count = runs.reduce((receipts, { first, last: end }) => receipts + end - first + 1, 0);
  await commit([
    sql`INSERT INTO settlements (number, till, model_version, state, receipts, total, on_chain)
      VALUES (${number}, ${receiver}, ${String(version)}, 'cut', ${count}, ${String(total)}, ${null})`,
    ...runs.flatMap(({ channelId, first, last: end }) => [
      sql`INSERT INTO settled_runs (settlement, channel_id, first_sequence, last_sequence) VALUES (${number}, ${channelId}, ${first}, ${end})`,
      sql`UPDATE channels SET settled = ${end} WHERE channel_id = ${channelId}`,
    ]),
  ]);
  return { number, till: receiver as Address, version, state: "cut", count, sum: total, onChain: undefined };
}

/** Of each channel, from its first receipt in no settlement to the last before one of another version. */
async function unsettledRuns(database: Sql, till: string, version: bigint, limit: number): Promise<Run[]> {
  const rows = await database.all(sql`
    SELECT c.channel_id, c.settled, c.sequence,
      (SELECT MIN(r.sequence) FROM receipts r
        WHERE r.channel_id = c.channel_id AND r.sequence > c.settled AND r.model_version <> ${String(version)}) AS other
    FROM channels c WHERE c.till = ${till} AND c.sequence > c.settled ORDER BY c.channel_id`);
  const runs: Run[] = [];
  let left = limit;
  for (const row of rows) {
    const first = Number(row.settled) + 1;
    const end = row.other === null ? Number(row.sequence) : Number(row.other) - 1;
    const last = Math.min(end, first + left - 1);
    if (last < first) continue;
    left -= last - first + 1;
    runs.push({ channelId: String(row.channel_id), first, last });
  }
  return runs;
}

/** Running totals say what is between. */
async function sumOf(database: Sql, { channelId, first, last }: Run): Promise<bigint> {
  const ends = await database.all(sql`SELECT sequence, amount, cumulative FROM receipts
    WHERE channel_id = ${channelId} AND (sequence = ${first} OR sequence = ${last}) ORDER BY sequence`);
  return BigInt(ends.at(-1)!.cumulative!) - BigInt(ends[0]!.cumulative!) + BigInt(ends[0]!.amount!);
}

/** How far receipts of a run are covered by what was claimed of its channel: the sequence of the last one that is; one before the run's first where none is. */
async function lastCovered(database: Sql, { channelId, first, last }: Run, claimed: bigint): Promise<number> {
  let [covered, end] = [first - 1, last];
  while (covered < end) {
    const middle = covered + Math.ceil((end - covered) / 2);
    const [row] = await database.all(
      sql`SELECT cumulative FROM receipts WHERE channel_id = ${channelId} AND sequence = ${middle}`,
    );
    if (BigInt(row!.cumulative!) <= claimed) covered = middle;
    else end = middle - 1;
  }
  return covered;
}

/** Takes what was not claimed of channels out of a settlement that is cut; one that is left without receipts is gone. Not to be run beside a cut. */
export async function setAside(
  database: Sql,
  commit: (statements: readonly Statement[]) => Promise<void>,
  settlement: number,
  claimed: ReadonlyMap<Hex, bigint>,
): Promise<Settlement | undefined> {
  const [row] = await database.all(sql`SELECT * FROM settlements WHERE number = ${settlement}`);
  if (row === undefined) throw new BooksRefusal(`the books have no settlement ${settlement}`);
  const before = settlementOf(row);
  if (before.state !== "cut")
    throw new BooksRefusal(`settlement ${settlement} is ${before.state}: nothing can be taken out of it`);
  let { count, sum } = before;
  const statements: Statement[] = [];
  for (const [id, total] of claimed) {
    const channelId = key(id);
    const [run] = await database.all(sql`SELECT first_sequence, last_sequence FROM settled_runs
      WHERE settlement = ${settlement} AND channel_id = ${channelId}`);
    if (run === undefined) continue;
    const [first, last] = [Number(run.first_sequence), Number(run.last_sequence)];
    const covered = await lastCovered(database, { channelId, first, last }, total);
    if (covered === last) continue;
    count -= last - covered;
    sum -= await sumOf(database, { channelId, first: covered + 1, last });
    statements.push(
      covered < first
        ? sql`DELETE FROM settled_runs WHERE settlement = ${settlement} AND channel_id = ${channelId}`
        : sql`UPDATE settled_runs SET last_sequence = ${covered} WHERE settlement = ${settlement} AND channel_id = ${channelId}`,
      sql`UPDATE channels SET settled = ${covered} WHERE channel_id = ${channelId}`,
    );
  }
  statements.push(
    count === 0
      ? sql`DELETE FROM settlements WHERE number = ${settlement}`
      : sql`UPDATE settlements SET receipts = ${count}, total = ${String(sum)} WHERE number = ${settlement}`,
  );
  await commit(statements);
  return count === 0 ? undefined : { ...before, count, sum };
}

/** Of a settlement, ascending by channel and sequence, streamed. */
export async function* receiptsOf(
  database: Sql,
  settlement: number,
  withTexts: boolean,
): AsyncGenerator<Omit<Entry, "signature">> {
  const [found] = await database.all(sql`SELECT on_chain FROM settlements WHERE number = ${settlement}`);
  if (found === undefined) throw new BooksRefusal(`the books have no settlement ${settlement}`);
  const onChain = found.on_chain === null ? undefined : BigInt(found.on_chain!);
  let rows = await page(database, settlement, withTexts, "", 0);
  while (rows.length > 0) {
    const last = rows.at(-1)!;
    // The next page is read while this one is worked on.
    const next =
      rows.length < PAGE ? [] : page(database, settlement, withTexts, String(last.channel_id), Number(last.sequence));
    for (const row of rows) yield entryOf(row, onChain);
    rows = await next;
  }
}

function page(
  database: Sql,
  settlement: number,
  withTexts: boolean,
  channelId: string,
  sequence: number,
): Promise<Row[]> {
  return database.all({
    text: `SELECT ${withTexts ? ENTRY_COLUMNS : RECEIPT_COLUMNS} FROM settled_runs s
      JOIN receipts r ON r.channel_id = s.channel_id AND r.sequence BETWEEN s.first_sequence AND s.last_sequence
      WHERE s.settlement = ? AND s.channel_id >= ? AND (r.channel_id > ? OR r.sequence > ?)
      ORDER BY s.channel_id, r.sequence LIMIT ${PAGE}`,
    values: [settlement, channelId, channelId, sequence],
  });
}

/** The settlement's number on chain of a receipt, where it is in one that has any. */
export async function settlementOnChain(
  database: Sql,
  channelId: string,
  sequence: number,
): Promise<bigint | undefined> {
  const [row] =
    await database.all(sql`SELECT t.on_chain FROM settled_runs s JOIN settlements t ON t.number = s.settlement
    WHERE s.channel_id = ${channelId} AND s.first_sequence <= ${sequence} AND s.last_sequence >= ${sequence}`);
  return row === undefined || row.on_chain === null ? undefined : BigInt(row.on_chain!);
}

/** The statement that takes a settlement further. */
export async function advanceStatement(
  database: Sql,
  settlement: number,
  { state, onChain }: { state: SettlementState; onChain?: bigint },
): Promise<Statement> {
  const [found] = await database.all(sql`SELECT state FROM settlements WHERE number = ${settlement}`);
  if (found === undefined) throw new BooksRefusal(`the books have no settlement ${settlement}`);
  const present = found.state as SettlementState;
  if (SETTLEMENT_STATES.indexOf(state) < SETTLEMENT_STATES.indexOf(present))
    throw new BooksRefusal(`settlement ${settlement} is ${present}: it can't become ${state} again`);
  return sql`UPDATE settlements SET state = ${state}, on_chain = COALESCE(${onChain === undefined ? null : String(onChain)}, on_chain)
    WHERE number = ${settlement}`;
}

/** Forgets the texts of closed settlements' receipts, one settlement's channel at a time so that nothing else waits for long. */
export async function forgetTexts(
  database: Sql,
  issuedBefore: number,
  settlements?: readonly number[],
): Promise<number> {
  const closed = await database.all(sql`SELECT number FROM settlements
    WHERE state = 'closed' AND forgotten IS NULL ORDER BY number`);
  const numbers = closed.map(({ number }) => Number(number)).filter((number) => settlements?.includes(number) ?? true);
  let forgotten = 0;
  for (const number of numbers) {
    const runs = await database.all(
      sql`SELECT channel_id, first_sequence, last_sequence FROM settled_runs WHERE settlement = ${number}`,
    );
    for (let at = 0; at < runs.length; at += 100) {
      const changes = await database.transaction(
        runs.slice(at, at + 100).map(
          (
            run,
          ) => sql`UPDATE receipts SET prompt = NULL, answer = NULL, input_tokens = NULL, output_tokens = NULL, citations = NULL
            WHERE channel_id = ${run.channel_id!} AND sequence BETWEEN ${run.first_sequence!} AND ${run.last_sequence!}
              AND issued_at < ${issuedBefore} AND prompt IS NOT NULL`,
        ),
      );
      forgotten += changes.reduce((sum, rows) => sum + rows, 0);
    }
    // One without a text is not looked at again.
    const left = await database.all(sql`SELECT 1 AS found FROM settled_runs s
      JOIN receipts r ON r.channel_id = s.channel_id AND r.sequence BETWEEN s.first_sequence AND s.last_sequence
      WHERE s.settlement = ${number} AND r.prompt IS NOT NULL LIMIT 1`);
    if (left.length === 0)
      await database.transaction([sql`UPDATE settlements SET forgotten = 1 WHERE number = ${number}`]);
  }
  return forgotten;
}
