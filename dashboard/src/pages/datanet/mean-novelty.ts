// The mean novelty of a datanet's records in an index, from what the indexer counted.
export const MOST_NOVEL = 255;

/** As `/openings/novelty/<datanet>` serves it. */
export interface NovelIndex {
  readonly modelVersion: string;
  readonly records: number;
  /** In withdrawn form, without novelty: in none of the figures below. */
  readonly withdrawn: number;
  readonly noveltySum: number;
  readonly copies: number;
  readonly full: number;
  readonly root: { readonly hash: string };
}

type Counted = Pick<NovelIndex, "records" | "withdrawn">;

/** The records that have a novelty. */
export function recordsInUse({ records, withdrawn }: Counted): number {
  return records - withdrawn;
}

/** With one decimal, cut: 255.0 is said of no datanet that has anything less. */
export function meanNovelty({ noveltySum, ...counted }: Counted & Pick<NovelIndex, "noveltySum">): string {
  const records = recordsInUse(counted);
  return records === 0 ? "no records" : (Math.floor((10 * noveltySum) / records) / 10).toFixed(1);
}
