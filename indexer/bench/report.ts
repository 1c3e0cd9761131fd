// What the measurements come to: percentiles, rates and ratios, and their text.
import type { BackfillFigures } from "./backfill/measure.ts";
import type { GraphqlFigures, Load } from "./graphql/measure.ts";

export const AIMS = { ratioToPeer: 1, blockToGraphqlMs: 1_000, graphqlP99Ms: 100 } as const;

/** The value that `share` of the values do not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error("no values");
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

export interface Freshness {
  database: string;
  blocks: number;
  medianMs: number;
  p95Ms: number;
}

export function freshnessOf(database: string, milliseconds: readonly number[]): Freshness {
  return {
    database,
    blocks: milliseconds.length,
    medianMs: percentile(milliseconds, 0.5),
    p95Ms: percentile(milliseconds, 0.95),
  };
}

/** Parts that were not measured are null. */
export interface Measurements {
  backfill: BackfillFigures | null;
  freshness: Freshness[] | null;
  graphql: GraphqlFigures | null;
}

export interface Report extends Measurements {
  /** Events a second that Ponder indexes into PostgreSQL, and into its embedded database. */
  eventsPerSecond: number | null;
  embeddedEventsPerSecond: number | null;
  /** What was measured beside it, and how fast that was; null, and the reason in `backfill.peerMissing`, where nothing was. */
  peer: string | null;
  peerEventsPerSecond: number | null;
  /** Ponder's events a second by the peer's. */
  ratioToPeer: number | null;
  /** Median of the embedded database, which is the default. */
  blockToGraphqlMs: number | null;
  /** Of clients that pause, and of those that do not, asked of the most servers that were measured. */
  graphqlP99Ms: number | null;
  graphqlSaturatedP99Ms: number | null;
}

export function reportOf(measurements: Measurements, peerName: string): Report {
  const { backfill, freshness, graphql } = measurements;
  const rate = (seconds: number | null | undefined): number | null =>
    backfill === null || seconds === null || seconds === undefined ? null : backfill.events / seconds;
  const eventsPerSecond = rate(backfill?.postgresSeconds);
  const peerEventsPerSecond = rate(backfill?.peerSeconds);
  return {
    eventsPerSecond,
    embeddedEventsPerSecond: rate(backfill?.pgliteSeconds),
    peer: peerEventsPerSecond === null ? null : peerName,
    peerEventsPerSecond,
    ratioToPeer:
      eventsPerSecond === null || peerEventsPerSecond === null ? null : eventsPerSecond / peerEventsPerSecond,
    blockToGraphqlMs: freshness?.[0]?.medianMs ?? null,
    graphqlP99Ms: (graphql?.shared ?? graphql)?.paced.p99Ms ?? null,
    graphqlSaturatedP99Ms: (graphql?.shared ?? graphql)?.saturated.p99Ms ?? null,
    ...measurements,
  };
}

const whole = (value: number): string => Math.round(value).toLocaleString("en-GB");

/** For people; ends with a line break. */
export function textOf(report: Report): string {
  const { backfill, freshness, graphql } = report;
  const lines: string[] = [];
  if (backfill !== null) {
    const line = (name: string, seconds: number): string =>
      `  ${name.padEnd(42)}${whole(seconds).padStart(6)} s${whole(backfill.events / seconds).padStart(9)} events/s`;
    lines.push(`Backfill of ${whole(backfill.events)} events into six tables, from nothing, equal rows:`);
    lines.push(line("Ponder, PostgreSQL", backfill.postgresSeconds), line("Ponder, PGlite", backfill.pgliteSeconds));
    if (backfill.peerSeconds === null) lines.push(`  no peer: ${backfill.peerMissing}`);
    else {
      lines.push(line(`${report.peer}, PostgreSQL`, backfill.peerSeconds));
      lines.push(`  Ponder into PostgreSQL is ${report.ratioToPeer!.toFixed(2)} times as fast as the peer`);
    }
  }
  for (const { database, blocks, medianMs, p95Ms } of freshness ?? []) {
    lines.push(
      `Block to GraphQL, ${database}, ${blocks} blocks: median ${whole(medianMs)} ms, p95 ${whole(p95Ms)} ms (aim: ${whole(AIMS.blockToGraphqlMs)} ms)`,
    );
  }
  if (graphql !== null) {
    const load = (name: string, { requestsPerSecond, p50Ms, p95Ms, p99Ms }: Load): string =>
      `  ${name}: ${whole(requestsPerSecond)} queries/s; p50 ${whole(p50Ms)} ms, p95 ${whole(p95Ms)} ms, p99 ${whole(p99Ms)} ms`;
    lines.push(
      `GraphQL over ${whole(graphql.rows)} rows in PostgreSQL, the dashboard's queries, ${graphql.clients} clients:`,
      load(`one process, each asks about every ${whole(graphql.paced.pauseMs)} ms`, graphql.paced),
      load("one process, each asks without pause", graphql.saturated),
      ...(graphql.shared === null
        ? []
        : [
            load(
              `${graphql.shared.servers} servers, each asks about every ${whole(graphql.paced.pauseMs)} ms`,
              graphql.shared.paced,
            ),
            load(`${graphql.shared.servers} servers, each asks without pause`, graphql.shared.saturated),
          ]),
      `  aim: p99 ${whole(AIMS.graphqlP99Ms)} ms`,
      `  slowest (p99): ${graphql.slowest
        .slice(0, 3)
        .map(({ query, p99Ms }) => `${query} ${whole(p99Ms)} ms`)
        .join(", ")}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
