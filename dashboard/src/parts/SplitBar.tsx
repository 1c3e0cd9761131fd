// How a fee is divided: a bar, and the parts in words.
import { bpsPercent } from "../format/amount.ts";

export interface Part {
  name: string;
  bps: number;
}

const WHOLE = 10_000;

export function SplitBar({ label, parts }: { label: string; parts: readonly Part[] }) {
  const shown = parts.filter(({ bps }) => bps > 0);
  return (
    <div className="split">
      <svg viewBox={`0 0 ${WHOLE} 600`} preserveAspectRatio="none" role="img" aria-label={label}>
        {shown.map(({ name, bps }, place) => (
          <rect
            key={name}
            className={`part-${place % 7}`}
            x={shown.slice(0, place).reduce((sum, before) => sum + before.bps, 0)}
            width={bps}
            height={600}
          >
            <title>{`${name}: ${bpsPercent(bps)}`}</title>
          </rect>
        ))}
      </svg>
      <ul>
        {shown.map(({ name, bps }, place) => (
          <li key={name}>
            <span className={`swatch part-${place % 7}`} aria-hidden="true" /> {name}{" "}
            <span className="share">{bpsPercent(bps)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
