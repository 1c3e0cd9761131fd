/** Plain dot products of gradients, without any curvature (TracIn at one checkpoint, Pruthi et al. 2020). */
import type { Rows } from "../../sketch/vector-source.ts";
import { dotProducts, unitRows } from "./dot-products.ts";
import { FLOAT_BYTES, type AttributionMethod } from "./method.ts";

/** @param normalise whether records' gradients are scaled to length 1. */
export async function gradientDot(records: Rows, queries: Rows, normalise = false): Promise<AttributionMethod> {
  const scores = await dotProducts(normalise ? unitRows(records) : records, queries);
  return { name: "gradient-dot", k: records.size, bytes: FLOAT_BYTES * records.size, scores };
}
