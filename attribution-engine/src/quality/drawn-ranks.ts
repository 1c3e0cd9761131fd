/** Spearman's correlation over samples that are drawn with replacement, ranked again in each without sorting again. */

/** Items in ascending order of their values, with the ties. */
export interface ItemOrder {
  readonly items: Uint32Array;
  /** For each place of `items`, where the run of equal values that it is in ends. */
  readonly runEnds: Uint32Array;
}

/** The order of some values. */
export function orderOf(values: ArrayLike<number>): ItemOrder {
  const items = Uint32Array.from({ length: values.length }, (_, item) => item).sort(
    (a, b) => values[a]! - values[b]! || a - b,
  );
  const runEnds = new Uint32Array(items.length);
  for (let place = items.length - 1; place >= 0; place--) {
    const isLast = place + 1 === items.length || values[items[place + 1]!] !== values[items[place]!];
    runEnds[place] = isLast ? place + 1 : runEnds[place + 1]!;
  }
  return { items, runEnds };
}

/**
 * Writes each item's rank in a sample that holds item i `counts[i]` times, less the mean rank; copies of an item share their mean rank, as equal
 * values do. @returns the sum of the squares over the sample.
 */
export function drawnRanks({ items, runEnds }: ItemOrder, counts: Uint32Array, ranks: Float64Array): number {
  let size = 0;
  for (const count of counts) size += count;
  let [below, squares] = [0, 0];
  for (let from = 0; from < items.length;) {
    const to = runEnds[from]!;
    let inRun = 0;
    for (let place = from; place < to; place++) inRun += counts[items[place]!]!;
    const rank = below + inRun / 2 - size / 2;
    for (let place = from; place < to; place++) ranks[items[place]!] = rank;
    squares += inRun * rank * rank;
    below += inRun;
    from = to;
  }
  return squares;
}

/** Spearman's correlation in the sample, of ranks and their squares by {@link drawnRanks}; 0 where either side is constant. */
export function drawnCorrelation(
  counts: Uint32Array,
  a: Float64Array,
  squaresA: number,
  b: Float64Array,
  squaresB: number,
): number {
  if (squaresA === 0 || squaresB === 0) return 0;
  let sum = 0;
  for (let item = 0; item < counts.length; item++) sum += counts[item]! * a[item]! * b[item]!;
  return sum / Math.sqrt(squaresA * squaresB);
}
