// Rows of channels a page at a time, each in a statement of its own: between two of them others' commits are taken.
import type { ChannelFilter } from "./books.ts";
import { type Row, sql, type Sql, type Statement } from "./sql.ts";

/** Channels of a page: some milliseconds of the database, and of this thread. */
export const CHANNELS_PER_PAGE = 1_000;

/** Ascending by id. */
export async function* pagesOfChannels(database: Sql, filter: ChannelFilter): AsyncGenerator<Row[]> {
  for (let after = ""; ;) {
    const rows = await database.all(pageAfter(after, filter));
    if (rows.length > 0) yield rows;
    if (rows.length < CHANNELS_PER_PAGE) return;
    after = String(rows.at(-1)!.channel_id);
  }
}

/** Every page is found by an index of its own, so that the last one costs no more than the first. */
function pageAfter(after: string, { till, isUnclaimed = false }: ChannelFilter): Statement {
  const receiver = till?.toLowerCase();
  if (receiver === undefined) {
    if (isUnclaimed) throw new Error("what is unclaimed is asked for of one till");
    return sql`SELECT channel_id, record, sequence, settled, used FROM channels
      WHERE channel_id > ${after} ORDER BY channel_id LIMIT ${CHANNELS_PER_PAGE}`;
  }
  if (!isUnclaimed)
    return sql`SELECT channel_id, record, sequence, settled, used FROM channels
      WHERE till = ${receiver} AND channel_id > ${after} ORDER BY channel_id LIMIT ${CHANNELS_PER_PAGE}`;
  // A till has one settlement at most that is not closed.
  return sql`SELECT channel_id, record, sequence, settled, used FROM channels WHERE channel_id IN (
      SELECT channel_id FROM (SELECT channel_id FROM channels
        WHERE till = ${receiver} AND sequence > settled AND channel_id > ${after}
        ORDER BY channel_id LIMIT ${CHANNELS_PER_PAGE}) AS unsettled
      UNION SELECT channel_id FROM (SELECT channel_id FROM settled_runs
        WHERE settlement = (SELECT MIN(number) FROM settlements WHERE till = ${receiver} AND state = 'cut') AND channel_id > ${after}
        ORDER BY channel_id LIMIT ${CHANNELS_PER_PAGE}) AS cut
    ) ORDER BY channel_id LIMIT ${CHANNELS_PER_PAGE}`;
}
