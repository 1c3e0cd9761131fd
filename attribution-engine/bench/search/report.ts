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

/** The figures as text. */
export function report({ sizes, rounds, processor, threads, missing, stored, gpu, gpuReason }: Figures): string {
  const lines = [
    `${sizes.queries} queries, ${sizes.records} records, k = ${sizes.k}, top ${sizes.topK}, median of ${rounds} rounds in turns; ${processor ?? "unknown processor"}`,
  ];
  for (const figures of threads) {
    const { operationsPerSecond, readBytesPerSecond, reason } = figures.ceiling;
    lines.push(
      "",
      `${figures.threads === 1 ? "1 thread" : `${figures.threads} threads`}: ceiling ${giga(operationsPerSecond)} Gop/s of 8 bits, reading ${giga(readBytesPerSecond)} GB/s${reason === null ? "" : ` (${reason})`}`,
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
