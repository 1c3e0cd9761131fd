/** Words in common, or runs of words too: BM25 between the texts of records and queries. */
import { Bm25Index, type Bm25Parameters } from "../../baselines/bm25.ts";
import type { AttributionMethod } from "./method.ts";

/** What the index takes of a term's occurrence in a record: its number and its count, 32 bits each. */
const POSTING_BYTES = 8;

/**
 * @param longest words that a term has at most: 1 takes single words, n all n-grams up to n
 * @throws Error where there are no records.
 */
export function lexicalSimilarity(
  records: readonly string[],
  queries: readonly string[],
  parameters: Bm25Parameters,
  longest = 1,
): AttributionMethod {
  const index = new Bm25Index(records, longest);
  const meanTerms = Math.round(index.postings / records.length);
  return {
    name: longest === 1 ? "lexical" : "lexical-n-gram",
    k: meanTerms,
    bytes: POSTING_BYTES * meanTerms,
    scores(query) {
      const text = queries[query];
      if (text === undefined) throw new Error(`query ${query}: there are ${queries.length}`);
      return index.scores(text, parameters);
    },
  };
}
