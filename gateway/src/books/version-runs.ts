// Which versions of a model a channel's unsettled receipts are of, without reading them all at each call.
import { sql, type Sql } from "./sql.ts";

/** What is known of the receipts of one channel above `settled`, up to and with `through`. */
export interface VersionRuns {
  readonly settled: number;
  readonly through: number;
  /** In the order of the receipts, each once for as many as stand together. */
  readonly versions: readonly bigint[];
}

/**
 * Reads what came since `known`; all of it only where a settlement took or gave back receipts. Receipts never change, so the two bounds say what the versions are.
 * @param sequence of the channel's last receipt
 */
export async function readVersionRuns(
  database: Sql,
  channelId: string,
  sequence: bigint,
  known: VersionRuns | undefined,
): Promise<VersionRuns> {
  const [row] = await database.all(sql`SELECT settled FROM channels WHERE channel_id = ${channelId}`);
  const settled = Number(row?.settled ?? 0);
  const through = Number(sequence);
  const before = known?.settled === settled ? known : { settled, through: settled, versions: [] };
  if (before.through >= through) return before;
  const rows = await database.all(sql`SELECT model_version FROM (
      SELECT sequence, model_version, LAG(model_version) OVER (ORDER BY sequence) AS version_before
      FROM receipts WHERE channel_id = ${channelId} AND sequence > ${before.through} AND sequence <= ${through}) runs
    WHERE version_before IS NULL OR version_before <> model_version ORDER BY sequence`);
  const versions = rows.map((run) => BigInt(run.model_version!));
  const isGoingOn = versions[0] === before.versions.at(-1);
  return { settled, through, versions: [...before.versions, ...(isGoingOn ? versions.slice(1) : versions)] };
}
