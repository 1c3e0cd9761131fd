// The newest indexed block: makes `/status` true from the start, so that it never names a block whose events are not in the tables, and reads it.
import { sql } from "ponder";

/** What Ponder keeps in globals for its GraphQL server; not documented, so tied to the pinned version. */
interface PonderGlobals {
  PONDER_COMMON: { options: { command: string } };
  PONDER_DATABASE: { adminQB: { raw: { execute(query: ReturnType<typeof sql>): Promise<{ rows: unknown[] }> } } };
  PONDER_NAMESPACE_BUILD: { schema: string };
}

/**
 * When Ponder starts on tables that it filled before, it takes them back to the safe checkpoint and goes on from there, but
 * leaves the newest block of the former run in what `/status` shows until the first block is indexed again.
 */
export async function forgetFormerRun(): Promise<void> {
  const { PONDER_COMMON, PONDER_DATABASE, PONDER_NAMESPACE_BUILD } = globalThis as unknown as PonderGlobals;
  // `ponder serve` answers for tables that another process fills.
  if (PONDER_COMMON.options.command === "serve") return;
  const table = sql`${sql.identifier(PONDER_NAMESPACE_BUILD.schema)}."_ponder_checkpoint"`;
  await PONDER_DATABASE.adminQB.raw.execute(sql`UPDATE ${table} SET latest_checkpoint = safe_checkpoint`);
}

/** As `/status` shows it. A checkpoint is digits: 10 of the block's time, 16 of the chain's id, 16 of the block's number, and more. */
export async function indexedBlock(): Promise<{ number: number; timestamp: number }> {
  const { PONDER_DATABASE, PONDER_NAMESPACE_BUILD } = globalThis as unknown as PonderGlobals;
  const table = sql`${sql.identifier(PONDER_NAMESPACE_BUILD.schema)}."_ponder_checkpoint"`;
  const { rows } = await PONDER_DATABASE.adminQB.raw.execute(sql`SELECT latest_checkpoint FROM ${table}`);
  const [row] = rows as { latest_checkpoint: string }[];
  if (row === undefined) return { number: 0, timestamp: 0 };
  const checkpoint = row.latest_checkpoint;
  return { number: Number(checkpoint.slice(26, 42)), timestamp: Number(checkpoint.slice(0, 10)) };
}
