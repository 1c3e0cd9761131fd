// A vertical scale of amounts. Pictures are drawn with floating point numbers; what is written beside them is exact.
import { scaleLinear } from "d3-scale";

const UNIT = 1e18;

export interface AmountScale {
  /** Height of an amount in the picture, from its top. */
  y(baseUnits: bigint): number;
  ticks: { y: number; label: string }[];
}

export function amountScale(largest: bigint, height: number): AmountScale {
  const scale = scaleLinear()
    .domain([0, Math.max(Number(largest) / UNIT, Number.MIN_VALUE)])
    .nice(4)
    .range([height, 0]);
  return {
    y: (baseUnits) => scale(Number(baseUnits) / UNIT),
    ticks: scale.ticks(4).map((tick) => ({ y: scale(tick), label: label(tick) })),
  };
}

function label(open: number): string {
  if (open === 0 || (open >= 0.001 && open < 1e6)) return String(Number(open.toPrecision(6)));
  return open.toExponential(1).replace("e+", "e");
}
