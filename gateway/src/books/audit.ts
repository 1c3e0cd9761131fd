// Whether the books add up, from their rows alone.
import { channelOf } from "./rows.ts";
import { sql, type Sql } from "./sql.ts";

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
  await checkChannels(database, walks, faults);
  await checkRuns(database, faults);
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
async function checkChannels(database: Sql, walks: Map<string, Walk>, faults: string[]): Promise<void> {
  for (const row of await database.all(sql`SELECT channel_id, record, sequence, settled, used FROM channels`)) {
    const id = String(row.channel_id);
    const { channel, sequence, settled } = channelOf(row);
    const walk = walks.get(id) ?? { sequence: 0n, cumulative: 0n };
    walks.delete(id);
    const charged = BigInt(channel.chargedCumulativeAmount);
    if (sequence !== walk.sequence) faults.push(`${id}: counts ${sequence} receipts and has ${walk.sequence}`);
    if (charged !== walk.cumulative) faults.push(`${id}: was charged ${charged}, its receipts say ${walk.cumulative}`);
    if (settled > sequence) faults.push(`${id}: receipts to ${settled} are settled, and it has ${sequence}`);
    if (charged > BigInt(channel.signedMaxClaimable))
      faults.push(`${id}: was charged ${charged}, its voucher is for ${channel.signedMaxClaimable}`);
  }
  for (const id of walks.keys()) faults.push(`${id}: has receipts and no record`);
}

/** Each receipt of a channel up to its last settled is in one settlement, and no other is in any. */
async function checkRuns(database: Sql, faults: string[]): Promise<void> {
  const rows = await database.all(sql`SELECT s.channel_id, s.settlement, s.first_sequence, s.last_sequence, c.settled
    FROM settled_runs s JOIN channels c ON c.channel_id = s.channel_id ORDER BY s.channel_id, s.first_sequence`);
  rows.forEach((row, at) => {
    const before = rows[at - 1];
    const expected = before?.channel_id === row.channel_id ? Number(before!.last_sequence) + 1 : 1;
    const what = `${row.channel_id}: settlement ${row.settlement}`;
    if (Number(row.first_sequence) !== expected)
      faults.push(`${what} begins at ${row.first_sequence} instead of ${expected}`);
    const isLast = rows[at + 1]?.channel_id !== row.channel_id;
    if (isLast && Number(row.last_sequence) !== Number(row.settled))
      faults.push(`${what} ends at ${row.last_sequence} instead of ${row.settled}`);
  });
}
