// Whether the books add up, from their rows alone.
import type { Settlement } from "./books.ts";
import { channelOf, settlementOf } from "./rows.ts";
import { type Row, sql, type Sql } from "./sql.ts";

/** Rows that are read at a time. */
const PAGE = 5000;

interface Walk {
  sequence: bigint;
  cumulative: bigint;
}

/**
 * Checks the invariants of docs/gateway.md over everything that is written.
 * @returns what breaks them, in words
 */
export async function auditBooks(database: Sql): Promise<string[]> {
  const faults: string[] = [];
  const walks = await walkReceipts(database, faults);
  const settled = await checkRuns(database, faults);
  await checkChannels(database, walks, settled, faults);
  await checkVersions(database, faults);
  await checkRefunds(database, faults);
  return faults;
}

/** Receipts of a channel count from 1 without a gap, and their totals run. */
async function walkReceipts(database: Sql, faults: string[]): Promise<Map<string, Walk>> {
  const walks = new Map<string, Walk>();
  let channelId = "";
  let sequence = 0;
  for (;;) {
    const rows = await database.all(sql`SELECT channel_id, sequence, amount, cumulative FROM receipts
      WHERE channel_id >= ${channelId} AND (channel_id > ${channelId} OR sequence > ${sequence})
      ORDER BY channel_id, sequence LIMIT ${PAGE}`);
    for (const row of rows) {
      channelId = String(row.channel_id);
      sequence = Number(row.sequence);
      const walk = walks.get(channelId) ?? { sequence: 0n, cumulative: 0n };
      const found = { sequence: BigInt(row.sequence!), cumulative: BigInt(row.cumulative!) };
      if (found.sequence !== walk.sequence + 1n)
        faults.push(`${channelId}: receipt ${found.sequence} follows ${walk.sequence}`);
      if (found.cumulative !== walk.cumulative + BigInt(row.amount!))
        faults.push(`${channelId}: receipt ${found.sequence} does not run on from the one before`);
      walks.set(channelId, found);
    }
    if (rows.length < PAGE) return walks;
  }
}

/** What a channel was charged is the sum of its receipts, and its voucher covers it. */
async function checkChannels(
  database: Sql,
  walks: Map<string, Walk>,
  ends: ReadonlyMap<string, bigint>,
  faults: string[],
): Promise<void> {
  for (const row of await database.all(sql`SELECT channel_id, record, sequence, settled, used FROM channels`)) {
    const id = String(row.channel_id);
    const { channel, sequence, settled } = channelOf(row);
    const walk = walks.get(id) ?? { sequence: 0n, cumulative: 0n };
    walks.delete(id);
    const charged = BigInt(channel.chargedCumulativeAmount);
    if (sequence !== walk.sequence) faults.push(`${id}: counts ${sequence} receipts and has ${walk.sequence}`);
    if (charged !== walk.cumulative) faults.push(`${id}: was charged ${charged}, its receipts say ${walk.cumulative}`);
    if (settled > sequence) faults.push(`${id}: receipts to ${settled} are settled, and it has ${sequence}`);
    const end = ends.get(id) ?? 0n;
    if (settled !== end) faults.push(`${id}: receipts to ${settled} are settled, and settlements have those to ${end}`);
    if (charged > BigInt(channel.signedMaxClaimable))
      faults.push(`${id}: was charged ${charged}, its voucher is for ${channel.signedMaxClaimable}`);
  }
  for (const id of walks.keys()) faults.push(`${id}: has receipts and no record`);
}

/**
 * Each receipt that is settled is in one settlement, which says how many it has and what they add up to; of those of a till one is open.
 * @returns of each channel the last sequence that is in any
 */
