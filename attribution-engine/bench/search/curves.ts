// How the time of a search grows with records, queries and coordinates, one at a time.
import { openSearcher } from "../../src/search/searcher.ts";
import type { BackendName } from "../../src/search/backend.ts";
import { makeWorkload, type Sizes } from "./workload.ts";

/** What is varied. */
export type Axis = "records" | "queries" | "k";

export interface CurvePoint {
  readonly axis: Axis;
  readonly at: number;
  readonly backend: BackendName;
  /** Least of the runs. */
  readonly seconds: number;
}

const RUNS = 3;

/** All other sizes are those of the middle. */
export const CURVES: Readonly<Record<Axis, { middle: Sizes; at: readonly number[] }>> = {
  records: {
    middle: { records: 0, k: 512, queries: 64, topK: 32 },
    at: [1_000, 4_000, 16_000, 64_000, 256_000, 512_000],
  },
  queries: {
    middle: { records: 64_000, k: 512, queries: 0, topK: 32 },
    at: [1, 4, 16, 64, 256, 1_024],
  },
  k: {
    middle: { records: 32_000, k: 0, queries: 64, topK: 32 },
    at: [32, 64, 128, 256, 512, 1_024, 2_048, 4_096],
  },
};

/** Measures each curve with each backend. */
export async function measureCurves(
  backends: readonly BackendName[],
  threads: number,
  say: (text: string) => void,
): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  for (const [axis, { middle, at }] of Object.entries(CURVES) as [Axis, (typeof CURVES)[Axis]][]) {
    for (const value of at) {
      const { records, queries } = makeWorkload({ ...middle, [axis]: value });
      for (const backend of backends) {
        say(`curve over ${axis}: ${value}, ${backend}`);
        const searcher = await openSearcher({ kind: "memory", records }, middle.topK, { backend, threads });
        let seconds = Infinity;
        for (let run = 0; run < RUNS; run++) {
          const start = performance.now();
          await searcher.rank(queries);
          seconds = Math.min(seconds, (performance.now() - start) / 1_000);
        }
        await searcher.close();
        points.push({ axis, at: value, backend, seconds });
      }
    }
  }
  return points;
}
