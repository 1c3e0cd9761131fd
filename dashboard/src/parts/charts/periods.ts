// Hours or days without a gap, from rows of those in which something happened.
import { instant } from "../../format/time.ts";

export interface PeriodAmount {
  key: string;
  /** As written under the bar: `11-22`, or `14:00` of an hour. */
  name: string;
  /** First second of it. */
  start: number;
  amount: bigint;
}

const SECONDS = { hour: 3_600, day: 86_400 } as const;

/** @param most newest periods that are kept */
export function withoutGaps(
  period: "hour" | "day",
  rows: readonly { start: string; amount: bigint }[],
  most: number,
): PeriodAmount[] {
  if (rows.length === 0) return [];
  const amounts = new Map(rows.map(({ start, amount }) => [Number(start), amount]));
  const newest = Math.max(...amounts.keys());
  const seconds = SECONDS[period];
  const oldest = Math.max(Math.min(...amounts.keys()), newest - (most - 1) * seconds);
  return Array.from({ length: (newest - oldest) / seconds + 1 }, (_, place) => {
    const start = oldest + place * seconds;
    const text = instant(start);
    return {
      ...{ key: String(start), start, amount: amounts.get(start) ?? 0n },
      name: period === "day" ? text.slice(5, 10) : text.slice(11, 16),
    };
  });
}