async function checkRuns(database: Sql, faults: string[]): Promise<Map<string, bigint>> {
  const rows = await database.all(sql`SELECT * FROM settlements ORDER BY number`);
  const settlements = new Map(rows.map((row) => [Number(row.number), settlementOf(row)]));
  const sums = new Map<number, { count: number; sum: bigint }>();
  const ends = new Map<string, bigint>();
  for (const run of await runsOf(database)) {
    const { channel_id: id, settlement } = run;
    const [number, first, last] = [Number(settlement), BigInt(run.first_sequence!), BigInt(run.last_sequence!)];
    const what = `${id}: settlement ${number}`;
    const expected = (ends.get(String(id)) ?? 0n) + 1n;
    if (first !== expected) faults.push(`${what} begins at ${first} instead of ${expected}`);
    ends.set(String(id), last);
    if (run.first_amount === null || run.total_at_last === null) {
      faults.push(`${what} has receipts ${first} to ${last}, and not all of them are there`);
      continue;
    }
    if (settlements.get(number)?.till !== run.till) faults.push(`${what} is not of the channel's till ${run.till}`);
    const { count, sum } = sums.get(number) ?? { count: 0, sum: 0n };
    const amount = BigInt(run.total_at_last!) - BigInt(run.total_at_first!) + BigInt(run.first_amount!);
    sums.set(number, { count: count + Number(last - first) + 1, sum: sum + amount });
  }
  checkSums(settlements, sums, faults);
  return ends;
}

/** With the amounts and running totals that say what is between: those that a receipt is missing for are null. */
function runsOf(database: Sql): Promise<Row[]> {
  return database.all(sql`SELECT s.channel_id, s.settlement, s.first_sequence, s.last_sequence, c.till,
      f.amount AS first_amount, f.cumulative AS total_at_first, l.cumulative AS total_at_last
    FROM settled_runs s LEFT JOIN channels c ON c.channel_id = s.channel_id
      LEFT JOIN receipts f ON f.channel_id = s.channel_id AND f.sequence = s.first_sequence
      LEFT JOIN receipts l ON l.channel_id = s.channel_id AND l.sequence = s.last_sequence
    ORDER BY s.channel_id, s.first_sequence`);
}

function checkSums(
  settlements: ReadonlyMap<number, Settlement>,
  sums: Map<number, { count: number; sum: bigint }>,
  faults: string[],
): void {
  const open = new Set<string>();
  for (const { number, till, state, ...said } of settlements.values()) {
    const { count, sum } = sums.get(number) ?? { count: 0, sum: 0n };
    sums.delete(number);
    if (said.count !== count || said.sum !== sum)
      faults.push(`settlement ${number} says ${said.count} receipts over ${said.sum}, and has ${count} over ${sum}`);
    if (state === "closed") continue;
    if (open.has(till)) faults.push(`settlement ${number} is open beside another one of ${till}`);
    open.add(till);
  }
  for (const number of sums.keys()) faults.push(`settlement ${number} has receipts and no record`);
}

/** A settlement is of one version. */
async function checkVersions(database: Sql, faults: string[]): Promise<void> {
  const rows = await database.all(sql`SELECT s.settlement, r.channel_id, r.sequence, r.model_version
    FROM settlements t JOIN settled_runs s ON s.settlement = t.number
      JOIN receipts r ON r.channel_id = s.channel_id AND r.sequence BETWEEN s.first_sequence AND s.last_sequence
    WHERE r.model_version <> t.model_version ORDER BY s.settlement, r.channel_id, r.sequence LIMIT ${PAGE}`);
  for (const row of rows)
    faults.push(
      `${row.channel_id}: receipt ${row.sequence} is of version ${row.model_version}, and in settlement ${row.settlement} of another`,
    );
}

/** A refund that stands is of a channel that the books know, and of something. */
async function checkRefunds(database: Sql, faults: string[]): Promise<void> {
  const rows = await database.all(sql`SELECT r.channel_id, r.amount, c.channel_id AS known
    FROM refunds r LEFT JOIN channels c ON c.channel_id = r.channel_id`);
  for (const { channel_id: id, amount, known } of rows) {
    if (known === null) faults.push(`${id}: a refund of ${amount} stands, and it has no record`);
    if (BigInt(amount!) <= 0n) faults.push(`${id}: a refund of ${amount} stands`);
  }
}
