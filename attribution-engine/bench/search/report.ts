// What the measurements come to: rates, shares of the ceiling, and ratios to the best peer, as figures and as a table.
import type { BackendName } from "../../src/search/backend.ts";
import type { GpuFigures } from "../gpu/measure.ts";
import type { Standing } from "./compare.ts";
import type { Ceiling } from "./machine.ts";
import type { Stored } from "./stored.ts";
import type { Sizes } from "./workload.ts";

/** Figures of one number of threads. */
export interface ThreadFigures {
  readonly threads: number;
  readonly ceiling: Ceiling;
  /** The backend that `auto` chooses. */
  readonly chosen: Standing;
  /** Share of the ceiling that its multiplications and additions take; null without a ceiling. */
  readonly ceilingShare: number | null;
  /** The fastest peer, whatever its lists are worth; null if none runs. */
  readonly bestPeer: Standing | null;
  readonly ratioToBestPeer: number | null;
  readonly standings: readonly Standing[];
}

export function summarise(
  threads: number,
  sizes: Sizes,
  chosen: BackendName,
  standings: readonly Standing[],
  ceiling: Ceiling,
): ThreadFigures {
  const own = standings.find(({ name, isPeer }) => !isPeer && name === chosen);
  if (own === undefined) throw new Error(`the backend ${chosen} was not measured`);
  const [bestPeer = null] = standings
    .filter(({ isPeer }) => isPeer)
    .sort((a, b) => b.pairsPerSecond - a.pairsPerSecond);
  const operations = 2 * sizes.k * own.pairsPerSecond;
  return {
    threads,
    ceiling,
    chosen: own,
    ceilingShare: ceiling.operationsPerSecond === null ? null : operations / ceiling.operationsPerSecond,
    bestPeer,
    ratioToBestPeer: bestPeer === null ? null : own.pairsPerSecond / bestPeer.pairsPerSecond,
    standings,
  };
}

/** All that a run found. */
export interface Figures {
  readonly sizes: Sizes;
  readonly rounds: number;
  readonly processor: string | null;
  readonly threads: readonly ThreadFigures[];
  readonly missing: Readonly<Record<string, string>>;
  readonly stored: Stored;
  readonly gpu: GpuFigures | null;
  readonly gpuReason: string | null;
}

/** What a search by all cores must reach. */
export const AIMS = { ratioToBestPeer: 1.3, ceilingShare: 0.25 } as const;

/** What of {@link AIMS} is missed, or was not measured; nothing where all is reached. */
export function shortfalls(figures: { readonly [Aim in keyof typeof AIMS]: number | null }): string[] {
  return (Object.keys(AIMS) as (keyof typeof AIMS)[]).flatMap((aim) => {
    const value = figures[aim];
    if (value === null) return [`${aim} was not measured; the aim is ${AIMS[aim]}`];
    return value < AIMS[aim] ? [`${aim} is ${value.toFixed(3)}; the aim is ${AIMS[aim]}`] : [];
  });
}

/** The figures as text. */
export function report({ sizes, rounds, processor, threads, missing, stored, gpu, gpuReason }: Figures): string {
  const lines = [
    `${sizes.queries} queries, ${sizes.records} records, k = ${sizes.k}, top ${sizes.topK}, median of ${rounds} rounds in turns; ${processor ?? "unknown processor"}`,
  ];
  for (const figures of threads) {
    const { operationsPerSecond, operationsRange, readBytesPerSecond, reason } = figures.ceiling;
    const range = operationsRange === null ? "" : ` (${operationsRange.map(giga).join("-")})`;
    lines.push(
      "",
      `${figures.threads === 1 ? "1 thread" : `${figures.threads} threads`}: ceiling ${giga(operationsPerSecond)} Gop/s of 8 bits${range}, reading ${giga(readBytesPerSecond)} GB/s${reason === null ? "" : ` (${reason})`}`,
      `${"".padEnd(14)}${"ms".padStart(8)}${"least-most".padStart(16)}${"Mpairs/s".padStart(10)}${"Gop/s".padStart(8)}${"recall".padStart(10)}`,
    );
    for (const { name, seconds, pairsPerSecond, recall, isExact } of figures.standings) {
      const [median, least, most] = seconds.map((value) => (value * 1_000).toFixed(0)) as [string, string, string];
      lines.push(
        `${name.padEnd(14)}${median.padStart(8)}${`${least}-${most}`.padStart(16)}${(pairsPerSecond / 1e6).toFixed(0).padStart(10)}${giga(2 * sizes.k * pairsPerSecond).padStart(8)}${(isExact ? "exact" : recall.toFixed(5)).padStart(10)}`,
      );
    }
    const share = figures.ceilingShare === null ? "unknown" : `${(100 * figures.ceilingShare).toFixed(1)} %`;
    const ratio =
      figures.bestPeer === null
        ? "no peer"
        : `${figures.ratioToBestPeer!.toFixed(2)} times the best peer, ${figures.bestPeer.name} ${figures.bestPeer.version}`;
    lines.push(`chosen: ${figures.chosen.name}; share of the ceiling ${share}; ${ratio}`);
  }
  lines.push(
    "",
    `from a store, with memory for ${100 * stored.memoryShare} % of it: ${(stored.pairsPerSecond / 1e6).toFixed(0)} Mpairs/s`,
    `  read ${giga(stored.readBytesPerSecond)} GB/s, read and checked ${giga(stored.checkedBytesPerSecond)} GB/s, copied within memory ${giga(stored.copyBytesPerSecond)} GB/s; ${Math.round(stored.appendedRecordsPerSecond)} records/s appended`,
    ...Object.entries(missing).map(([name, reason]) => `not measured: ${name}: ${reason}`),
    ...(gpu?.runs ?? []).map(
      ({ pairsPerSecond, limitShare, binds }) =>
        `GPU ${gpu!.device}: ${(pairsPerSecond / 1e6).toFixed(0)} Mpairs/s, ${(100 * limitShare).toFixed(1)} % of what ${binds} allow`,
    ),
    ...(gpuReason === null ? [] : [`GPU: ${gpuReason}`]),
  );
  return lines.join("\n");
}

function giga(value: number | null): string {
  return value === null ? "unknown" : (value / 1e9).toFixed(value < 1e10 ? 1 : 0);
}
