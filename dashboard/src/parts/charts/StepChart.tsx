// An amount that grows in steps over time.
import { scaleUtc } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";
import { instant } from "../../format/time.ts";
import { amountScale } from "./amount-scale.ts";

const WIDTH = 960;
const HEIGHT = 220;
const MARGIN = { top: 10, right: 16, bottom: 28, left: 64 };
const MOST_TICKS = 4;
const DAY_SECONDS = 86_400;

export interface Step {
  /** Unix seconds. */
  at: number;
  /** All so far, in base units. */
  total: bigint;
}

/** @param until the present, in Unix seconds, to which the last total is drawn */
export function StepChart({ label, steps, until }: { label: string; steps: readonly Step[]; until: number }) {
  const inner = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const last = steps.at(-1)!;
  const first = steps[0]!.at;
  const x = scaleUtc()
    .domain([new Date(first * 1_000), new Date(Math.max(until, last.at, first + 1) * 1_000)])
    .range([0, inner.width]);
  const { y, ticks } = amountScale(last.total, inner.height);
  const points: Step[] = [{ at: first, total: 0n }, ...steps, { at: Math.max(until, last.at), total: last.total }];
  const isOverDays = Math.max(until, last.at) - first > 2 * DAY_SECONDS;
  const format = (tick: Date): string => {
    const text = instant(Math.floor(tick.getTime() / 1_000));
    return isOverDays ? text.slice(5, 10) : text.slice(11, 16);
  };
  const place = ({ at }: Step): number => x(new Date(at * 1_000));
  const stroke = line<Step>(place, ({ total }) => y(total)).curve(curveStepAfter)(points);
  const fill = area<Step>(place, inner.height, ({ total }) => y(total)).curve(curveStepAfter)(points);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
        {ticks.map((tick) => (
          <g key={tick.label} transform={`translate(0 ${tick.y})`}>
            <line className="grid" x2={inner.width} />
            <text className="tick" x={-8} dy="0.32em" textAnchor="end">
              {tick.label}
            </text>
          </g>
        ))}
        {x.ticks(MOST_TICKS).map((tick) => (
          <text
            key={tick.getTime()}
            className="tick"
            x={Math.min(x(tick), inner.width - 24)}
            y={inner.height + 18}
            textAnchor="middle"
          >
            {format(tick)}
            <title>{instant(Math.floor(tick.getTime() / 1_000))}</title>
          </text>
        ))}
        <path className="filled" d={fill ?? ""} />
        <path className="stroke" d={stroke ?? ""} />
      </g>
    </svg>
  );
}
