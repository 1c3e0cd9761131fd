// How new a record is in each index, in words: what is not kept, or could not be read, is not said to be none.
import { NONE } from "@tributary/protocol/bytes";

export const MOST_NOVEL = 255;

/** A record in an index, or why its place there is not shown. */
export type NoveltyIn = { readonly modelVersion: string | number } & (
  { readonly novelty: number; readonly witness: number } | { readonly refused: string }
);

/** @param lookedIn versions whose indexes the indexer keeps and could read */
export function noveltiesOf(
  indexes: readonly NoveltyIn[],
  lookedIn: readonly (string | number)[],
): { text: string; title: string }[] {
  if (indexes.length === 0)
    return lookedIn.length === 0
      ? [{ text: "not known here", title: "this indexer keeps no index that is usable: another may" }]
      : [{ text: "in none that is kept here", title: `looked for in the indexes of versions ${lookedIn.join(", ")}` }];
  return indexes.map((index) => {
    const title = `in the index of version ${index.modelVersion}`;
    if ("refused" in index) return { text: "not shown", title: `${title}: ${index.refused}` };
    const { novelty, witness } = index;
    return { text: novelty === 0 && witness === NONE ? "withdrawn" : `${novelty} of ${MOST_NOVEL}`, title };
  });
}
