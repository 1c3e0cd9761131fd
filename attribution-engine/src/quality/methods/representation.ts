/** Cosine of representations: the last hidden layer of records and queries. */
import type { Rows } from "../../sketch/vector-source.ts";
import { dotProducts, unitRows } from "./dot-products.ts";
import { FLOAT_BYTES, type AttributionMethod } from "./method.ts";

/**
 * @param classes of records and queries, where they have any: a record of another class counts against the query (its cosine's sign is
 * reversed), since what looks alike and is labelled otherwise misleads.
 */
export async function representationSimilarity(
  records: Rows,
  queries: Rows,
  classes?: { readonly records: ArrayLike<number>; readonly queries: ArrayLike<number> },
): Promise<AttributionMethod> {
  const cosines = await dotProducts(unitRows(records), unitRows(queries));
  return {
    name: "representation",
    k: records.size,
    bytes: FLOAT_BYTES * records.size,
    scores: (query) =>
      cosines(query).map((cosine, record) =>
        classes === undefined || classes.records[record] === classes.queries[query] ? cosine : -cosine,
      ),
  };
}
