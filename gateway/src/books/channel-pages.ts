// Rows of channels a page at a time, each in a statement of its own: between two of them others' commits are taken.
import type { ChannelFilter } from "./books.ts";
import { type Row, sql, type Sql, type Statement } from "./sql.ts";

/** Channels of a page: some milliseconds of the database, and of this thread. */
export const CHANNELS_PER_PAGE = 1_000;

/** Ascending by id. A page is looked through before it is filtered, so that no statement takes longer where few are wanted; an index of those would cost every charge a page of the file. */
export async function* pagesOfChannels(database: Sql, filter: ChannelFilter): AsyncGenerator<Row[]> {
  const { till, isUnclaimed = false } = filter;
  const receiver = till?.toLowerCase();
  for (let after = ""; ;) {
    const [end] = await database.all(endOfPage(after, receiver));
    const last = end === undefined ? undefined : String(end.channel_id);
    const rows = await database.all(rowsBetween({ after, last, receiver, isUnclaimed }));
    if (rows.length > 0) yield rows;
    if (last === undefined) return;
    after = last;
  }
}

/** The last channel of a full page; without one, the page is the last. */
function endOfPage(after: string, receiver: string | undefined): Statement {
  return receiver === undefined
    ? sql`SELECT channel_id FROM channels WHERE channel_id > ${after}
        ORDER BY channel_id LIMIT 1 OFFSET ${CHANNELS_PER_PAGE - 1}`
    : sql`SELECT channel_id FROM channels WHERE till = ${receiver} AND channel_id > ${after}
        ORDER BY channel_id LIMIT 1 OFFSET ${CHANNELS_PER_PAGE - 1}`;
}

interface Page {
  readonly after: string;
  readonly last: string | undefined;
  readonly receiver: string | undefined;
  readonly isUnclaimed: boolean;
}

function rowsBetween({ after, last, receiver, isUnclaimed }: Page): Statement {
  const conditions = ["channel_id > ?"];
  const values = [after];
  if (last !== undefined) {
    conditions.push("channel_id <= ?");
    values.push(last);
  }
  if (receiver !== undefined) {
    conditions.push("till = ?");
    values.push(receiver);
  }
  if (isUnclaimed)
    conditions.push(`(sequence > settled OR EXISTS (SELECT 1 FROM settled_runs r
      WHERE r.channel_id = channels.channel_id AND r.settlement IN (SELECT number FROM settlements WHERE state = 'cut')))`);
  // Without a limit: new ones may have come since its end was found, which must push no other out.
  const text = `SELECT channel_id, record, sequence, settled, used FROM channels
    WHERE ${conditions.join(" AND ")} ORDER BY channel_id`;
  return { text, values };
}
