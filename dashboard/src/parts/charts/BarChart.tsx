// Amounts by period, as bars.
import { readableAmount } from "../../format/amount.ts";
import { amountScale } from "./amount-scale.ts";
import type { PeriodAmount } from "./periods.ts";

const WIDTH = 960;
const HEIGHT = 220;
const MARGIN = { top: 10, right: 8, bottom: 28, left: 64 };
const LABELS = 6;

export function BarChart({ label, bars }: { label: string; bars: readonly PeriodAmount[] }) {
  const inner = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const { y, ticks } = amountScale(
    bars.reduce((most, { amount }) => (amount > most ? amount : most), 0n),
    inner.height,
  );
  const step = inner.width / bars.length;
  const width = Math.min(step * 0.8, 48);
  const every = Math.ceil(bars.length / LABELS);
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
        {bars.map(({ key, name, amount }, place) => (
          <g key={key} transform={`translate(${(place + 0.5) * step} 0)`}>
            <rect className="bar" x={-width / 2} width={width} y={y(amount)} height={inner.height - y(amount)}>
              <title>{`${name}: ${readableAmount(amount)} OPEN`}</title>
            </rect>
            {place % every === 0 && (
              <text className="tick" y={inner.height + 18} textAnchor="middle">
                {name}
              </text>
            )}
          </g>
        ))}
      </g>
    </svg>
  );
}
