/** The sum of influences over several checkpoints, or models of several seeds, in one sketch. */
import type { PoolOptions } from "../numerics/worker-pool.ts";
import { buildBasis, type BasisMethod } from "./basis.ts";
import { joinedSource } from "./joined-source.ts";
import type { LinearMap, VectorSource } from "./vector-source.ts";

/** The maps that whiten each checkpoint's vectors by its own curvature, to be used on records and queries alike. */
export async function checkpointMaps(
  records: readonly VectorSource[],
  methods: readonly BasisMethod[],
  work: PoolOptions,
): Promise<LinearMap[]> {
  const maps: LinearMap[] = [];
  for (const [at, source] of records.entries()) {
    const method = methods[at]!;
    maps.push({ matrix: (await buildBasis(source, method, work)).map, columns: method.k });
  }
  return maps;
}

/** Each row's whitened vectors of all checkpoints side by side, so that a dot product is the sum of the influences: what a basis with `isWhitened` is built of. */
export function checkpointSum(sources: readonly VectorSource[], maps: readonly LinearMap[]): VectorSource {
  return joinedSource(sources.map((source, at) => mappedSource(source, maps[at]!)));
}

/** A source whose vectors are another's, mapped. */
function mappedSource(source: VectorSource, own: LinearMap): VectorSource {
  return {
    ...source,
    rows(chosen, kind, map, work) {
      if (map !== undefined) throw new Error("vectors of a checkpoint are mapped once");
      return source.rows(chosen, kind, own, work);
    },
  };
}
