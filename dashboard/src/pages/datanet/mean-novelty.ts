// The mean novelty of a datanet's records in an index, from what the indexer counted.
export const MOST_NOVEL = 255;

/** As `/openings/novelty/<datanet>` serves it. */
export interface NovelIndex {
  readonly modelVersion: string;
  readonly records: number;
  readonly noveltySum: number;
  readonly copies: number;
  readonly full: number;
  readonly root: { readonly hash: string };
}

/** With one decimal, cut: 255.0 is said of no datanet that has anything less. */
export function meanNovelty({ noveltySum, records }: Pick<NovelIndex, "noveltySum" | "records">): string {
  return records === 0 ? "no records" : (Math.floor((10 * noveltySum) / records) / 10).toFixed(1);
}
