/** Lexical similarity of texts: BM25, which knows nothing of any model. */
import { Bm25Index, words, type Bm25Parameters } from "../../baselines/bm25.ts";
import type { AttributionMethod } from "./method.ts";

/** BM25 scores of all records for any parameters. @param records texts of the records */
export function lexicalMethods(
  records: readonly string[],
  queries: readonly string[],
): (parameters: Bm25Parameters) => AttributionMethod {
  const index = new Bm25Index(records);
  const kept = records.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const vocabulary = new Set(records.flatMap(words));
  return (parameters) => ({
    name: "lexical",
    k: vocabulary.size,
    bytes: Math.round(kept / records.length),
    scores: (query) => index.scores(queries[query]!, parameters),
  });
}
