/** Words in common: BM25 between the texts of records and queries. */
import { Bm25Index, type Bm25Parameters } from "../../baselines/bm25.ts";
import type { AttributionMethod } from "./method.ts";

/** What the index takes of a word's occurrence in a record: its number and its count, 32 bits each. */
const POSTING_BYTES = 8;

/** @throws Error where there are no records. */
export function lexicalSimilarity(
  records: readonly string[],
  queries: readonly string[],
  parameters: Bm25Parameters,
): AttributionMethod {
  const index = new Bm25Index(records);
  const meanWords = Math.round(index.postings / records.length);
  return {
    name: "lexical",
    k: meanWords,
    bytes: POSTING_BYTES * meanWords,
    scores(query) {
      const text = queries[query];
      if (text === undefined) throw new Error(`query ${query}: there are ${queries.length}`);
      return index.scores(text, parameters);
    },
  };
}
