// Writes the curves as figures.
import { join } from "node:path";
import { writeFileAtomically } from "../../src/numerics/atomic-file.ts";
import { type Axis, CURVES, type CurvePoint } from "./curves.ts";
import { drawPlot } from "./plot.ts";

const NAMES: Readonly<Record<Axis, string>> = { records: "records", queries: "queries", k: "coordinates (k)" };

/** Draws a figure for each axis, `search-<axis>.svg`. */
export function writeFigures(folder: string, curves: readonly CurvePoint[], threads: number): void {
  for (const axis of Object.keys(CURVES) as Axis[]) {
    const points = curves.filter((point) => point.axis === axis);
    const backends = [...new Set(points.map(({ backend }) => backend))];
    const plot = drawPlot({
      title: `Search of ${fixed(axis)}, ${threads} threads`,
      x: NAMES[axis],
      y: "seconds",
      series: backends.map((backend) => ({
        name: backend,
        points: points.filter((point) => point.backend === backend).map(({ at, seconds }) => [at, seconds] as const),
      })),
    });
    writeFileAtomically(join(folder, `search-${axis}.svg`), plot);
  }
}

function fixed(axis: Axis): string {
  const { records, queries, k, topK } = CURVES[axis].middle;
  const sizes = { records: `${records} records`, queries: `${queries} queries`, k: `k = ${k}` };
  const others = (Object.keys(sizes) as Axis[]).filter((name) => name !== axis).map((name) => sizes[name]);
  return [...others, `top ${topK}`].join(", ");
}
