// Draws curves as an SVG: both axes logarithmic, a line for each series, named at its end.

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

const WIDTH = 640;
const HEIGHT = 400;
const LEFT = 72;
const RIGHT = 84;
const TOP = 40;
const BOTTOM = 52;
/** Told apart by those who see few colours (Okabe and Ito 2008). */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/** Powers of ten from the one at or below the least value to the one at or above the largest. */
function decades(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** A document that stands for itself; values must be above 0. */
export function drawPlot({ title, x, y, series }: Plot): string {
  const points = series.flatMap((one) => one.points);
  const xs = decades(points.map(([value]) => value));
  const ys = decades(points.map(([, value]) => value));
  const place = (value: number, ticks: readonly number[], from: number, to: number): number =>
    from + ((Math.log10(value) - ticks[0]!) / (ticks.at(-1)! - ticks[0]!)) * (to - from);
  const atX = (value: number) => place(value, xs, LEFT, WIDTH - RIGHT).toFixed(1);
  const atY = (value: number) => place(value, ys, HEIGHT - BOTTOM, TOP).toFixed(1);
  const label = (power: number) => `10<tspan dy="-5" font-size="9">${power}</tspan>`;
  const grid = [
    ...xs.map((power) => {
      const at = atX(10 ** power);
      return `<path d="M${at} ${TOP}V${HEIGHT - BOTTOM}"/><text x="${at}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${label(power)}</text>`;
    }),
    ...ys.map((power) => {
      const at = atY(10 ** power);
      return `<path d="M${LEFT} ${at}H${WIDTH - RIGHT}"/><text x="${LEFT - 10}" y="${Number(at) + 4}" text-anchor="end">${label(power)}</text>`;
    }),
  ];
  const lines = series.map(({ name, points: own }, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const path = own.map(([a, b], at) => `${at === 0 ? "M" : "L"}${atX(a)} ${atY(b)}`).join("");
    const dots = own.map(([a, b]) => `<circle cx="${atX(a)}" cy="${atY(b)}" r="3" fill="${colour}" stroke="none"/>`);
    const [lastX, lastY] = own.at(-1)!;
    const named = `<text x="${Number(atX(lastX)) + 8}" y="${Number(atY(lastY)) + 4}" fill="${colour}">${escape(name)}</text>`;
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${named}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="14" fill="#222">${escape(title)}</text>`,
    `<g stroke="#ddd" fill="#555">${grid.join("").replaceAll("<text", '<text stroke="none"')}</g>`,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle" fill="#222">${escape(x)}</text>`,
    `<text transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle" fill="#222">${escape(y)}</text>`,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}
